import { type ChartChoices, PRICE_FITS, PRICE_SCALES, readChoices } from '../stock/chart-choices.ts';
import { comparedText, parseCompared } from '../stock/compare/compared-names.ts';
import type { ChartStyle } from '../stock/drawing/price-series.ts';
import { parseInterval } from '../stock/interval.ts';
import { COMPARED, type SplitChart } from '../stock/split-chart.ts';
import { parseStudies, studiesText } from '../stock/studies/study.ts';
import type { WantedRange } from '../stock/wanted-range.ts';

export const STYLES: readonly ChartStyle[] = ['candles', 'line'];
export const CHART_FORM = 'a stock, as in AAPL, AAPL@NASDAQ or AAPL:5m:line:log:sma20:vs,MSFT';

export function choicesOf(chart: SplitChart | undefined): ChartChoices {
  const parameters = {
    interval: chart?.interval,
    style: chart?.style,
    scale: chart?.scale,
    fit: chart?.fit,
    studies: studiesText(chart?.studies ?? []),
    compare: comparedText(chart?.compare ?? []),
  };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, value);
  return readChoices(query, 'candles', chart?.stock);
}

/** Reads `AAPL@NASDAQ:5m:line:log:sma20,bb20x2:vs,MSFT`; `undefined`: it is none. */
export function readChart(text: string): SplitChart | undefined {
  const [named = '', ...more] = text.split(':');
  const [stock, exchange, ...rest] = named.split('@').map(decoded);
  if (stock === undefined || stock === '' || rest.length > 0) return undefined;
  let chart: SplitChart = { stock, exchange };
  for (const word of more) {
    const choice = readChoice(word, stock);
    if (choice === undefined) return undefined;
    chart = { ...chart, ...choice };
  }
  return chart;
}

function readChoice(word: string, own: string): Partial<SplitChart> | undefined {
  if (word.startsWith(COMPARED)) {
    const { stocks, faults } = parseCompared(word.slice(COMPARED.length), own);
    return stocks.length > 0 && faults.length === 0 ? { compare: stocks } : undefined;
  }
  const interval = parseInterval(word);
  if (interval !== undefined) return { interval };
  const style = STYLES.find((name) => name === word);
  if (style !== undefined) return { style };
  const scale = PRICE_SCALES.find((name) => name === word);
  if (scale !== undefined) return { scale };
  const fit = PRICE_FITS.find((name) => name === word);
  if (fit !== undefined) return { fit };
  const wanted = readOwnRange(word);
  if (wanted !== undefined) return { wanted };
  const { studies, faults } = parseStudies(word);
  return studies.length > 0 && faults.length === 0 ? { studies } : undefined;
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
