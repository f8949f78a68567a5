import { type AddressProblem, AddressReader } from '../address-reader.ts';
import { readRange } from '../stock/chart-address.ts';
import { INTERVALS } from '../stock/interval.ts';
import { MOST_CHARTS, type SplitState } from '../stock/split-address.ts';
import type { SplitChart } from '../stock/split-chart.ts';
import { CHART_FORM, readChart, STYLES } from './read-chart.ts';

export interface SplitAddress extends SplitState {
  readonly problems: readonly AddressProblem[];
}

const KNOWN = ['charts', 'from', 'to', 'span', 'at', 'interval', 'style', 'linked', 'layout'];

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
