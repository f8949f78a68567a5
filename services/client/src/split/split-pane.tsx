import type { Market } from '../board/market.ts';
import { rowKey } from '../board/stock-row.ts';
import type { LiveFeed } from '../live/live-feed.ts';
import type { StockName } from '../stock/candle-source.ts';
import { UnknownStock } from '../stock/late-notes.tsx';
import { useKnownStock } from '../stock/use-known-stock.ts';
import { Notice } from '../ui/notice.tsx';
import { PaneChart } from './pane-chart.tsx';
import { PaneHead } from './pane-head.tsx';
import { PaneTools } from './pane-tools.tsx';
import type { Pane, SplitPage } from './split-page.ts';
import { StockChooser } from './stock-chooser.tsx';

interface Props {
  readonly pane: Pane;
  readonly page: SplitPage;
  readonly market: Market;
  readonly live: LiveFeed;
}

/** One chart of the page with its head; where no stock is chosen yet, the choice of one. */
export function SplitPane(props: Props) {
  const { pane, page, market } = props;
  const lead = (): void => page.link.lead(pane.id);
  return (
    <section
      class="pane"
      aria-label={pane.name === undefined ? 'A chart to be chosen' : `Chart of ${pane.name.stock}`}
      onPointerDownCapture={lead}
      onPointerMoveCapture={lead}
      onWheelCapture={lead}
      onKeyDownCapture={lead}
      onTouchStartCapture={lead}
    >
      {pane.name === undefined ? (
        <>
          <div class="pane-head">
            <b>Which stock?</b>
            <PaneTools pane={pane} page={page} market={market} />
          </div>
          <div class="pane-empty">
            <StockChooser
              market={market}
              stock=""
              choose={(stock) => page.change(pane, { stock, exchange: undefined })}
            />
          </div>
        </>
      ) : (
        <NamedPane {...props} name={pane.name} />
      )}
    </section>
  );
}

function NamedPane({ pane, page, market, live, name }: Props & { readonly name: StockName }) {
  const known = useKnownStock(name, market);
  const exchanges = known.exchanges.value;
  const state = known.state.value;
  const exchange = name.exchange ?? exchanges[0];
  const row = exchange === undefined ? undefined : market.rows.get(rowKey(name.stock, exchange));
  return (
    <>
      <PaneHead pane={pane} page={page} name={name} exchanges={exchanges} row={row} market={market} />
      {state === 'known' && <PaneChart pane={pane} page={page} name={name} known={known} live={live} />}
      {state === 'unknown' && (
        <div class="pane-empty">
          <UnknownStock
            stock={name.stock}
            exchange={name.exchange}
            exchanges={exchanges}
            market={market}
            addressOf={(stock, other) => page.addressWith(pane, { stock, exchange: other })}
          />
        </div>
      )}
      {state === 'asking' &&
        (known.failure.value === undefined ? (
          <div class="pane-empty skeleton" role="status" aria-label="Loading the chart" />
        ) : (
          <div class="pane-empty">
            <Notice kind="bad" title="The chart can’t be loaded">
              {known.failure.value}. The page keeps trying by itself.
            </Notice>
          </div>
        ))}
    </>
  );
}
