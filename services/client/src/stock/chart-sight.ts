import { signal } from '@preact/signals';
import { nowMs } from '../clock.ts';
import { closedHours } from '../settings.ts';
import { MAX_GAP_SLOTS } from './candle-window.ts';
import type { ChartDrawing } from './chart-drawing.ts';
import type { ChartLoads } from './chart-loads.ts';
import type { ChartRange } from './chart-model.ts';
import type { ChartNotes } from './chart-notes.ts';
import type { ControllerOptions } from './controller-options.ts';
import type { PriceChart, VisiblePlaces } from './drawing/price-chart.ts';
import { INTERVAL_SECONDS, isDaily } from './interval.ts';
import { placeOf } from './series-points.ts';
import { clamped, rangeOf } from './visible-range.ts';

const RIGHT_MARGIN = 4;
/** A live chart with little history still shows this many places, so that its candles are not huge. */
const FEWEST_LIVE_PLACES = 90;

export interface ChartSightOptions extends Pick<ControllerOptions, 'bounds' | 'onRange'> {
  readonly loads: ChartLoads;
  readonly drawing: ChartDrawing;
  readonly notes: ChartNotes;
  /** Told what is in view, or is to be, whenever that has changed. */
  readonly onSeen: (range: ChartRange) => void;
}

/** Decides what of a chart is in view: puts it there, and tells when it was moved. */
export class ChartSight {
  /** True while the newest tick is in view and live ticks move the chart. */
  readonly following = signal(true);
  readonly #options: ChartSightOptions;
  /** What was visible before places were arranged anew, and how many there were. */
  #arranged: { readonly range: ChartRange; readonly places: number } | undefined;
  /** Whether somebody's hand was on the chart since it was put to the target: else only ticks and labels have moved it. */
  #touched = false;

  constructor(options: ChartSightOptions) {
    this.#options = options;
  }

  /** What is visible, in epoch seconds; undefined: nothing yet. */
  visible(): ChartRange | undefined {
    const { drawing, loads, bounds } = this.#options;
    const places = drawing.chart?.visible;
    const range = places && rangeOf(places, drawing.chart?.points.times ?? [], loads.model.window);
    return range && clamped(range, bounds);
  }

  readonly touch = (): void => {
    this.#touched = true;
  };

  /** What is on the chart is of another moment, and no hand has moved that of the one that is shown. */
  leave(): void {
    this.#options.loads.leave();
    this.#touched = false;
    this.#arranged = undefined;
  }

  /** Draws anew after a choice that moves places; the same times stay visible. */
  arrange(): void {
    const { drawing, loads } = this.#options;
    const range = this.#touched ? this.visible() : loads.target;
    if (drawing.chart !== undefined && range !== undefined) {
      this.#arranged ??= { range, places: drawing.chart.points.times.length };
      this.noteSpan(range);
    }
    drawing.changed('order');
  }

  /** A window was drawn as a whole. */
  drawn(chart: PriceChart): void {
    const { loads } = this.#options;
    const arranged = this.#arranged;
    if (loads.isArrived) {
      this.fit(chart);
      return;
    }
    this.#arranged = undefined;
    if (arranged !== undefined && arranged.places !== chart.points.times.length) this.#put(chart, arranged.range);
    else if (this.following.peek() && !loads.pending) this.#keepUp(chart);
  }

  /** Puts the target into view. */
  fit(chart: PriceChart): void {
    this.#options.loads.settle();
    this.#touched = false;
    this.#put(chart, this.#options.loads.target);
  }

  /** Places of the chart came into view, by whatever. */
  moved(places: VisiblePlaces): void {
    const { drawing, loads, onSeen, onRange } = this.#options;
    const { chart } = drawing;
    if (chart === undefined) return;
    const range = this.visible();
    if (loads.pending) {
      if (range !== undefined && loads.movedOn(places, range) && this.#touched) onRange?.(range);
      return;
    }
    const length = chart.points.times.length;
    this.following.value = loads.model.window.live && places.to >= length - 1;
    // Where no tick is there may be a hole.
    onSeen(range ?? loads.target);
    this.noteSpan(range ?? loads.target);
    if (range === undefined) return;
    if (this.#touched) onRange?.(range);
    loads.moved(places, range, length);
  }

  /** Notes tell of a range. Of a stock that has been silent for long, nothing is shown of the time from then to now. */
  noteSpan({ from, to }: ChartRange): void {
    const { loads, notes } = this.#options;
    const { bars, interval } = loads.model.window;
    const last = bars[bars.length - 1]?.time ?? nowMs() / 1000;
    const end = Math.max(from, Math.min(to, last + (MAX_GAP_SLOTS + 1) * INTERVAL_SECONDS[interval]));
    // Days and more tell of hours only where these are left out: then of all of them.
    const isWhole = !isDaily(interval) || closedHours.peek() === 'hidden';
    notes.look({ from: isWhole ? from : Math.max(from, end - INTERVAL_SECONDS['1w']), to: end });
  }

  /** A tick that ends a silence comes with the places of the silence: together they may reach beyond what is in view. */
  #keepUp(chart: PriceChart): void {
    const places = chart.visible;
    const newest = chart.points.times.length - 1;
    if (places === undefined || places.to >= newest) return;
    const shift = newest + RIGHT_MARGIN - places.to;
    chart.look({ from: places.from + shift, to: places.to + shift });
  }

  #put(chart: PriceChart, { from, to }: ChartRange): void {
    this.#arranged = undefined;
    const { times } = chart.points;
    const end = Number.isFinite(to) ? placeOf(times, to) : times.length - 1 + RIGHT_MARGIN;
    const fewest = Number.isFinite(to) ? 8 : FEWEST_LIVE_PLACES;
    const places = { from: Math.min(placeOf(times, from), end - fewest), to: end };
    chart.look(places);
    this.moved(places);
  }
}
