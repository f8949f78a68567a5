import { useSignal } from '@preact/signals';
import type { ChartChoices } from '../chart-choices.ts';
import {
  isLength,
  isWidth,
  LENGTH_RULE,
  MAX_LENGTH,
  MAX_WIDTH,
  MOST_STUDIES,
  STUDY_NAMES,
  type Study,
  studyText,
  studyTitle,
  USUAL_WIDTH,
  WIDTH_RULE,
} from '../studies/study.ts';

/** Lengths that are offered first. */
const USUAL_LENGTHS = {
  sma: [20, 50, 200, 10, 100, 5],
  ema: [20, 50, 200, 10, 100, 5],
  bb: [20, 50, 10, 100, 200, 5],
} as const;

/** Which studies a chart shows, and their numbers. */
export function StudiesMenu({ choices }: { readonly choices: ChartChoices }) {
  const refusal = useSignal('');
  const studies = choices.studies.value;
  const isShown = (study: Study): boolean => studies.some((other) => studyText(other) === studyText(study));
  const change = (index: number, study: Study): void => {
    const { length } = study;
    if (!isLength(length)) refusal.value = `“${length}” is no length: write ${LENGTH_RULE}`;
    else if (study.kind === 'bb' && !isWidth(study.width))
      refusal.value = `“${study.width}” is no width: write ${WIDTH_RULE}`;
    else if (isShown(study)) refusal.value = `${studyTitle(study)} is shown already`;
    else {
      refusal.value = '';
      choices.studies.value = studies.map((other, at) => (at === index ? study : other));
    }
  };
  const add = (kind: Study['kind']): void => {
    const length = USUAL_LENGTHS[kind].find((usual) => !isShown(usually(kind, usual))) ?? USUAL_LENGTHS[kind][0];
    refusal.value = '';
    choices.studies.value = [...studies, usually(kind, length)];
  };
  return (
    <div class="studies-menu">
      <div class="add" role="toolbar" aria-label="Add a study">
        {(['sma', 'ema', 'bb'] as const).map((kind) => (
          <button
            key={kind}
            type="button"
            class="button"
            disabled={studies.length >= MOST_STUDIES}
            onClick={() => add(kind)}
          >
            + {STUDY_NAMES[kind]}
          </button>
        ))}
      </div>
      {studies.length >= MOST_STUDIES && <p class="why">A chart shows {MOST_STUDIES} studies at most.</p>}
      <ul>
        {studies.map((study, index) => (
          <li key={index} class={`study-${index + 1}`}>
            <i aria-hidden="true" />
            <span class="name">{STUDY_NAMES[study.kind]}</span>
            <NumberField
              label={`Candles of ${studyTitle(study)}`}
              value={study.length}
              rule={{ min: 1, max: MAX_LENGTH, step: 1 }}
              take={(length) => change(index, { ...study, length })}
            />
            {study.kind === 'bb' && (
              <NumberField
                label={`Deviations of ${studyTitle(study)}`}
                value={study.width}
                rule={{ min: 0.1, max: MAX_WIDTH, step: 0.1 }}
                take={(width) => change(index, { ...study, width })}
              />
            )}
            <button
              type="button"
              class="quiet"
              aria-label={`Remove ${studyTitle(study)}`}
              onClick={() => {
                choices.studies.value = studies.filter((_, at) => at !== index);
              }}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
      <p role="status" class="refusal">
        {refusal.value}
      </p>
      <p class="why">Over the closes of the candles shown; candles without a tick are not counted.</p>
    </div>
  );
}

interface FieldProps {
  readonly label: string;
  readonly value: number;
  readonly rule: { readonly min: number; readonly max: number; readonly step: number };
  readonly take: (value: number) => void;
}

function NumberField({ label, value, rule, take }: FieldProps) {
  return (
    <input
      type="number"
      inputMode="decimal"
      aria-label={label}
      title={label}
      {...rule}
      value={value}
      onInput={(event) => take(event.currentTarget.value === '' ? Number.NaN : Number(event.currentTarget.value))}
    />
  );
}

function usually(kind: Study['kind'], length: number): Study {
  return kind === 'bb' ? { kind, length, width: USUAL_WIDTH } : { kind, length };
}
