import { type AddressProblem, AddressReader } from '../address-reader.ts';
import { readRange } from '../stock/chart-address.ts';
import type { ChartStyle } from '../stock/drawing/price-series.ts';
import { INTERVALS, parseInterval } from '../stock/interval.ts';
import { MOST_CHARTS, type SplitChart, type SplitState } from '../stock/split-address.ts';
import type { WantedRange } from '../stock/wanted-range.ts';

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

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
