import { signal } from '@preact/signals';
import type { ChartController } from '../stock/chart-controller.ts';
import type { ChartRange } from '../stock/chart-model.ts';

/** A chart that is moved rests after so long. */
const REST_MS = 180;

/** A chart of the page, and its crosshair. */
export interface LinkedChart {
  readonly controller: ChartController;
  /** Puts its crosshair on a moment, epoch seconds. */
  readonly put: (moment: number | undefined) => void;
}

/** Lets all charts of a page follow the one that somebody's hand is on. */
export class SplitLink {
  /** Where the crosshair is in all of them, epoch seconds. */
  readonly moment = signal<number | undefined>(undefined);
  readonly #charts = new Map<number, LinkedChart>();
  /** Changes when a chart joins or leaves. */
  readonly #joined = signal(0);
  #leader: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @returns ends it */
  join(pane: number, chart: LinkedChart): () => void {
    this.#charts.set(pane, chart);
    this.#joined.value = this.#joined.peek() + 1;
    return () => {
      if (this.#charts.get(pane) === chart) this.#charts.delete(pane);
      this.#joined.value = this.#joined.peek() + 1;
    };
  }

  /** The chart of a pane; undefined: it has none yet. */
  chart(pane: number): ChartController | undefined {
    this.#joined.value;
    return this.#charts.get(pane)?.controller;
  }

  /** The hand is on this chart now. */
  lead(pane: number): void {
    this.#leader = pane;
  }

  leads(pane: number): boolean {
    return this.#leader === pane;
  }

  /** The crosshair of a chart is on a moment; undefined: on none. */
  point(pane: number, moment: number | undefined): void {
    if (this.moment.peek() === moment) return;
    this.moment.value = moment;
    for (const [other, chart] of this.#charts) if (other !== pane) chart.put(moment);
  }

  /** The leading chart was moved: the others follow at once as far as they can, and load the rest when it rests. */
  moved(pane: number, range: ChartRange): void {
    this.#follow(pane, range, false);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#follow(pane, range, true), REST_MS);
  }

  /** A range was chosen: all others show it. */
  chosen(pane: number | undefined, range: ChartRange): void {
    clearTimeout(this.#timer);
    for (const [other, { controller }] of this.#charts) if (other !== pane) controller.lookAt(range);
  }

  /** What is seen in the first chart; undefined: nothing yet. */
  visible(): ChartRange | undefined {
    for (const { controller } of this.#charts.values()) {
      const range = controller.visibleRange();
      if (range !== undefined) return range;
    }
    return undefined;
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }

  #follow(pane: number, range: ChartRange, rests: boolean): void {
    for (const [other, { controller }] of this.#charts) if (other !== pane) controller.follow(range, rests);
  }
}
