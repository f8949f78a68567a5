import { type Signal, signal } from '@preact/signals';
import { comparedText, parseCompared } from './compare/compared-names.ts';
import type { ChartStyle } from './drawing/price-series.ts';
import { type ChartInterval, parseInterval } from './interval.ts';
import { parseStudies, type Study, studiesText } from './studies/study.ts';

/** How prices become heights. `percent`: of the price at the left edge of what is visible. */
export type PriceScale = 'linear' | 'log' | 'percent';
export const PRICE_SCALES: readonly PriceScale[] = ['linear', 'log', 'percent'];

/** Whether all prices in view have to fit, or only the usual ones. */
export type PriceFit = 'all' | 'usual';
export const PRICE_FITS: readonly PriceFit[] = ['all', 'usual'];

/** What somebody chose to see of a chart, but for the range. Kept in the address. */
export interface ChartChoices {
  /** undefined: candles follow the zoom. */
  readonly interval: Signal<ChartInterval | undefined>;
  readonly style: Signal<ChartStyle>;
  readonly studies: Signal<readonly Study[]>;
  /** Stocks beside the chart's own. */
  readonly compare: Signal<readonly string[]>;
  /** What of an address could not be taken, and why; until somebody has read it. */
  readonly faults: Signal<readonly string[]>;
  readonly scale: Signal<PriceScale>;
  readonly fit: Signal<PriceFit>;
}

/**
 * Reads choices from an address.
 * @param usual the style where none is named
 * @param own the chart's stock
 */
export function readChoices(query: URLSearchParams, usual: ChartStyle, own?: string): ChartChoices {
  const style = query.get('style');
  const { studies, faults } = parseStudies(query.get('studies'));
  const compared = parseCompared(query.get('compare'), own);
  return {
    studies: signal(studies),
    compare: signal(compared.stocks),
    faults: signal([...faults, ...compared.faults]),
    interval: signal(parseInterval(query.get('interval'))),
    style: signal(style === 'line' || style === 'candles' ? style : usual),
    scale: signal(PRICE_SCALES.find((name) => name === query.get('scale')) ?? 'linear'),
    fit: signal(query.get('fit') === 'usual' ? 'usual' : 'all'),
  };
}

/** Choices as parameters of an address; what is as usual has none. */
export function choiceParameters(
  choices: ChartChoices,
  usual: ChartStyle,
): Readonly<Record<string, string | undefined>> {
  const { interval, style, studies, compare, scale, fit } = choices;
  return {
    interval: interval.value,
    style: style.value === usual ? undefined : style.value,
    studies: studiesText(studies.value),
    compare: comparedText(compare.value),
    scale: scale.value === 'linear' ? undefined : scale.value,
    fit: fit.value === 'all' ? undefined : fit.value,
  };
}
