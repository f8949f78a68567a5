import {
  type CandlestickData,
  CandlestickSeries,
  type IChartApi,
  type ISeriesApi,
  type LineData,
  LineSeries,
  PriceScaleMode,
  type UTCTimestamp,
  type WhitespaceData,
} from 'lightweight-charts';
import { type Bar, ohlcOf } from '../bar.ts';
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
  readonly api: ISeriesApi<'Candlestick'> | ISeriesApi<'Line'>;
  readonly #chart: IChartApi;
  #points: SeriesPoints = noPoints();
  /** Places after which a line is broken. */
  #broken = new Set<number>();

  constructor(chart: IChartApi, style: ChartStyle, fit: PriceFit) {
    this.#chart = chart;
    this.style = style;
    this.api =
      style === 'candles'
        ? chart.addSeries(CandlestickSeries, { autoscaleInfoProvider: fit.provide })
        : chart.addSeries(LineSeries, { lineWidth: 2, crosshairMarkerRadius: 4, autoscaleInfoProvider: fit.provide });
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
    const { times, bars } = points;
    if (this.style === 'candles') {
      const series = this.api as ISeriesApi<'Candlestick'>;
      series.setData(times.map((time, index) => ({ time: time as UTCTimestamp, ...ohlcOf(bars[index]) })));
    } else {
      const series = this.api as ISeriesApi<'Line'>;
      series.setData(times.map((time, index) => this.#lineAt(time, index)));
    }
  }

  /** Draws the newest bar of the places again. */
  update(bar: Bar): void {
    const time = bar.time as UTCTimestamp;
    if (this.style === 'candles') (this.api as ISeriesApi<'Candlestick'>).update({ time, ...ohlcOf(bar) });
    else (this.api as ISeriesApi<'Line'>).update(this.#lineAt(bar.time, this.#points.times.length - 1));
  }

  setDigits(digits: number): void {
    this.api.applyOptions({ priceFormat: { type: 'price', precision: digits, minMove: 10 ** -digits } });
  }

  recolor(colors: ChartColors): void {
    if (this.style === 'line') (this.api as ISeriesApi<'Line'>).applyOptions({ color: colors.line });
    else (this.api as ISeriesApi<'Candlestick'>).applyOptions(candleLook(colors));
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

  #lineAt(time: number, index: number) {
    const bar = this.#points.bars[index];
    const at = time as UTCTimestamp;
    if (bar === undefined) return { time: at };
    // The segment that would lead over a gap takes the colour of the bar it begins at.
    return this.#broken.has(index)
      ? { time: at, value: bar.close, color: 'transparent' }
      : { time: at, value: bar.close };
  }
}
