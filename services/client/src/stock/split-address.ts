import { queryText } from '../format/query-text.ts';
import type { StockName } from './candle-source.ts';
import { rangeParameters } from './chart-address.ts';
import type { ChartStyle } from './drawing/price-series.ts';
import type { ChartInterval } from './interval.ts';
import type { WantedRange } from './wanted-range.ts';

/** So many charts one page has. */
export const MOST_CHARTS = 4;

/** One chart of a split view; its range is its own while charts are not linked. */
export interface SplitChart extends StockName {
  /** undefined: candles follow the zoom. */
  readonly interval?: ChartInterval | undefined;
  readonly style?: ChartStyle | undefined;
  readonly wanted?: WantedRange | undefined;
}

export interface SplitState {
  /** undefined: a place for a chart that is still to be chosen. */
  readonly charts: readonly (SplitChart | undefined)[];
  readonly wanted: WantedRange;
  readonly linked: boolean;
  /** Two charts one above the other. */
  readonly stacked: boolean;
}

/** A split view as parameters of an address. */
export function splitParameters(state: SplitState): Readonly<Record<string, string | undefined>> {
  const { charts, wanted, linked, stacked } = state;
  return {
    charts: charts.map((chart) => (chart === undefined ? '' : chartText(chart, linked))).join('~'),
    ...rangeParameters(wanted),
    interval: undefined,
    style: undefined,
    linked: linked ? undefined : '0',
    layout: stacked ? 'rows' : undefined,
  };
}

export function splitAddress(state: Pick<SplitState, 'charts' | 'wanted'> & Partial<SplitState>): string {
  const query = new URLSearchParams();
  const parameters = splitParameters({ linked: true, stacked: false, ...state });
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, value);
  return `/split?${queryText(query)}`;
}

function chartText({ stock, exchange, interval, style, wanted }: SplitChart, linked: boolean): string {
  const name = exchange === undefined ? encoded(stock) : `${encoded(stock)}@${encoded(exchange)}`;
  const own = linked || wanted === undefined ? undefined : ownRangeText(wanted);
  return [name, interval, style === 'candles' ? undefined : style, own].filter((part) => part !== undefined).join(':');
}

function ownRangeText(wanted: WantedRange): string {
  if (wanted.kind === 'live') return `last${Math.round(wanted.span)}`;
  const { from, to } =
    wanted.kind === 'past' ? wanted : { from: wanted.at - wanted.span / 2, to: wanted.at + wanted.span / 2 };
  return `${Math.max(0, Math.round(from))}-${Math.round(to)}`;
}

/** Also what `encodeURIComponent` leaves as it is and what parts charts here. */
function encoded(name: string): string {
  return encodeURIComponent(name).replaceAll('~', '%7E');
}
