import type { IChartApi, ISeriesApi, Logical, MouseEventParams, SeriesType, Time } from 'lightweight-charts';
import { zoneClock } from '../../format/zone-clock.ts';
import { AxisText } from '../axis-text.ts';
import type { Bar } from '../bar.ts';
import type { Band } from '../chart-bands.ts';
import type { ChartScale } from '../chart-scale.ts';
import { INTERVAL_SECONDS } from '../interval.ts';
import { noPoints, placeOf, type SeriesPoints } from '../series-points.ts';
import { AverageLines, type Averages } from './average-lines.ts';
import { type ChartColors, readChartColors } from './chart-colors.ts';
import type { ChartLayer, ChartSurface } from './chart-layer.ts';
import { chartLook } from './chart-look.ts';
import { ChartMarks, type LocatedBand, type Marks } from './chart-marks.ts';
import { CountBars } from './count-bars.ts';
import { createZoneChart } from './create-chart.ts';
import { priceBand } from './price-band.ts';
import { PriceFit } from './price-fit.ts';
import { type ChartStyle, PriceSeries } from './price-series.ts';
import { sessionLines } from './session-lines.ts';
import { type WrittenMark, ZoneScale } from './zone-scale.ts';

/** What is visible: places on the chart (not whole numbers, and beyond both ends when moved there). */
export interface VisiblePlaces {
  readonly from: number;
  readonly to: number;
}

export interface PriceChartOptions {
  readonly style: ChartStyle;
  readonly scale: ChartScale;
  /** The zone that times are shown in. */
  readonly zone: string;
  readonly onMoved: (places: VisiblePlaces) => void;
  /** The bar and the band under the crosshair; undefined: none is there, or the crosshair is away. */
  readonly onHover: (bar: Bar | undefined, band: Band | undefined) => void;
}

/** What the axes show: marks of the time axis, and which prices the height stands for. */
export interface ShownAxes {
  readonly marks: readonly WrittenMark[];
  readonly low: number | null;
  readonly high: number | null;
}

/** The drawing of a window of candles: prices and layers. Only what is in this folder knows the chart library. */
export class PriceChart implements ChartSurface {
  readonly chart: IChartApi;
  colors: ChartColors = readChartColors();
  points: SeriesPoints = noPoints();
  readonly alsoInView: ChartSurface['alsoInView'] = new Set();
  readonly #options: PriceChartOptions;
  readonly #marks = new ChartMarks();
  readonly #averages = new AverageLines();
  readonly #layers = new Set<ChartLayer>();
  readonly #axis: ZoneScale;
  readonly #fit: PriceFit;
  #prices: PriceSeries;
  /** What is to be visible; the library knows it only from its next frame on. */
  #looked: VisiblePlaces | undefined;
  #openings: ReadonlySet<number> = new Set();

  constructor(container: HTMLElement, options: PriceChartOptions) {
    this.#options = options;
    this.#axis = new ZoneScale({
      text: new AxisText(zoneClock(options.zone)),
      isDaily: () => this.points.width >= INTERVAL_SECONDS['1d'],
      isSessionStart: (time) => this.#openings.has(time),
      xOf: (place) => this.chart.timeScale().logicalToCoordinate(place as Logical),
    });
    this.#fit = new PriceFit(options.scale, this);
    this.chart = createZoneChart(container, this.#axis, (price) => this.#fit.label(price));
    this.#prices = this.#addPrices(options.style);
    const own = [new CountBars(), priceBand(), sessionLines(), this.#marks, this.#averages];
    for (const layer of own) this.add(layer);
    this.#applyLook();
    this.chart.timeScale().subscribeVisibleLogicalRangeChange((range) => {
      this.#looked = undefined;
      if (range !== null) options.onMoved(range);
    });
    this.chart.subscribeCrosshairMove((event) =>
      options.onHover(this.#barAt(event), event.point && this.#marks.bandAt(event.point.x)),
    );
  }

  get series(): ISeriesApi<SeriesType> {
    return this.#prices.api;
  }

  get visible(): VisiblePlaces | undefined {
    return this.#looked ?? this.chart.timeScale().getVisibleLogicalRange() ?? undefined;
  }

  add(layer: ChartLayer): void {
    this.#layers.add(layer);
    layer.attach(this);
    layer.draw();
  }

  remove(layer: ChartLayer): void {
    if (this.#layers.delete(layer)) layer.detach();
  }

  /** Draws a window anew; what is visible stays where it is, whatever was added in front or let go. */
  setPoints(points: SeriesPoints, digits: number): void {
    const before = this.visible;
    const anchor = before === undefined ? undefined : this.#anchor(before);
    this.points = points;
    this.#openings = new Set(points.openings.map((place) => points.times[place] ?? 0));
    this.#fit.take(points, digits);
    this.#prices.setDigits(digits);
    this.#drawAll();
    if (before !== undefined && anchor !== undefined) {
      const shift = placeOf(points.times, anchor.time) - anchor.place;
      this.look({ from: before.from + shift, to: before.to + shift });
    }
  }

  /** Draws the newest bar again, or one that follows it without a gap. */
  updateLast(bar: Bar): void {
    const { times, bars } = this.points;
    if (times[times.length - 1] !== bar.time) {
      (times as number[]).push(bar.time);
      (bars as (Bar | undefined)[]).push(bar);
    }
    this.#fit.update(bar);
    this.#prices.update();
    for (const layer of this.#layers) layer.update?.();
  }

  /** What is drawn behind and over the bars. */
  setMarks(marks: Marks): void {
    this.#fit.outliers = marks.outliers;
    this.#marks.set(marks);
  }

  bands(): readonly LocatedBand[] {
    return this.#marks.located();
  }

  /** Makes one hole's band stand out; undefined: none. */
  point(hole: Band['hole']): void {
    this.#marks.point(hole);
  }

  look(places: VisiblePlaces): void {
    this.#looked = places;
    this.chart.timeScale().setVisibleLogicalRange({ from: places.from as Logical, to: places.to as Logical });
  }

  setStyle(style: ChartStyle): void {
    if (style === this.#prices.style) return;
    const { priceFormat } = this.series.options();
    for (const layer of this.#layers) layer.detach();
    this.#prices.remove();
    this.#prices = this.#addPrices(style);
    this.series.applyOptions({ priceFormat });
    for (const layer of this.#layers) layer.attach(this);
    this.#applyLook();
    this.#drawAll();
  }

  /** Another scale, or other prices that have to fit, were chosen. */
  rescale(): void {
    this.#prices.setScale(this.#options.scale.effective.peek());
  }

  /** What the axes show now. */
  axes(): ShownAxes {
    const height = this.chart.paneSize().height;
    return {
      marks: this.#axis.written(this.chart.timeScale().width()),
      low: this.series.coordinateToPrice(height - 1),
      high: this.series.coordinateToPrice(0),
    };
  }

  /** Lines at the averages of the visible range; undefined: none. */
  setAverages(averages: Averages | undefined): void {
    this.#averages.set(averages);
  }

  /** The prices at which lines of averages are drawn. */
  averages(): readonly number[] {
    return this.#averages.prices;
  }

  /** The bars that are drawn, as the library has them. */
  drawn(): readonly (readonly number[])[] {
    return this.#prices.drawn();
  }

  recolor(): void {
    this.colors = readChartColors();
    this.#applyLook();
    this.#drawAll();
  }

  dispose(): void {
    // What a layer has asked for the next frame would find no chart any more.
    for (const layer of this.#layers) layer.detach();
    this.#layers.clear();
    this.chart.remove();
  }

  #addPrices(style: ChartStyle): PriceSeries {
    const prices = new PriceSeries(this.chart, style, this.#fit);
    prices.setScale(this.#options.scale.effective.peek());
    return prices;
  }

  #drawAll(): void {
    this.#prices.draw(this.points);
    for (const layer of this.#layers) layer.draw();
  }

  #applyLook(): void {
    this.chart.applyOptions(chartLook(this.colors));
    this.#prices.recolor(this.colors);
  }

  /** A bar near the middle of what is visible, and its place: what must not move. */
  #anchor({ from, to }: VisiblePlaces): { readonly place: number; readonly time: number } | undefined {
    const { times } = this.points;
    if (times.length === 0) return undefined;
    const place = Math.min(times.length - 1, Math.max(0, Math.round((from + to) / 2)));
    return { place, time: times[place] ?? 0 };
  }

  #barAt(event: MouseEventParams<Time>): Bar | undefined {
    return event.logical === undefined || event.point === undefined ? undefined : this.points.bars[event.logical];
  }
}
