import { useMemo } from 'preact/hooks';
import type { Market } from '../board/market.ts';
import { rowKey, type StockRow } from '../board/stock-row.ts';
import type { LiveFeed } from '../live/live-feed.ts';
import { stockAddress } from '../route.ts';
import { place } from '../router.ts';
import { AddressNotice } from '../ui/address-notice.tsx';
import { Notice } from '../ui/notice.tsx';
import { useTitle } from '../ui/use-title.ts';
import { readChartAddress } from './chart-address.ts';
import { ExchangeChoice, UnknownStock } from './late-notes.tsx';
import { SilenceNote } from './silence-note.tsx';
import { STOCK_STYLE, StockChart } from './stock-chart.tsx';
import { StockHead } from './stock-head.tsx';
import { useKnownStock } from './use-known-stock.ts';

interface Props {
  readonly stock: string;
  readonly market: Market;
  readonly live: LiveFeed;
}

/** The page of one stock. */
export function StockView({ stock, market, live }: Props) {
  useTitle(stock);
  // A link, or a step back, to the same stock begins anew, as its address says.
  const here = place.value;
  const address = useMemo(() => readChartAddress(here.query, STOCK_STYLE, stock), [here]);
  const exchange = here.query.get('exchange') ?? undefined;
  const known = useKnownStock({ stock, exchange }, market);
  const exchanges = known.exchanges.value;
  const row = rowOf(market, stock, exchange === undefined ? exchanges : [exchange]);
  const state = known.state.value;
  const head = <StockHead stock={stock} exchange={exchange} row={row} market={market} />;
  const notices = (
    <>
      <AddressNotice problems={address.problems} />
      <ExchangeChoice stock={stock} exchange={exchange} exchanges={exchanges} priced={row?.exchange} />
    </>
  );
  if (state === 'known') {
    return (
      <main class="stock">
        <StockChart {...{ name: { stock, exchange }, address, known, row, market, live, head }}>
          {notices}
          <SilenceNote known={known} market={market} />
        </StockChart>
      </main>
    );
  }
  return (
    <main class="stock">
      {head}
      {notices}
      {state === 'unknown' && (
        <div class="stock-missing">
          <UnknownStock
            stock={stock}
            exchange={exchange}
            exchanges={exchanges}
            market={market}
            addressOf={stockAddress}
          />
        </div>
      )}
      {state === 'asking' && known.failure.value === undefined && (
        <div class="stock-missing skeleton" role="status" aria-label="Loading the chart" />
      )}
      {state === 'asking' && known.failure.value !== undefined && (
        <div class="stock-missing">
          <Notice kind="bad" title="The chart can’t be loaded">
            {known.failure.value}. The page keeps trying by itself.
          </Notice>
        </div>
      )}
    </main>
  );
}

/** The row of the board that belongs to this page, as soon as there is one; of several, that of the first exchange. */
function rowOf({ rows }: Market, stock: string, exchanges: readonly string[]): StockRow | undefined {
  for (const exchange of exchanges) {
    const row = rows.get(rowKey(stock, exchange));
    if (row !== undefined) return row;
  }
  return undefined;
}
