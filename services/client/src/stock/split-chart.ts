import type { StockName } from './candle-source.ts';
import type { ChartChoices, PriceFit, PriceScale } from './chart-choices.ts';
import type { ChartStyle } from './drawing/price-series.ts';
import type { ChartInterval } from './interval.ts';
import { type Study, studiesText } from './studies/study.ts';
import type { WantedRange } from './wanted-range.ts';

/** Stands before stocks that a chart is compared with. */
export const COMPARED = 'vs,';

/** One chart of a split view; its range is its own while charts are not linked. What is left out is as usual. */
export interface SplitChart extends StockName {
  /** undefined: candles follow the zoom. */
  readonly interval?: ChartInterval | undefined;
  readonly style?: ChartStyle | undefined;
  readonly scale?: PriceScale | undefined;
  readonly fit?: PriceFit | undefined;
  readonly studies?: readonly Study[] | undefined;
  readonly compare?: readonly string[] | undefined;
  readonly wanted?: WantedRange | undefined;
}

/** A chart with what somebody chose of it. */
export function chartOf(name: StockName, { interval, style, scale, fit, studies, compare }: ChartChoices): SplitChart {
  return {
    ...name,
    interval: interval.value,
    style: style.value,
    scale: scale.value,
    fit: fit.value,
    studies: studies.value,
    compare: compare.value,
  };
}

/** A chart as the split view's address has it. @param linked whether all charts show the same range */
export function chartText(chart: SplitChart, linked: boolean): string {
  const { stock, exchange, interval, style, scale, fit, studies = [], compare = [], wanted } = chart;
  return [
    exchange === undefined ? encoded(stock) : `${encoded(stock)}@${encoded(exchange)}`,
    interval,
    style === 'candles' ? undefined : style,
    scale === 'linear' ? undefined : scale,
    fit === 'all' ? undefined : fit,
    studiesText(studies),
    compare.length === 0 ? undefined : COMPARED + compare.map(encoded).join(','),
    linked || wanted === undefined ? undefined : ownRangeText(wanted),
  ]
    .filter((part) => part !== undefined)
    .join(':');
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
