import { nowMs } from '../../clock.ts';
import type { ChartController } from '../chart-controller.ts';

/** Ranges to look at, by their length in seconds. */
export const SPANS: readonly { readonly label: string; readonly seconds: number }[] = [
  { label: '5m', seconds: 300 },
  { label: '15m', seconds: 900 },
  { label: '1h', seconds: 3600 },
  { label: '4h', seconds: 14_400 },
  { label: '1D', seconds: 86_400 },
  { label: '1W', seconds: 604_800 },
  { label: '1M', seconds: 2_678_400 },
  { label: '1Y', seconds: 31_622_400 },
];

/** Ranges that end now. */
export function RangeChips({ controller }: { readonly controller: ChartController }) {
  return (
    <fieldset class="chips quiet" aria-label="Range">
      {SPANS.map(({ label, seconds }) => (
        <button
          key={label}
          type="button"
          title={`Show the last ${label}`}
          onClick={() => {
            controller.choices.interval.value = undefined;
            controller.show({ from: nowMs() / 1000 - seconds, to: Number.POSITIVE_INFINITY });
          }}
        >
          {label}
        </button>
      ))}
    </fieldset>
  );
}
