import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { nowMs } from '../clock.ts';
import { zoneName } from '../format/zone.ts';
import type { WindowChange } from './candle-window.ts';
import { ChartModel, type ChartRange } from './chart-model.ts';
import type { ControllerOptions } from './controller-options.ts';
import type { VisiblePlaces } from './drawing/price-chart.ts';
import { type ChartInterval, INTERVAL_SECONDS } from './interval.ts';
import { chosenInterval, isNear, MOST_AT_ONCE, quietInterval, zoomInterval } from './interval-choice.ts';
import { awake, ended } from './wanted-range.ts';

/** So close to an end of the window, more is loaded. */
const NEAR_END = 120;

/** Decides what of a chart is loaded: which range, in which candles. */
export class ChartLoads {
  readonly model: ChartModel;
  /** Width of the candles that are shown or on their way. */
  readonly interval: Signal<ChartInterval>;
  /** True while candles follow the zoom. */
  readonly auto: ReadonlySignal<boolean>;
  readonly #options: ControllerOptions;
  #target: ChartRange;
  #pending = true;
  /** Whether candles are on their way for a zoom, which may go on meanwhile. */
  #zooming = false;

  constructor(options: ControllerOptions, onChange: (change: WindowChange) => void, onMoment: () => void) {
    const { name, live, newest, bounds, zone, choices, range } = options;
    this.#options = options;
    this.#target = range;
    this.auto = computed(() => choices.interval.value === undefined);
    this.interval = signal(choices.interval.peek() ?? chosenInterval(this.ended(range)));
    this.model = new ChartModel({
      ...{ name, live, newest, bounds, onChange, onMoment, zone: zoneName(zone), exchanges: options.exchanges() },
      interval: this.interval.peek(),
    });
  }

  /** The range that was asked for last. */
  get target(): ChartRange {
    return this.#target;
  }

  /** True until the target is on the chart. */
  get pending(): boolean {
    return this.#pending;
  }

  /** The target, or where what is loaded has been led to, is on the chart. */
  settle(range = this.#target): void {
    this.#target = range;
    this.#pending = false;
  }

  /** What is on the chart is of another moment: where it is now is nobody's choice, and the target is still to be told. */
  leave(): void {
    this.#pending = true;
    this.#zooming = false;
  }

  async load(range: ChartRange): Promise<void> {
    this.#target = range;
    this.#pending = true;
    this.#zooming = false;
    const interval = this.interval.peek();
    const now = nowMs() / 1000;
    const end = this.ended(range).to;
    // Some more on both sides, so that the first move of the chart needs no wait.
    const margin = Math.max(end - range.from, 200 * INTERVAL_SECONDS[interval]) / 2;
    const to = range.to + margin >= now ? Number.POSITIVE_INFINITY : range.to + margin;
    await this.model.show({ from: range.from - margin, to }, interval);
  }

  /** Loads a range in the candles that fit it. A live one in which no tick is ends at the last one. */
  lookAt(wanted: ChartRange): void {
    const range = awake(wanted, nowMs() / 1000, this.#options.lastTick?.());
    if (this.auto.peek()) this.interval.value = chosenInterval(this.ended(range));
    void this.load(range);
  }

  /** Loads other candles; undefined: those that fit. @returns the range, shorter where it had too many of them */
  choose(interval: ChartInterval | undefined, visible: ChartRange): ChartRange {
    batch(() => {
      this.#options.choices.interval.value = interval;
      this.interval.value = interval ?? chosenInterval(this.ended(visible));
    });
    const most = MOST_AT_ONCE * INTERVAL_SECONDS[this.interval.peek()];
    const range = { from: Math.max(visible.from, this.ended(visible).to - most), to: visible.to };
    void this.load(range);
    return range;
  }

  /** Whether a range can be shown with what is loaded now. */
  holds(range: ChartRange): boolean {
    const { window } = this.model;
    const { from, to } = this.ended(range);
    const fits = !this.auto.peek() || isNear(chosenInterval({ from, to }), window.interval);
    return fits && from >= window.start && (window.live || range.to <= window.end);
  }

  /** Whether the model's window is the one that was asked for, and still to be fitted to the target. */
  get isArrived(): boolean {
    const { state, changing } = this.model;
    return this.#pending && state.peek().state === 'ready' && !changing.peek();
  }

  /** Whether others are loaded instead of what has arrived: for a zoom that has gone out of it, or wider for a quiet stock. */
  replaced(): boolean {
    if (this.#zooming && !this.holds(this.#target)) {
      this.lookAt(this.#target);
      return true;
    }
    const isDotted = this.#options.choices.style.peek() === 'candles';
    const wider = isDotted ? quietInterval(this.model.window, this.ended(this.#target)) : undefined;
    if (wider === undefined || !this.auto.peek()) return false;
    this.interval.value = wider;
    void this.load(this.#target);
    return true;
  }

  /** The chart was moved: loads what it comes near to, or wider or narrower candles when the zoom asks for them. */
  moved(places: VisiblePlaces, range: ChartRange, length: number): void {
    if (this.#zoomed(places, range)) return;
    if (places.from < NEAR_END) void this.model.loadOlder();
    if (!this.model.window.live && places.to > length - NEAR_END) void this.model.loadNewer();
  }

  /** The chart was moved while something is on its way; true: that is for a zoom, and for where it is now. */
  movedOn(places: VisiblePlaces, range: ChartRange): boolean {
    // What has arrived is not what is drawn yet.
    const isTaken = this.#zooming && !this.isArrived;
    if (isTaken) this.#target = this.#zoomTo(places, range);
    return isTaken;
  }

  /** A range with its end as it is now. */
  ended(range: ChartRange): ChartRange {
    return ended(range, nowMs() / 1000, this.#options.lastTick?.());
  }

  #zoomed(places: VisiblePlaces, range: ChartRange): boolean {
    const interval = this.auto.peek() ? zoomInterval(places.to - places.from, this.#secondsOf(places)) : undefined;
    if (interval === undefined || interval === this.interval.peek()) return false;
    this.interval.value = interval;
    void this.load(this.#zoomTo(places, range));
    this.#zooming = true;
    return true;
  }

  #zoomTo(places: VisiblePlaces, range: ChartRange): ChartRange {
    return { from: this.ended(range).to - this.#secondsOf(places), to: range.to };
  }

  #secondsOf({ from, to }: VisiblePlaces): number {
    return (to - from) * INTERVAL_SECONDS[this.model.window.interval];
  }
}
