import type { ISeriesApi, Logical, SeriesType } from 'lightweight-charts';
import type { Bar } from '../bar.ts';
import { placeOf } from '../series-points.ts';
import type { ChartLayer, ChartSurface } from './chart-layer.ts';

/** Where the crosshair was put. `bar`: undefined where no tick came. */
export interface CursorPlace {
  readonly time: number;
  readonly bar: Bar | undefined;
}

interface Places {
  readonly from: number;
  readonly to: number;
}

/** The chart's crosshair as keys move it: from place to place, and with its bar when the chart goes on. */
export class ChartCursor implements ChartLayer {
  readonly #moved: (place: CursorPlace | undefined) => void;
  #surface: ChartSurface | undefined;
  /** Where it is, epoch seconds; undefined: keys have not put it anywhere. */
  #time: number | undefined;
  /** What is to be visible with the next frame: keys come faster than frames. */
  #looking: Places | undefined;

  /** @param moved told of each place that it is put to; undefined: it was taken away */
  constructor(moved: (place: CursorPlace | undefined) => void) {
    this.#moved = moved;
  }

  get time(): number | undefined {
    return this.#time;
  }

  attach(surface: ChartSurface): void {
    this.#surface = surface;
  }

  /** Stays at its bar when places move under it. */
  draw(): void {
    if (this.#time !== undefined) this.#put(this.#place);
  }

  update(): void {
    this.draw();
  }

  detach(): void {
    this.#surface = undefined;
  }

  /** So many places on, or back; from the newest bar in view, where it is nowhere yet. */
  move(places: number): void {
    if (this.#time === undefined) this.end();
    else this.#go(this.#place + places);
  }

  /** As many places as are in view. */
  page(direction: 1 | -1): void {
    const { from, to } = this.#visible;
    this.move(direction * Math.max(1, Math.floor(to - from) - 1));
  }

  /** To the first bar in view. */
  start(): void {
    this.#go(Math.ceil(this.#visible.from));
  }

  /** To the last bar in view. */
  end(): void {
    this.#go(Math.floor(this.#visible.to));
  }

  /** Shows more (above 1) or less time, around itself or the middle. */
  zoom(factor: number): void {
    const { from, to } = this.#visible;
    const middle = this.#time === undefined ? (from + to) / 2 : this.#place;
    this.#look(middle - (middle - from) * factor, middle + (to - middle) * factor);
  }

  clear(): void {
    this.#time = undefined;
    this.#surface?.chart.clearCrosshairPosition();
    this.#moved(undefined);
  }

  get #place(): number {
    const { times } = this.#surface?.points ?? { times: [] };
    return Math.min(placeOf(times, this.#time ?? 0), times.length - 1);
  }

  get #visible(): Places {
    if (this.#looking !== undefined) return this.#looking;
    return this.#surface?.chart.timeScale().getVisibleLogicalRange() ?? { from: 0, to: 0 };
  }

  #go(wanted: number): void {
    const { times, bars } = this.#surface?.points ?? { times: [], bars: [] };
    if (times.length === 0) return;
    const place = Math.min(times.length - 1, Math.max(0, wanted));
    const time = times[place] ?? 0;
    this.#time = time;
    const { from, to } = this.#visible;
    const shift = place < from ? place - from - 1 : place > to ? place - to + 1 : 0;
    if (shift !== 0) this.#look(from + shift, to + shift);
    this.#put(place);
    this.#moved({ time, bar: bars[place] });
  }

  #look(from: number, to: number): void {
    this.#surface?.chart.timeScale().setVisibleLogicalRange({ from: from as Logical, to: to as Logical });
    this.#looking = { from, to };
    // Behind the frame in which the library takes it over.
    requestAnimationFrame(() => {
      this.#looking = undefined;
    });
  }

  #put(place: number): void {
    const surface = this.#surface;
    const scale = surface?.chart.timeScale();
    const x = scale?.logicalToCoordinate(place as Logical) ?? null;
    // The library's own name of the place.
    const at = x === null ? null : (scale?.coordinateToTime(x) ?? null);
    const price = surface && nearestPrice(surface.points.bars, place);
    if (surface === undefined || at === null || price === undefined) return;
    surface.chart.setCrosshairPosition(price, at, surface.series as ISeriesApi<SeriesType>);
  }
}

/** Where no tick came, the crosshair stays at the price before. */
function nearestPrice(bars: readonly (Bar | undefined)[], place: number): number | undefined {
  return (bars.slice(0, place + 1).findLast((bar) => bar !== undefined) ?? bars.find((bar) => bar !== undefined))
    ?.close;
}
