import { priceText } from '../../format/number-text.ts';
import type { OverlaidChart } from '../overlay.ts';
import { RemovableRow } from '../removable-row.tsx';
import type { Studies } from './studies.tsx';
import { studyText, studyTitle } from './study.ts';

/** Each study with its values at the candle that the legend describes. */
export function StudyRows({ studies, chart }: { readonly studies: Studies; readonly chart: OverlaidChart }) {
  const digits = Math.max(2, chart.digits.value + 1);
  const text = (value: number): string => (Number.isFinite(value) ? priceText(value, digits) : '–');
  const figures = studies.figures.value;
  if (figures.length === 0) return null;
  return (
    <ul class="overlay-rows" aria-label="Studies">
      {figures.map(({ study, middle, upper, lower }, index) => (
        <RemovableRow
          key={studyText(study)}
          mark={`study-${index + 1}`}
          title={studyTitle(study)}
          remove={() => {
            const { studies: chosen } = chart.choices;
            chosen.value = chosen.value.filter((other) => studyText(other) !== studyText(study));
          }}
        >
          <b>{text(middle)}</b>
          {upper !== undefined && lower !== undefined && (
            <span>
              {text(lower)} to {text(upper)}
            </span>
          )}
          {Number.isNaN(middle) && <span class="why">too few candles before this one</span>}
        </RemovableRow>
      ))}
    </ul>
  );
}
