import { type Signal, signal } from '@preact/signals';
import type { ChartStyle } from './drawing/price-series.ts';
import { type ChartInterval, parseInterval } from './interval.ts';

/** What somebody chose to see of a chart, but for the range. Kept in the address. */
export interface ChartChoices {
  /** undefined: candles follow the zoom. */
  readonly interval: Signal<ChartInterval | undefined>;
  readonly style: Signal<ChartStyle>;
}

/** Reads choices from an address. @param usual the style where none is named */
export function readChoices(query: URLSearchParams, usual: ChartStyle): ChartChoices {
  const style = query.get('style');
  return {
    interval: signal(parseInterval(query.get('interval'))),
    style: signal(style === 'line' || style === 'candles' ? style : usual),
  };
}

/** Choices as parameters of an address; what is as usual has none. */
export function choiceParameters(
  choices: ChartChoices,
  usual: ChartStyle,
): Readonly<Record<string, string | undefined>> {
  const { interval, style } = choices;
  return { interval: interval.value, style: style.value === usual ? undefined : style.value };
}
