import { batch, signal } from '@preact/signals';
import type { Hole } from '@tickwatch/core';
import { nowMs } from '../clock.ts';
import { fractionDigits } from '../format/number-text.ts';
import { zoneName } from '../format/zone.ts';
import { forgetPainter, markDirty } from '../frame.ts';
import { closedHours } from '../settings.ts';
import type { Bar } from './bar.ts';
import type { WindowChange } from './candle-window.ts';
import { chartLibrary } from './chart-library.ts';
import type { LocatedBand } from './chart-marks.ts';
import { ChartModel, type ChartRange } from './chart-model.ts';
import { ChartNotes } from './chart-notes.ts';
import type { ControllerOptions, LegendBar } from './controller-options.ts';
import { type ChartInterval, INTERVAL_SECONDS, isDaily, showsHours } from './interval.ts';
import { chosenInterval, MOST_AT_ONCE, quietInterval, zoomInterval } from './interval-choice.ts';
import type { ChartStyle, PriceChart, VisiblePlaces } from './price-chart.ts';
import { placeOf, seriesPoints } from './series-points.ts';
import type { ClosedSpans } from './time-spans.ts';
import { type VisibleAverages, VisibleLoader } from './visible-facts.ts';
import { rangeOf } from './visible-range.ts';

/** So close to an end of the window, more is loaded. */
const NEAR_END = 120;
const RIGHT_MARGIN = 4;
/** A live chart with little history still shows this many places, so that its candles are not huge. */
const FEWEST_LIVE_PLACES = 90;

/** Joins a chart's model and its drawing: what is visible decides what is loaded, and what came in is drawn per frame. */
export class ChartController {
  readonly model: ChartModel;
  readonly interval;
  readonly auto;
  readonly style;
  /** The bar that the legend describes: under the crosshair, else the newest. */
  readonly legend = signal<LegendBar | undefined>(undefined);
  readonly notes: ChartNotes;
  readonly averages = signal<VisibleAverages | undefined>(undefined);
  /** True while the newest tick is in view and live ticks move the chart. */
  readonly following = signal(true);
  readonly digits = signal(2);
  readonly #options: ControllerOptions;
  readonly #loader: VisibleLoader;
  #chart: PriceChart | undefined;
  #change: WindowChange = 'none';
  #hovered: Bar | undefined;
  #target: ChartRange;
  #fitting = true;
  #isIncomplete: (time: number) => boolean = () => false;

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#target = options.range;
    this.auto = signal(options.interval === undefined);
    this.interval = signal(options.interval ?? chosenInterval(options.range));
    this.style = signal(options.style);
    this.notes = new ChartNotes(options.exchanges, () => this.#changed('order'));
    this.#loader = new VisibleLoader(options.name, (facts) => {
      this.averages.value = facts.averages;
      this.#chart?.setAverages(facts.averages);
      this.notes.take(facts);
      this.notes.look(facts.range);
      this.#mark();
    });
    this.model = new ChartModel({
      name: options.name,
      live: options.live,
      interval: this.interval.peek(),
      zone: zoneName(options.zone),
      newest: options.newest,
      onChange: (change) => this.#changed(change),
    });
    void this.#load(options.range);
  }

  /** Draws into an element once the chart library is there. @returns false when the controller is gone by then */
  async attach(container: HTMLElement, isGone: () => boolean): Promise<void> {
    const { PriceChart } = await chartLibrary.load();
    if (isGone()) return;
    this.#chart = new PriceChart(container, {
      style: this.style.peek(),
      zone: zoneName(this.#options.zone),
      isDaily: () => isDaily(this.interval.peek()),
      onMoved: (places) => this.#moved(places),
      onHover: (bar, band) => {
        this.#hovered = bar;
        this.notes.hovered.value = band;
        markDirty(this.#paint);
      },
    });
    this.#changed('order');
  }

  /** Shows a range in the candles that fit it. */
  show(range: ChartRange): void {
    if (this.auto.peek()) this.interval.value = chosenInterval(range);
    void this.#load(range);
  }

  /** Chooses candles; undefined: by the zoom. What is visible stays as far as it can. */
  choose(interval: ChartInterval | undefined): void {
    const visible = this.visibleRange() ?? this.#target;
    batch(() => {
      this.auto.value = interval === undefined;
      this.interval.value = interval ?? chosenInterval(visible);
    });
    const most = MOST_AT_ONCE * INTERVAL_SECONDS[this.interval.peek()];
    const to = Number.isFinite(visible.to) ? visible.to : nowMs() / 1000;
    void this.#load({ from: Math.max(visible.from, to - most), to: visible.to });
  }

  setStyle(style: ChartStyle): void {
    this.style.value = style;
    this.#chart?.setStyle(style);
  }

  goLive(): void {
    const visible = this.visibleRange() ?? this.#target;
    const now = nowMs() / 1000;
    const span = Number.isFinite(visible.to) ? visible.to - visible.from : now - visible.from;
    this.show({ from: now - span, to: Number.POSITIVE_INFINITY });
  }

  /** The bars that are drawn, empty places left out. */
  drawn(): readonly (readonly number[])[] {
    return this.#chart?.drawn() ?? [];
  }

  /** What is drawn behind the bars. */
  bands(): readonly LocatedBand[] {
    return this.#chart?.bands() ?? [];
  }

  /** Makes one hole's band stand out; undefined: none. */
  point(hole: Hole | undefined): void {
    this.#chart?.point(hole);
  }

  /** Draws anew after a choice that moves places. */
  arrange(): void {
    this.#changed('order');
  }

  recolor(): void {
    this.#chart?.recolor();
  }

  dispose(): void {
    forgetPainter(this.#paint);
    this.#loader.dispose();
    this.notes.dispose();
    this.model.dispose();
    this.#chart?.dispose();
  }

  /** What is visible, in epoch seconds. */
  visibleRange(): ChartRange | undefined {
    const places = this.#chart?.visible;
    return places === undefined ? undefined : rangeOf(places, this.#chart?.points.times ?? [], this.model.window);
  }

  async #load(range: ChartRange): Promise<void> {
    this.#target = range;
    this.#fitting = true;
    const interval = this.interval.peek();
    const now = nowMs() / 1000;
    const end = Number.isFinite(range.to) ? range.to : now;
    // Some more on both sides, so that the first move of the chart needs no wait.
    const margin = Math.max(end - range.from, 200 * INTERVAL_SECONDS[interval]) / 2;
    const to = range.to + margin >= now ? Number.POSITIVE_INFINITY : range.to + margin;
    await this.model.show({ from: range.from - margin, to }, interval);
  }

  #changed(change: WindowChange): void {
    if (change === 'order' || this.#change !== 'order') this.#change = change;
    markDirty(this.#paint);
  }

  readonly #paint = (): void => {
    const chart = this.#chart;
    const { window } = this.model;
    const last = window.bars[window.bars.length - 1];
    const change = this.#change;
    this.#change = 'none';
    if (chart !== undefined && change === 'order') this.#drawAll(chart);
    else if (chart !== undefined && change === 'last' && last !== undefined) {
      chart.updateLast(last);
      if (this.following.peek()) this.#loader.ticked(() => this.visibleRange());
    }
    const bar = this.#hovered ?? last;
    this.legend.value = bar && {
      bar: { ...bar },
      hovered: this.#hovered !== undefined,
      incomplete: this.#isIncomplete(bar.time),
    };
  };

  #drawAll(chart: PriceChart): void {
    const { window } = this.model;
    let digits = this.digits.peek();
    for (const bar of window.bars) digits = Math.max(digits, fractionDigits(bar.close));
    this.digits.value = digits;
    const fit =
      this.#fitting && window.interval === this.interval.peek() && this.model.state.peek().state !== 'loading';
    if (fit && this.#tooNarrow()) return;
    chart.setPoints(seriesPoints(window, this.#closed), digits);
    this.#mark();
    if (fit) this.#fit(chart);
  }

  get #closed(): ClosedSpans {
    const closed = showsHours(this.model.window.interval) ? this.notes.closed : [];
    return { closed, hidden: closedHours.peek() === 'hidden' };
  }

  #mark(): void {
    const chart = this.#chart;
    if (chart === undefined) return;
    this.#isIncomplete = this.notes.incompleteAmong(chart.points);
    chart.setMarks({
      bands: this.notes.bands(chart.points, this.#closed),
      outliers: this.notes.outliers.peek(),
      isIncomplete: this.#isIncomplete,
    });
    markDirty(this.#paint);
  }

  /** Changes to wider candles for a quiet stock; only when a range is chosen, never while it is moved. */
  #tooNarrow(): boolean {
    const wider = this.style.peek() === 'candles' ? quietInterval(this.model.window, this.#target) : undefined;
    if (wider === undefined || !this.auto.peek()) return false;
    this.interval.value = wider;
    void this.#load(this.#target);
    return true;
  }

  #fit(chart: PriceChart): void {
    this.#fitting = false;
    const { times } = chart.points;
    const { from, to } = this.#target;
    const end = Number.isFinite(to) ? placeOf(times, to) : times.length - 1 + RIGHT_MARGIN;
    const start = placeOf(times, from);
    const fewest = Number.isFinite(to) ? 8 : FEWEST_LIVE_PLACES;
    chart.look({ from: Math.min(start, end - fewest), to: end });
    this.#moved({ from: Math.min(start, end - fewest), to: end });
  }

  #moved(places: VisiblePlaces): void {
    const chart = this.#chart;
    if (chart === undefined || this.#fitting) return;
    const { window } = this.model;
    const length = chart.points.times.length;
    this.following.value = window.live && places.to >= length - 1;
    const range = this.visibleRange();
    // Where no tick is there may be a hole.
    this.#loader.moved(range ?? this.#target);
    this.notes.look(range ?? this.#target);
    if (range === undefined) return;
    this.#options.onRange?.(range);
    if (this.#fitsBadly(places)) return;
    if (places.from < NEAR_END) void this.model.loadOlder();
    if (!window.live && places.to > length - NEAR_END) void this.model.loadNewer();
  }

  /** Changes to wider or narrower candles when the zoom asks for it. */
  #fitsBadly({ from, to }: VisiblePlaces): boolean {
    const seconds = (to - from) * INTERVAL_SECONDS[this.model.window.interval];
    const interval = this.auto.peek() ? zoomInterval(to - from, seconds) : undefined;
    const range = this.visibleRange();
    if (range === undefined || interval === undefined || interval === this.interval.peek()) return false;
    this.interval.value = interval;
    const end = Number.isFinite(range.to) ? range.to : nowMs() / 1000;
    void this.#load({ from: end - seconds, to: range.to });
    return true;
  }
}
