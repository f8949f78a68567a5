import { type AddressProblem, AddressReader } from '../address-reader.ts';
import { queryText } from '../format/query-text.ts';
import type { StockName } from './candle-source.ts';
import { rangeParameters, readRange } from './chart-address.ts';
import type { ChartStyle } from './drawing/price-series.ts';
import { type ChartInterval, INTERVALS, parseInterval } from './interval.ts';
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

export interface SplitAddress extends SplitState {
  readonly problems: readonly AddressProblem[];
}

const KNOWN = ['charts', 'from', 'to', 'span', 'at', 'interval', 'style', 'linked', 'layout'];
const STYLES: readonly ChartStyle[] = ['candles', 'line'];
const CHART_FORM = 'a stock, as in AAPL, AAPL@NASDAQ or AAPL:5m:line';

/**
 * Reads `charts=AAPL:5m~MSFT@NASDAQ:line~…`, the range of all, and `interval` and `style` for those that name none. What is
 * wrong is noted, and reads as left out.
 */
export function readSplitAddress(query: URLSearchParams): SplitAddress {
  const reader = new AddressReader(query);
  const shared = { interval: reader.choice('interval', INTERVALS), style: reader.choice('style', STYLES) };
  const linked = reader.choice('linked', ['0', '1']) !== '0';
  const stacked = reader.choice('layout', ['columns', 'rows']) === 'rows';
  const charts = readCharts(query, reader).map((chart) => chart && { ...shared, ...chart });
  const wanted = readRange(query, reader);
  reader.refuseOthers(KNOWN);
  return { charts, wanted, linked, stacked, problems: reader.problems };
}

function readCharts(query: URLSearchParams, reader: AddressReader): readonly (SplitChart | undefined)[] {
  const parts = (query.get('charts') ?? '').split('~');
  if (parts.length > MOST_CHARTS)
    reader.refuse('charts', `names ${parts.length} charts; the first ${MOST_CHARTS} are shown`);
  const charts = parts.slice(0, MOST_CHARTS).map((part) => {
    const chart = part === '' ? undefined : readChart(part);
    if (part !== '' && chart === undefined)
      reader.refuse('charts', `has “${part}”, which is not ${CHART_FORM}; its place is empty`);
    return chart;
  });
  while (charts.length < 2) charts.push(undefined);
  return charts;
}

/** `undefined`: it is none. */
function readChart(text: string): SplitChart | undefined {
  const [named = '', ...more] = text.split(':');
  const [stock, exchange, ...rest] = named.split('@').map(decoded);
  if (stock === undefined || stock === '' || rest.length > 0) return undefined;
  let chart: SplitChart = { stock, exchange };
  for (const word of more) {
    const [interval, wanted] = [parseInterval(word), readOwnRange(word)];
    const style = STYLES.find((name) => name === word);
    if (interval !== undefined) chart = { ...chart, interval };
    else if (style !== undefined) chart = { ...chart, style };
    else if (wanted !== undefined) chart = { ...chart, wanted };
    else return undefined;
  }
  return chart;
}

/** `last900`: live; `1795341600-1795345200`: of the past. */
function readOwnRange(word: string): WantedRange | undefined {
  const live = /^last(\d{1,10})$/.exec(word)?.[1];
  if (live !== undefined && Number(live) > 0) return { kind: 'live', span: Number(live) };
  const past = /^(\d{1,11})-(\d{1,11})$/.exec(word);
  if (past === null) return undefined;
  const [from, to] = [Number(past[1]), Number(past[2])];
  return from < to ? { kind: 'past', from, to } : undefined;
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

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
