import type { Market } from '../board/market.ts';
import { INTERVALS, parseInterval } from '../stock/interval.ts';
import { OverlayTools } from '../stock/tools/overlay-tools.tsx';
import { ScaleMenu } from '../stock/tools/scale-menu.tsx';
import type { Pane, SplitPage } from './split-page.ts';

interface Props {
  readonly pane: Pane;
  readonly page: SplitPage;
  readonly market: Market;
}

/** The tools of one of several charts: all that its link keeps; alone, gone. */
export function PaneTools({ pane, page, market }: Props) {
  const controller = page.link.chart(pane.id);
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
            onChange={(event) => controller?.choose(parseInterval(event.currentTarget.value))}
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
            onClick={() => controller?.setStyle(style.peek() === 'line' ? 'candles' : 'line')}
          >
            Line
          </button>
          {controller !== undefined && (
            <>
              <ScaleMenu controller={controller} />
              <OverlayTools controller={controller} market={market} />
            </>
          )}
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
