import { type AddressProblem, AddressReader } from '../address-reader.ts';
import { queryText } from '../format/query-text.ts';
import { rangeParameters, readRange } from './chart-address.ts';
import { INTERVALS } from './interval.ts';
import { CHART_FORM, chartText, readChart, type SplitChart, STYLES } from './split-chart.ts';
import type { WantedRange } from './wanted-range.ts';

/** So many charts one page has. */
export const MOST_CHARTS = 4;

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
