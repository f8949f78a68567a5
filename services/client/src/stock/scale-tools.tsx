import { PRICE_SCALES, type PriceScale } from './chart-choices.ts';
import type { ChartController } from './chart-controller.ts';

const NAMES: Readonly<Record<PriceScale, { readonly label: string; readonly title: string }>> = {
  linear: { label: 'Linear', title: 'Equal differences take equal heights' },
  log: { label: 'Log', title: 'Equal ratios take equal heights (l)' },
  percent: { label: '%', title: 'Change from the left edge of what is visible (%)' },
};

interface Props {
  readonly controller: ChartController;
}

/** How prices become heights, and whether those far off have to fit. */
export function ScaleTools({ controller }: Props) {
  const { scale, choices } = controller;
  const linearOnly = scale.linearOnly.value;
  const percentOnly = linearOnly === undefined && choices.compare.value.length > 0;
  const whyNot = (name: PriceScale): string | undefined => {
    if (percentOnly)
      return name === 'percent' ? undefined : 'Compared stocks are shown in % of their prices at the left edge';
    return name === 'linear' ? undefined : linearOnly;
  };
  const usual = choices.fit.value === 'usual';
  const offered = scale.squashed.value && !usual;
  return (
    <fieldset class="chips scale-tools" aria-label="Price scale">
      {PRICE_SCALES.map((name) => (
        <button
          key={name}
          type="button"
          aria-pressed={scale.effective.value === name}
          aria-disabled={whyNot(name) !== undefined}
          title={whyNot(name) ?? NAMES[name].title}
          onClick={() => {
            if (whyNot(name) === undefined) choices.scale.value = name;
          }}
        >
          {NAMES[name].label}
        </button>
      ))}
      <button
        type="button"
        class={offered ? 'offered' : ''}
        aria-pressed={usual}
        title="The height is for the usual prices; arrows tell of those beyond (o)"
        onClick={() => scale.toggleFit()}
      >
        {offered ? 'A spike squashes the rest: fit without outliers' : 'Fit without outliers'}
      </button>
      {linearOnly !== undefined && <small>{linearOnly}</small>}
    </fieldset>
  );
}
