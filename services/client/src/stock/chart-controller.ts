import { batch, computed, effect, signal } from '@preact/signals';
import type { Hole } from '@tickwatch/core';
import { nowMs } from '../clock.ts';
import { zoneName } from '../format/zone.ts';
import { closedHours } from '../settings.ts';
import type { Bar } from './bar.ts';
import type { StockName } from './candle-source.ts';
import { type CandleWindow, MAX_GAP_SLOTS } from './candle-window.ts';
import type { Band } from './chart-bands.ts';
import type { ChartChoices } from './chart-choices.ts';
import { ChartDrawing } from './chart-drawing.ts';
import { ChartModel, type ChartRange } from './chart-model.ts';
import { ChartNotes } from './chart-notes.ts';
import { ChartScale } from './chart-scale.ts';
import type { ControllerOptions } from './controller-options.ts';
import type { ChartLayer, ChartSurface } from './drawing/chart-layer.ts';
import type { LocatedBand } from './drawing/chart-marks.ts';
import type { PriceChart, ShownAxes, VisiblePlaces } from './drawing/price-chart.ts';
import type { ChartStyle } from './drawing/price-series.ts';
import { type ChartInterval, INTERVAL_SECONDS, isDaily } from './interval.ts';
import { chosenInterval, isNear, MOST_AT_ONCE, quietInterval, zoomInterval } from './interval-choice.ts';
import { Overlays } from './overlays.ts';
import { placeOf } from './series-points.ts';
import { type VisibleAverages, VisibleLoader } from './visible-facts.ts';
import { clamped, rangeOf } from './visible-range.ts';
import { awake, ended } from './wanted-range.ts';

/** So close to an end of the window, more is loaded. */
const NEAR_END = 120;
const RIGHT_MARGIN = 4;
/** A live chart with little history still shows this many places, so that its candles are not huge. */
const FEWEST_LIVE_PLACES = 90;

/** Joins a chart's model and its drawing: what is visible decides what is loaded. */
export class ChartController {
  readonly name: StockName;
  readonly model: ChartModel;
  /** Width of the candles that are shown or on their way. */
  readonly interval;
  readonly choices: ChartChoices;
  /** True while candles follow the zoom. */
  readonly auto = computed(() => this.choices.interval.value === undefined);
  readonly notes: ChartNotes;
  readonly overlays: Overlays;
  readonly scale: ChartScale;
  readonly averages = signal<VisibleAverages | undefined>(undefined);
  /** True while the newest tick is in view and live ticks move the chart. */
  readonly following = signal(true);
  readonly #options: ControllerOptions;
  readonly #loader: VisibleLoader;
  readonly #drawing: ChartDrawing;
  readonly #unwatch: () => void;
  readonly #forget: (() => void) | undefined;
  #target: ChartRange;
  #fitting = true;
  /** What was visible before places were arranged anew, and how many there were. */
  #arranged: { readonly range: ChartRange; readonly places: number } | undefined;
  /** Whether somebody's hand was on the chart since it was put to the target: else only ticks and labels have moved it. */
  #touched = false;

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.name = options.name;
    this.#target = options.range;
    this.choices = options.choices;
    this.scale = new ChartScale(options.choices);
    this.interval = signal(options.choices.interval.peek() ?? chosenInterval(this.#ended(options.range)));
    this.notes = new ChartNotes(options.exchanges, () => this.arrange());
    this.#loader = new VisibleLoader(options.name, (facts) => {
      this.averages.value = facts.averages;
      this.#drawAverages();
      this.notes.take(facts);
      this.#lookAtNotes(facts.range);
      this.#drawing.mark();
    });
    const zone = zoneName(options.zone);
    this.model = new ChartModel({
      ...{ name: options.name, live: options.live, newest: options.newest, zone },
      interval: this.interval.peek(),
      onChange: (change) => this.#drawing.changed(change),
      bounds: options.bounds,
    });
    this.#drawing = new ChartDrawing({
      ...{ model: this.model, notes: this.notes, scale: this.scale, zone },
      style: () => this.choices.style.peek(),
      mayDraw: (window) => !this.#fits(window) || !this.#tooNarrow(),
      onDrawn: (chart) => {
        if (this.#fits(this.model.window)) this.#fit(chart);
        else this.#fitAgain(chart);
      },
      onLast: () => this.following.peek() && this.#loader.ticked(() => this.visibleRange()),
      onMoved: (places) => this.#moved(places),
    });
    this.overlays = new Overlays({
      ...{ name: options.name, live: options.live, zone: options.zone, choices: options.choices },
      ...{ model: this.model, legend: this.legend, digits: this.digits, measuring: signal(false) },
      add: (layer) => this.add(layer),
    });
    this.#unwatch = effect(() => {
      this.scale.effective.value;
      this.choices.fit.value;
      this.#drawing.chart?.rescale();
    });
    this.#forget = options.averages?.subscribe(() => this.#drawAverages());
    void this.#load(options.range);
  }

  /** True when the chart ends in the past, whatever comes. */
  get isPast(): boolean {
    return Number.isFinite(this.#options.bounds?.to ?? Number.POSITIVE_INFINITY);
  }

  get legend() {
    return this.#drawing.legend;
  }

  get digits() {
    return this.#drawing.digits;
  }

  /** Draws into an element once the chart library is there, unless it is gone by then. */
  attach(container: HTMLElement, isGone: () => boolean): Promise<void> {
    for (const type of ['pointerdown', 'touchstart', 'wheel', 'keydown'])
      container.addEventListener(type, this.#touch, { capture: true, passive: true });
    return this.#drawing.attach(container, isGone);
  }

  /** What is drawn; undefined: nothing yet. */
  get surface(): ChartSurface | undefined {
    return this.#drawing.chart;
  }

  /** Draws something more. @returns takes it away */
  add(layer: ChartLayer): () => void {
    return this.#drawing.add(layer);
  }

  /** Shows a range that somebody chose, in the candles that fit it. */
  show(range: ChartRange): void {
    this.#options.onChosen?.(range);
    this.lookAt(range);
  }

  /** As {@link show}, but nobody is told. A live range in which no tick is ends at the last one. */
  lookAt(wanted: ChartRange): void {
    const range = awake(wanted, nowMs() / 1000, this.#options.lastTick?.());
    if (this.auto.peek()) this.interval.value = chosenInterval(this.#ended(range));
    void this.#load(range);
  }

  /** Shows what another chart shows: moved at once as far as it is loaded; loads what is not, once that chart rests. */
  follow(range: ChartRange, rests: boolean): void {
    const { chart } = this.#drawing;
    const { window } = this.model;
    const { from, to } = this.#ended(range);
    const fits = !this.auto.peek() || isNear(chosenInterval({ from, to }), window.interval);
    const loaded = from >= window.start && (window.live || range.to <= window.end);
    if (chart !== undefined && !this.#fitting && loaded && fits) {
      this.#target = range;
      this.#fit(chart);
    } else if (rests) this.lookAt(range);
  }

  /** Chooses candles; undefined: by the zoom. What is visible stays as far as it can. */
  choose(interval: ChartInterval | undefined): void {
    const visible = this.visibleRange() ?? this.#target;
    batch(() => {
      this.choices.interval.value = interval;
      this.interval.value = interval ?? chosenInterval(this.#ended(visible));
    });
    const most = MOST_AT_ONCE * INTERVAL_SECONDS[this.interval.peek()];
    const { to } = this.#ended(visible);
    const range = { from: Math.max(visible.from, to - most), to: visible.to };
    if (range.from > visible.from) this.#options.onRange?.(range);
    void this.#load(range);
  }

  setStyle(style: ChartStyle): void {
    this.choices.style.value = style;
    this.#drawing.chart?.setStyle(style);
  }

  goLive(): void {
    const visible = this.visibleRange() ?? this.#target;
    const span = this.#ended(visible).to - visible.from;
    this.show({ from: nowMs() / 1000 - span, to: Number.POSITIVE_INFINITY });
  }

  /** The bars that are drawn, empty places left out. */
  drawn(): readonly (readonly number[])[] {
    return this.#drawing.chart?.drawn() ?? [];
  }

  /** What the axes show. */
  axes(): ShownAxes | undefined {
    return this.#drawing.chart?.axes();
  }

  /** What is drawn behind the bars. */
  bands(): readonly LocatedBand[] {
    return this.#drawing.chart?.bands() ?? [];
  }

  /** The prices at which lines of averages are drawn. */
  drawnAverages(): readonly number[] {
    return this.#drawing.chart?.averages() ?? [];
  }

  /** Makes one hole's band stand out; undefined: none. */
  point(hole: Hole | undefined): void {
    this.#drawing.chart?.point(hole);
  }

  /** Draws anew after a choice that moves places; the same times stay visible. */
  arrange(): void {
    const { chart } = this.#drawing;
    const range = this.#touched ? this.visibleRange() : this.#target;
    if (chart !== undefined && range !== undefined) {
      this.#arranged ??= { range, places: chart.points.times.length };
      this.#lookAtNotes(range);
    }
    this.#drawing.changed('order');
  }

  /** Tells of a bar and a band as if the pointer were there; undefined: it is nowhere. */
  hover(bar: Bar | undefined, band: Band | undefined): void {
    this.#drawing.hover(bar, band);
  }

  recolor(): void {
    this.#drawing.chart?.recolor();
  }

  dispose(): void {
    this.overlays.dispose();
    this.#unwatch();
    this.#forget?.();
    this.#loader.dispose();
    this.notes.dispose();
    this.model.dispose();
    this.#drawing.dispose();
  }

  /** What is visible, in epoch seconds. */
  visibleRange(): ChartRange | undefined {
    const { chart } = this.#drawing;
    const places = chart?.visible;
    const range = places && rangeOf(places, chart?.points.times ?? [], this.model.window);
    return range && clamped(range, this.#options.bounds);
  }

  #drawAverages(): void {
    this.#drawing.chart?.setAverages((this.#options.averages ?? this.averages).peek());
  }

  readonly #touch = (): void => {
    this.#touched = true;
  };

  async #load(range: ChartRange): Promise<void> {
    this.#target = range;
    this.#fitting = true;
    const interval = this.interval.peek();
    const now = nowMs() / 1000;
    const end = this.#ended(range).to;
    // Some more on both sides, so that the first move of the chart needs no wait.
    const margin = Math.max(end - range.from, 200 * INTERVAL_SECONDS[interval]) / 2;
    const to = range.to + margin >= now ? Number.POSITIVE_INFINITY : range.to + margin;
    await this.model.show({ from: range.from - margin, to }, interval);
  }

  /** Whether a window is the one that was asked for, to be fitted to the range. */
  #fits(window: CandleWindow): boolean {
    return this.#fitting && window.interval === this.interval.peek() && this.model.state.peek().state !== 'loading';
  }

  /** Changes to wider candles for a quiet stock; only when a range is chosen, never while it is moved. */
  #tooNarrow(): boolean {
    const wider =
      this.choices.style.peek() === 'candles' ? quietInterval(this.model.window, this.#ended(this.#target)) : undefined;
    if (wider === undefined || !this.auto.peek()) return false;
    this.interval.value = wider;
    void this.#load(this.#target);
    return true;
  }

  #fitAgain(chart: PriceChart): void {
    const arranged = this.#arranged;
    this.#arranged = undefined;
    if (arranged === undefined || arranged.places === chart.points.times.length) return;
    this.#fit(chart, arranged.range);
  }

  #fit(chart: PriceChart, range = this.#target): void {
    const { from, to } = range;
    this.#fitting = false;
    this.#arranged = undefined;
    const { times } = chart.points;
    const end = Number.isFinite(to) ? placeOf(times, to) : times.length - 1 + RIGHT_MARGIN;
    const start = placeOf(times, from);
    const fewest = Number.isFinite(to) ? 8 : FEWEST_LIVE_PLACES;
    if (range === this.#target) this.#touched = false;
    chart.look({ from: Math.min(start, end - fewest), to: end });
    this.#moved({ from: Math.min(start, end - fewest), to: end });
  }

  #moved(places: VisiblePlaces): void {
    const { chart } = this.#drawing;
    if (chart === undefined || this.#fitting) return;
    const { window } = this.model;
    const length = chart.points.times.length;
    this.following.value = window.live && places.to >= length - 1;
    const range = this.visibleRange();
    // Where no tick is there may be a hole.
    this.#loader.moved(range ?? this.#target);
    this.#lookAtNotes(range ?? this.#target);
    if (range === undefined) return;
    if (this.#touched) this.#options.onRange?.(range);
    if (this.#fitsBadly(places)) return;
    if (places.from < NEAR_END) void this.model.loadOlder();
    if (!window.live && places.to > length - NEAR_END) void this.model.loadNewer();
  }

  /** Of a stock that has been silent for long, nothing is shown of the time from then to now. */
  #lookAtNotes({ from, to }: ChartRange): void {
    const { bars, interval } = this.model.window;
    const last = bars[bars.length - 1]?.time ?? nowMs() / 1000;
    const end = Math.max(from, Math.min(to, last + (MAX_GAP_SLOTS + 1) * INTERVAL_SECONDS[interval]));
    // Days and more tell of hours only where these are left out: then of all of them.
    const isWhole = !isDaily(interval) || closedHours.peek() === 'hidden';
    this.notes.look({ from: isWhole ? from : Math.max(from, end - INTERVAL_SECONDS['1w']), to: end });
  }

  /** Changes to wider or narrower candles when the zoom asks for it. */
  #fitsBadly({ from, to }: VisiblePlaces): boolean {
    const seconds = (to - from) * INTERVAL_SECONDS[this.model.window.interval];
    const interval = this.auto.peek() ? zoomInterval(to - from, seconds) : undefined;
    const range = this.visibleRange();
    if (range === undefined || interval === undefined || interval === this.interval.peek()) return false;
    this.interval.value = interval;
    void this.#load({ from: this.#ended(range).to - seconds, to: range.to });
    return true;
  }

  /** A range with its end as it is now. */
  #ended(range: ChartRange): ChartRange {
    return ended(range, nowMs() / 1000, this.#options.lastTick?.());
  }
}
