import { queryText } from '../format/query-text.ts';
import { rangeParameters } from './chart-address.ts';
import { chartText, type SplitChart } from './split-chart.ts';
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
