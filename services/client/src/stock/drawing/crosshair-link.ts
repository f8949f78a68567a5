import type { MouseEventParams, Time } from 'lightweight-charts';
import type { Bar } from '../bar.ts';
import { edgeAt } from '../series-points.ts';
import type { ChartLayer, ChartSurface } from './chart-layer.ts';

export interface CrosshairLinkOptions {
  /** Told when the crosshair is moved by hand, epoch seconds; undefined: it has left the chart. */
  readonly onMoment: (seconds: number | undefined) => void;
  /** Told which bar the crosshair was put on; undefined: none is there. */
  readonly onPut: (bar: Bar | undefined) => void;
}

/** Tells where a chart's crosshair is, by time, and puts it where another chart's is. */
export class CrosshairLink implements ChartLayer {
  readonly #options: CrosshairLinkOptions;
  #surface: ChartSurface | undefined;
  #moment: number | undefined;

  constructor(options: CrosshairLinkOptions) {
    this.#options = options;
  }

  attach(surface: ChartSurface): void {
    this.#surface = surface;
    surface.chart.subscribeCrosshairMove(this.#moved);
  }

  /** Places have moved under the crosshair. */
  draw(): void {
    if (this.#moment !== undefined) this.put(this.#moment);
  }

  detach(): void {
    this.#surface?.chart.unsubscribeCrosshairMove(this.#moved);
    this.#surface = undefined;
  }

  /** Puts the crosshair on a moment of another chart, epoch seconds; undefined: takes it away. */
  put(moment: number | undefined): void {
    if (this.#surface === undefined || (moment === undefined && this.#moment === undefined)) return;
    this.#moment = moment;
    const { chart, series, points } = this.#surface;
    const place = moment === undefined ? -1 : Math.round(edgeAt(points, moment) + 0.01);
    const [time, bar] = [points.times[place], points.bars[place]];
    // Where no tick came, it stays at the price before.
    const price = bar?.close ?? points.bars.slice(0, place + 1).findLast((before) => before !== undefined)?.close;
    if (time === undefined || price === undefined) chart.clearCrosshairPosition();
    else chart.setCrosshairPosition(price, time as Time, series);
    const holds = bar !== undefined && moment !== undefined && moment >= bar.time && moment < bar.time + points.width;
    this.#options.onPut(holds ? bar : undefined);
  }

  /** Leaves the crosshair to whoever moves it here. */
  release(): void {
    this.#moment = undefined;
  }

  readonly #moved = ({ sourceEvent, point, logical }: MouseEventParams<Time>): void => {
    if (point === undefined) this.#options.onMoment(undefined);
    // Without an event a program has moved it, or ticks under it.
    else if (sourceEvent !== undefined && logical !== undefined) {
      this.release();
      const time = this.#surface?.points.times[logical];
      if (time !== undefined) this.#options.onMoment(time);
    }
  };
}
