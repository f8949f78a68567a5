import { nowMs } from '../clock.ts';
import { closedHours } from '../settings.ts';
import type { ChartController } from './chart-controller.ts';
import { INTERVALS, showsHours } from './interval.ts';

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

interface Props {
  readonly controller: ChartController;
  /** Whether to offer ranges that end now. */
  readonly ranges?: boolean;
}

/** Candles or line, which candles, which range. */
export function ChartTools({ controller, ranges = true }: Props) {
  const { auto, interval } = controller;
  const { style } = controller.choices;
  return (
    <div class="toolbar chart-tools">
      <fieldset class="chips" aria-label="Style">
        {(['candles', 'line'] as const).map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={style.value === name}
            onClick={() => controller.setStyle(name)}
          >
            {name === 'candles' ? 'Candles' : 'Line'}
          </button>
        ))}
      </fieldset>
      <fieldset class="chips" aria-label="Width of a candle">
        <button
          type="button"
          aria-pressed={auto.value}
          title="Candles follow the zoom"
          onClick={() => controller.choose(undefined)}
        >
          Auto
        </button>
        {INTERVALS.map((name) => (
          <button
            key={name}
            type="button"
            class={auto.value && interval.value === name ? 'current' : ''}
            aria-pressed={!auto.value && interval.value === name}
            onClick={() => controller.choose(name)}
          >
            {name}
          </button>
        ))}
      </fieldset>
      {controller.notes.knowsHours.value && showsHours(interval.value) && (
        <fieldset class="chips" aria-label="Hours">
          <button
            type="button"
            aria-pressed={closedHours.value === 'hidden'}
            title="Leave out the hours in which the exchange is closed and no tick came"
            onClick={() => {
              closedHours.value = closedHours.value === 'hidden' ? 'shown' : 'hidden';
            }}
          >
            Hide closed hours
          </button>
        </fieldset>
      )}
      {ranges && (
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
      )}
    </div>
  );
}
