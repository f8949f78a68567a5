import { INTERVALS, parseInterval } from '../stock/interval.ts';
import type { Pane, SplitPage } from './split-page.ts';

/** The few tools of one of several charts: which candles, candles or line, alone, gone. */
export function PaneTools({ pane, page }: { readonly pane: Pane; readonly page: SplitPage }) {
  const { interval, style } = pane.choices;
  const stock = pane.name?.stock ?? 'the empty place';
  const last = page.panes.value.length <= 2;
  return (
    <div class="pane-tools">
      {pane.name !== undefined && (
        <>
          <select
            aria-label={`Candles of ${stock}`}
            value={interval.value ?? ''}
            onChange={(event) => page.link.chart(pane.id)?.choose(parseInterval(event.currentTarget.value))}
          >
            <option value="">Auto</option>
            {INTERVALS.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
          <button
            type="button"
            class="button"
            aria-pressed={style.value === 'line'}
            title="A line instead of candles"
            onClick={() => page.link.chart(pane.id)?.setStyle(style.peek() === 'line' ? 'candles' : 'line')}
          >
            Line
          </button>
          <a
            class="button"
            href={page.aloneAddress(pane)}
            title={`Show ${stock} alone`}
            aria-label={`Show ${stock} alone`}
          >
            ⤢
          </a>
        </>
      )}
      <button
        type="button"
        class="button"
        title={last ? 'Close it; the other chart stands alone then' : 'Close it'}
        aria-label={`Close ${stock}`}
        onClick={() => page.close(pane)}
      >
        ×
      </button>
    </div>
  );
}
