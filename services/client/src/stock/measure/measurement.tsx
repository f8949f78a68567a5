import { effect, signal } from '@preact/signals';
import { nowMs } from '../../clock.ts';
import { leaps } from '../../moment/moment.ts';
import { OverLayer } from '../drawing/drawn-over.ts';
import { MeasureArea } from '../drawing/measure-area.ts';
import { MeasureDrag } from '../drawing/measure-drag.ts';
import { nextBucket } from '../interval.ts';
import type { OverlaidChart, Overlay } from '../overlay.ts';
import { noPoints, type SeriesPoints } from '../series-points.ts';
import { measureExactly } from './exact-measure.ts';
import { MeasureRow } from './measure-row.tsx';
import { type Ends, endsOf, type Measured, measureBars } from './measured.ts';

/** `choosing`: an end follows the pointer or the crosshair; `counting`: the database is asked. */
export type MeasureState = 'choosing' | 'counting' | 'exact' | 'failed';

export interface Reading {
  readonly state: MeasureState;
  readonly ends: Ends;
  readonly measured: Measured;
}

/** Measures a range of time of a chart: by a drag, or by its ends set one after the other. */
export class Measurement implements Overlay {
  readonly reading = signal<Reading | undefined>(undefined);
  readonly Rows = () => <MeasureRow measurement={this} chart={this.chart} />;
  readonly chart: OverlaidChart;
  readonly #layer: OverLayer;
  readonly #ends: readonly (() => void)[];
  #drag: MeasureDrag | undefined;
  #points: () => SeriesPoints = noPoints;
  #abort = new AbortController();
  /** Where the range begins whose end is still to be set by a key. */
  #start: number | undefined;

  constructor(chart: OverlaidChart) {
    this.chart = chart;
    const area = new MeasureArea(() => this.reading.peek());
    this.#layer = new OverLayer({
      paint: (pane) => area.paint(pane),
      attached: (surface) => {
        this.#points = () => surface.points;
        this.#drag = new MeasureDrag(surface, {
          always: () => chart.measuring.peek(),
          onDrag: (from, to) => this.#show(endsOf(surface.points.times, from, to)),
          onEnd: () => void this.#count(),
        });
        this.#drag.setAlways(chart.measuring.peek());
      },
      detached: () => this.#drag?.dispose(),
    });
    document.addEventListener('keydown', this.#escape);
    this.#ends = [
      chart.add(this.#layer),
      () => document.removeEventListener('keydown', this.#escape),
      effect(() => {
        // Read before there may be a chart to tell it.
        const always = chart.measuring.value;
        this.#drag?.setAlways(always);
      }),
      effect(() => this.#followCrosshair(chart.legend.value?.bar.time)),
      leaps.subscribe(() => this.clear()),
    ];
  }

  /** Sets one end where the crosshair is, or at the newest candle: first the start, then the end. */
  mark(): void {
    const time = this.chart.legend.peek()?.bar.time;
    if (time === undefined) return;
    const start = this.#start;
    this.#start = start === undefined ? time : undefined;
    this.#show(between(start ?? time, time));
    if (start !== undefined) void this.#count();
  }

  clear(): void {
    this.#abort.abort();
    this.#start = undefined;
    this.reading.value = undefined;
    this.#layer.refresh();
  }

  inspect(): unknown {
    return this.reading.peek();
  }

  dispose(): void {
    this.#abort.abort();
    for (const end of this.#ends) end();
  }

  #followCrosshair(time: number | undefined): void {
    if (this.#start !== undefined && time !== undefined) this.#show(between(this.#start, time));
  }

  #show(ends: Ends | undefined): void {
    if (ends === undefined) return;
    this.#abort.abort();
    const { interval, zone } = this.chart.model.window;
    // A day on which the clock is set has another length.
    const width = nextBucket(ends.last, interval, zone) - ends.last;
    const measured = measureBars({ ...this.#points(), width }, ends, nowMs() / 1000);
    this.reading.value = { state: 'choosing', ends, measured };
    this.#layer.refresh();
  }

  async #count(): Promise<void> {
    const reading = this.reading.peek();
    if (reading === undefined) return;
    const { ends, measured } = reading;
    const abort = new AbortController();
    this.#abort = abort;
    this.#start = undefined;
    this.reading.value = { ...reading, state: 'counting' };
    try {
      const exact = await measureExactly(this.chart.name, measured, abort.signal);
      if (!abort.signal.aborted) this.reading.value = { state: 'exact', ends, measured: exact };
    } catch {
      if (!abort.signal.aborted) this.reading.value = { ...reading, state: 'failed' };
    }
    this.#layer.refresh();
  }

  readonly #escape = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || (this.reading.peek() === undefined && !this.chart.measuring.peek())) return;
    event.preventDefault();
    this.chart.measuring.value = false;
    this.clear();
  };
}

function between(one: number, other: number): Ends {
  return { first: Math.min(one, other), last: Math.max(one, other) };
}

export function showMeasurement(chart: OverlaidChart): Measurement {
  return new Measurement(chart);
}
