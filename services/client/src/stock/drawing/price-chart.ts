import {
  ColorType,
  CrosshairMode,
  createChart,
  type IChartApi,
  type ISeriesApi,
  type Logical,
  type MouseEventParams,
  type SeriesType,
  type Time,
} from 'lightweight-charts';
import type { Bar } from '../bar.ts';
import type { Band } from '../chart-bands.ts';
import { noPoints, placeOf, type SeriesPoints } from '../series-points.ts';
import { AverageLines, type Averages } from './average-lines.ts';
import { type ChartColors, readChartColors } from './chart-colors.ts';
import type { ChartLayer, ChartSurface } from './chart-layer.ts';
import { chartLook } from './chart-look.ts';
import { ChartMarks, type LocatedBand, type Marks } from './chart-marks.ts';
import { CountBars } from './count-bars.ts';
import { type ChartStyle, PriceSeries } from './price-series.ts';

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

/** The drawing of a window of candles: prices and layers. Only what is in this folder knows the chart library. */
export class PriceChart implements ChartSurface {
  readonly chart: IChartApi;
  colors: ChartColors = readChartColors();
  points: SeriesPoints = noPoints();
  readonly #options: PriceChartOptions;
  readonly #marks = new ChartMarks();
  readonly #averages = new AverageLines();
  readonly #layers = new Set<ChartLayer>();
  #prices: PriceSeries;

  constructor(container: HTMLElement, options: PriceChartOptions) {
    this.#options = options;
    this.chart = createChart(container, {
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
    this.#prices = new PriceSeries(this.chart, options.style);
    for (const layer of [new CountBars(), this.#marks, this.#averages]) this.add(layer);
    this.#applyLook();
    this.chart.timeScale().subscribeVisibleLogicalRangeChange((range) => range !== null && options.onMoved(range));
    this.chart.subscribeCrosshairMove((event) =>
      options.onHover(this.#barAt(event), event.point && this.#marks.bandAt(event.point.x)),
    );
  }

  get series(): ISeriesApi<SeriesType> {
    return this.#prices.api;
  }

  get visible(): VisiblePlaces | undefined {
    return this.chart.timeScale().getVisibleLogicalRange() ?? undefined;
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
    this.#prices.update(bar);
    for (const layer of this.#layers) layer.update?.();
  }

  /** What is drawn behind and over the bars. */
  setMarks(marks: Marks): void {
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
    this.chart.timeScale().setVisibleLogicalRange({ from: places.from as Logical, to: places.to as Logical });
  }

  setStyle(style: ChartStyle): void {
    if (style === this.#prices.style) return;
    const { priceFormat } = this.series.options();
    for (const layer of this.#layers) layer.detach();
    this.#prices.remove();
    this.#prices = new PriceSeries(this.chart, style);
    this.series.applyOptions({ priceFormat });
    for (const layer of this.#layers) layer.attach(this);
    this.#applyLook();
    this.#drawAll();
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
    this.chart.remove();
  }

  #drawAll(): void {
    this.#prices.draw(this.points);
    for (const layer of this.#layers) layer.draw();
  }

  #applyLook(): void {
    this.chart.applyOptions(chartLook(this.colors, this.#options.zone, this.#options.isDaily));
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
