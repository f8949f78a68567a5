import { useSignalEffect } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { exchangesOf, type Market } from '../board/market.ts';
import type { StockRow } from '../board/stock-row.ts';
import { nowMs } from '../clock.ts';
import type { ZoneChoice } from '../format/zone.ts';
import type { LiveFeed } from '../live/live-feed.ts';
import { place, rememberInAddress } from '../router.ts';
import { zone } from '../settings.ts';
import { useTitle } from '../ui/use-title.ts';
import { ChartController } from './chart-controller.ts';
import type { ChartRange } from './chart-model.ts';
import { ChartPanel } from './chart-panel.tsx';
import { ChartTools } from './chart-tools.tsx';
import { type ChartInterval, parseInterval } from './interval.ts';
import type { ChartStyle } from './price-chart.ts';
import { StockFigures } from './stock-figures.tsx';
import { StockHead } from './stock-head.tsx';

const FIRST_SPAN_SECONDS = 900;

interface Props {
  readonly stock: string;
  readonly market: Market;
  readonly live: LiveFeed;
}

interface Kept {
  range: ChartRange | undefined;
  interval: ChartInterval | undefined;
  style: ChartStyle;
}

export function StockView({ stock, market, live }: Props) {
  useTitle(stock);
  const { query } = place.value;
  const exchange = query.get('exchange') ?? undefined;
  const kept = useMemo(() => readAddress(query), [stock, exchange]);
  const row = useRow(market, stock, exchange);
  // Another zone moves the days' bounds and all labels: the chart begins anew at the range that was visible.
  const controller = useMemo(
    () => createController({ stock, exchange }, market, live, zone.value, kept),
    [stock, exchange, market, live, zone.value, kept],
  );
  useSignalEffect(() => {
    kept.interval = controller.auto.value ? undefined : controller.interval.value;
    kept.style = controller.style.value;
    remember(kept);
  });
  return (
    <main class="stock">
      <StockHead stock={stock} exchange={exchange} row={row} market={market} />
      <ChartTools controller={controller} />
      <ChartPanel controller={controller} zone={zone.value} label={`Prices of ${stock}`} key={zone.value} />
      <StockFigures controller={controller} row={row} />
    </main>
  );
}

function createController(
  name: { readonly stock: string; readonly exchange: string | undefined },
  market: Market,
  live: LiveFeed,
  zoneChoice: ZoneChoice,
  kept: Kept,
): ChartController {
  const range = kept.range ?? { from: nowMs() / 1000 - FIRST_SPAN_SECONDS, to: Number.POSITIVE_INFINITY };
  let newest = 0;
  for (const row of market.rows.values()) if (row.stock === name.stock) newest = Math.max(newest, row.time);
  let timer: ReturnType<typeof setTimeout> | undefined;
  return new ChartController({
    name,
    live,
    zone: zoneChoice,
    exchanges: () => exchangesOf(market, name),
    newest,
    range,
    interval: kept.interval,
    style: kept.style,
    onRange: (visible) => {
      kept.range = visible;
      clearTimeout(timer);
      timer = setTimeout(() => remember(kept), 400);
    },
  });
}

/** The row of the board that belongs to this page, as soon as there is one. */
function useRow(market: Market, stock: string, exchange: string | undefined): StockRow | undefined {
  market.version.value;
  for (const row of market.rows.values()) {
    if (row.stock === stock && (exchange === undefined || row.exchange === exchange)) return row;
  }
  return undefined;
}

function readAddress(query: URLSearchParams): Kept {
  const from = Number(query.get('from') ?? Number.NaN);
  const to = query.get('to') === null ? Number.POSITIVE_INFINITY : Number(query.get('to'));
  return {
    range: Number.isFinite(from) && to > from ? { from, to } : undefined,
    interval: parseInterval(query.get('interval')),
    style: query.get('style') === 'line' ? 'line' : 'candles',
  };
}

/** A live view is restored by how far back it looks, a view of the past by where it looks. */
function remember({ range, interval, style }: Kept): void {
  if (!location.pathname.startsWith('/stock/')) return;
  const past = range !== undefined && Number.isFinite(range.to);
  rememberInAddress({
    interval,
    style: style === 'line' ? 'line' : undefined,
    from: past ? String(Math.round(range.from)) : undefined,
    to: past ? String(Math.round(range.to)) : undefined,
  });
}
