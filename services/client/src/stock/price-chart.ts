import {
  type CandlestickData,
  CandlestickSeries,
  ColorType,
  CrosshairMode,
  createChart,
  HistogramSeries,
  type IChartApi,
  type ISeriesApi,
  type LineData,
  LineSeries,
  type Logical,
  type MouseEventParams,
  type Time,
  type UTCTimestamp,
  type WhitespaceData,
} from 'lightweight-charts';
import { AverageLines, type Averages } from './average-lines.ts';
import { type Bar, ohlcOf } from './bar.ts';
import type { Band } from './chart-bands.ts';
import { type ChartColors, candleLook, readChartColors } from './chart-colors.ts';
import { chartLook } from './chart-look.ts';
import { ChartMarks, type LocatedBand } from './chart-marks.ts';
import { noPoints, placeOf, type SeriesPoints } from './series-points.ts';

export type ChartStyle = 'candles' | 'line';

/** What is visible: places on the chart (not whole numbers, and beyond both ends when moved there). */
export interface VisiblePlaces {
  readonly from: number;
  readonly to: number;
}

export interface PriceChartOptions {
  readonly style: ChartStyle;
  /** The zone that times are shown in, and whether candles are days. */
  readonly zone: string;
  readonly isDaily: () => boolean;
  readonly onMoved: (places: VisiblePlaces) => void;
  /** The bar and the band under the crosshair; undefined: none is there, or the crosshair is away. */
  readonly onHover: (bar: Bar | undefined, band: Band | undefined) => void;
}

type PriceSeries = ISeriesApi<'Candlestick'> | ISeriesApi<'Line'>;

/** The drawing of a window of candles. Everything about the chart library is in here; this file is loaded when needed. */
export class PriceChart {
  readonly #options: PriceChartOptions;
  readonly #chart: IChartApi;
  readonly #counts: ISeriesApi<'Histogram'>;
  readonly #marks = new ChartMarks();
  #series: PriceSeries;
  #style: ChartStyle;
  #colors: ChartColors = readChartColors();
  #points: SeriesPoints = noPoints();
  #broken = new Set<number>();
  readonly #lines = new AverageLines();
  #averages: Averages | undefined;

  constructor(container: HTMLElement, options: PriceChartOptions) {
    this.#options = options;
    this.#style = options.style;
    this.#chart = createChart(container, {
      autoSize: true,
      // The library's own logo needs an inline style sheet, which the page's policy forbids; the view has the link.
      layout: { attributionLogo: false, background: { type: ColorType.Solid, color: 'transparent' } },
      crosshair: { mode: CrosshairMode.Normal },
      timeScale: {
        timeVisible: true,
        secondsVisible: true,
        rightOffset: 4,
        minBarSpacing: 0.35,
        shiftVisibleRangeOnNewBar: true,
      },
      localization: { locale: 'en-US' },
      kineticScroll: { mouse: false, touch: true },
    });
    this.#counts = this.#chart.addSeries(HistogramSeries, {
      priceScaleId: 'counts',
      priceLineVisible: false,
      lastValueVisible: false,
      priceFormat: { type: 'volume' },
    });
    this.#counts.priceScale().applyOptions({ scaleMargins: { top: 0.86, bottom: 0 } });
    this.#series = this.#addSeries();
    this.#applyLook();
    this.#chart.timeScale().subscribeVisibleLogicalRangeChange((range) => range !== null && options.onMoved(range));
    this.#chart.subscribeCrosshairMove((event) =>
      options.onHover(this.#barAt(event), event.point && this.#marks.bandAt(event.point.x)),
    );
  }

  get visible(): VisiblePlaces | undefined {
    return this.#chart.timeScale().getVisibleLogicalRange() ?? undefined;
  }

  get points(): SeriesPoints {
    return this.#points;
  }

  /** Draws a window anew; what is visible stays where it is, whatever was added in front or let go. */
  setPoints(points: SeriesPoints, digits: number): void {
    const before = this.visible;
    const anchor = before === undefined ? undefined : this.#anchor(before);
    this.#points = points;
    this.#broken = new Set(points.stretches.filter(({ noticeable }) => noticeable).map(({ before }) => before));
    this.#marks.points = points;
    this.#series.applyOptions({ priceFormat: { type: 'price', precision: digits, minMove: 10 ** -digits } });
    this.#setSeries();
    this.#counts.setData(points.times.map((time, index) => this.#countAt(time, points.bars[index])));
    if (before !== undefined && anchor !== undefined) {
      const shift = placeOf(points.times, anchor.time) - anchor.place;
      this.look({ from: before.from + shift, to: before.to + shift });
    }
  }

  /** Draws the newest bar again, or one that follows it without a gap. */
  updateLast(bar: Bar): void {
    const { times, bars } = this.#points;
    if (times[times.length - 1] !== bar.time) {
      (times as number[]).push(bar.time);
      (bars as (Bar | undefined)[]).push(bar);
    }
    this.#updateSeries(bar);
    this.#counts.update(this.#countAt(bar.time, bar));
  }

  /** What is drawn behind and over the bars. */
  setMarks(marks: Pick<ChartMarks, 'bands' | 'outliers' | 'isIncomplete'>): void {
    this.#marks.bands = marks.bands;
    this.#marks.outliers = marks.outliers;
    this.#marks.isIncomplete = marks.isIncomplete;
    this.#marks.touch();
  }

  bands(): readonly LocatedBand[] {
    return this.#marks.located();
  }

  /** Makes one hole's band stand out; undefined: none. */
  point(hole: Band['hole']): void {
    this.#marks.active = hole;
    this.#marks.touch();
  }

  look(places: VisiblePlaces): void {
    this.#chart.timeScale().setVisibleLogicalRange({ from: places.from as Logical, to: places.to as Logical });
  }

  setStyle(style: ChartStyle): void {
    if (style === this.#style) return;
    this.#style = style;
    const { priceFormat } = this.#series.options();
    this.#chart.removeSeries(this.#series);
    this.#lines.forget();
    this.#series = this.#addSeries();
    this.#series.applyOptions({ priceFormat });
    this.#applyLook();
    this.#setSeries();
    this.setAverages(this.#averages);
  }

  /** Lines at the averages of the visible range; undefined: none. */
  setAverages(averages: Averages | undefined): void {
    this.#averages = averages;
    this.#lines.draw(this.#series, averages, this.#colors);
  }

  /** The bars that are drawn, as the library has them. */
  drawn(): readonly (readonly number[])[] {
    const drawn: number[][] = [];
    for (const item of this.#series.data() as readonly (CandlestickData | LineData | WhitespaceData)[]) {
      const time = item.time as number;
      if ('open' in item) drawn.push([time, item.open, item.high, item.low, item.close]);
      else if ('value' in item) drawn.push([time, item.value]);
    }
    return drawn;
  }

  recolor(): void {
    this.#colors = readChartColors();
    this.#applyLook();
    this.#counts.setData(this.#points.times.map((time, index) => this.#countAt(time, this.#points.bars[index])));
    this.#setSeries();
    this.setAverages(this.#averages);
  }

  dispose(): void {
    this.#chart.remove();
  }

  #addSeries(): PriceSeries {
    const series: PriceSeries =
      this.#style === 'candles'
        ? this.#chart.addSeries(CandlestickSeries)
        : this.#chart.addSeries(LineSeries, { lineWidth: 2, crosshairMarkerRadius: 4 });
    series.priceScale().applyOptions({ scaleMargins: { top: 0.12, bottom: 0.2 } });
    series.attachPrimitive(this.#marks);
    return series;
  }

  #setSeries(): void {
    const { times, bars } = this.#points;
    if (this.#style === 'candles') {
      const series = this.#series as ISeriesApi<'Candlestick'>;
      series.setData(times.map((time, index) => ({ time: time as UTCTimestamp, ...ohlcOf(bars[index]) })));
    } else {
      const series = this.#series as ISeriesApi<'Line'>;
      series.setData(times.map((time, index) => this.#lineAt(time, index)));
    }
  }

  #updateSeries(bar: Bar): void {
    const time = bar.time as UTCTimestamp;
    if (this.#style === 'candles') (this.#series as ISeriesApi<'Candlestick'>).update({ time, ...ohlcOf(bar) });
    else (this.#series as ISeriesApi<'Line'>).update(this.#lineAt(bar.time, this.#points.times.length - 1));
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

  #countAt(time: number, bar: Bar | undefined) {
    if (bar === undefined) return { time: time as UTCTimestamp };
    const color = bar.close >= bar.open ? this.#colors.upFaint : this.#colors.downFaint;
    return { time: time as UTCTimestamp, value: bar.count, color };
  }

  /** A bar near the middle of what is visible, and its place: what must not move. */
  #anchor({ from, to }: VisiblePlaces): { readonly place: number; readonly time: number } | undefined {
    const { times } = this.#points;
    if (times.length === 0) return undefined;
    const place = Math.min(times.length - 1, Math.max(0, Math.round((from + to) / 2)));
    return { place, time: times[place] ?? 0 };
  }

  #barAt(event: MouseEventParams<Time>): Bar | undefined {
    return event.logical === undefined || event.point === undefined ? undefined : this.#points.bars[event.logical];
  }

  #applyLook(): void {
    const colors = this.#colors;
    this.#marks.colors = colors;
    this.#chart.applyOptions(chartLook(colors, this.#options.zone, this.#options.isDaily));
    if (this.#style === 'candles') {
      (this.#series as ISeriesApi<'Candlestick'>).applyOptions(candleLook(colors));
    } else (this.#series as ISeriesApi<'Line'>).applyOptions({ color: colors.line });
  }
}
