import {
  type CandlestickData,
  CandlestickSeries,
  type IChartApi,
  type ISeriesApi,
  type LineData,
  LineSeries,
  PriceScaleMode,
  type SeriesType,
  type UTCTimestamp,
  type WhitespaceData,
} from 'lightweight-charts';
import type { PriceScale } from '../chart-choices.ts';
import { noPoints, type SeriesPoints } from '../series-points.ts';
import { type ChartColors, candleLook } from './chart-colors.ts';
import type { PriceFit } from './price-fit.ts';

const MODES: Readonly<Record<PriceScale, PriceScaleMode>> = {
  linear: PriceScaleMode.Normal,
  log: PriceScaleMode.Logarithmic,
  percent: PriceScaleMode.Percentage,
};

export type ChartStyle = 'candles' | 'line';

/** The prices of a chart, as candles or as a line of closes. */
export class PriceSeries {
  readonly style: ChartStyle;
  readonly api: ISeriesApi<SeriesType>;
  readonly #chart: IChartApi;
  #points: SeriesPoints = noPoints();
  /** Places after which a line is broken. */
  #broken = new Set<number>();

  constructor(chart: IChartApi, style: ChartStyle, fit: PriceFit) {
    this.#chart = chart;
    this.style = style;
    const autoscaleInfoProvider = fit.provide;
    const series =
      style === 'candles'
        ? chart.addSeries(CandlestickSeries, { autoscaleInfoProvider })
        : chart.addSeries(LineSeries, { lineWidth: 2, crosshairMarkerRadius: 4, autoscaleInfoProvider });
    this.api = series as ISeriesApi<SeriesType>;
    // The room above and below is part of what has to fit: a share of the height would lead below zero.
    this.api.priceScale().applyOptions({ scaleMargins: { top: 0, bottom: 0 } });
  }

  /** Shows prices on another scale, all of them again if somebody has moved it by hand. */
  setScale(scale: PriceScale): void {
    this.api.priceScale().applyOptions({ mode: MODES[scale], autoScale: true });
  }

  draw(points: SeriesPoints): void {
    this.#points = points;
    this.#broken = new Set(points.stretches.filter(({ noticeable }) => noticeable).map(({ before }) => before));
    this.api.setData(points.times.map((time, place) => this.#itemAt(time, place)));
  }

  /** Draws the newest of the places again. */
  update(): void {
    const place = this.#points.times.length - 1;
    this.api.update(this.#itemAt(this.#points.times[place] ?? 0, place));
  }

  setDigits(digits: number): void {
    this.api.applyOptions({ priceFormat: { type: 'price', precision: digits, minMove: 10 ** -digits } });
  }

  recolor(colors: ChartColors): void {
    this.api.applyOptions(this.style === 'line' ? { color: colors.line } : candleLook(colors));
  }

  /** The bars as the library has them. */
  drawn(): readonly (readonly number[])[] {
    const drawn: number[][] = [];
    for (const item of this.api.data() as readonly (CandlestickData | LineData | WhitespaceData)[]) {
      const time = item.time as number;
      if ('open' in item) drawn.push([time, item.open, item.high, item.low, item.close]);
      else if ('value' in item) drawn.push([time, item.value]);
    }
    return drawn;
  }

  remove(): void {
    this.#chart.removeSeries(this.api);
  }

  #itemAt(seconds: number, place: number): CandlestickData | LineData | WhitespaceData {
    const bar = this.#points.bars[place];
    const time = seconds as UTCTimestamp;
    if (bar === undefined) return { time };
    const { open, high, low, close } = bar;
    if (this.style === 'candles') return { time, open, high, low, close };
    // The segment that would lead over a gap takes the colour of the bar it begins at.
    return { time, value: close, ...(this.#broken.has(place) && { color: 'transparent' }) };
  }
}
