import { effect, type ReadonlySignal, signal } from '@preact/signals';
import { nowMs } from '../clock.ts';
import { zoneName } from '../format/zone.ts';
import { leaps } from '../moment/moment.ts';
import type { Bar } from './bar.ts';
import type { StockName } from './candle-source.ts';
import type { Band } from './chart-bands.ts';
import type { ChartChoices } from './chart-choices.ts';
import { ChartDrawing } from './chart-drawing.ts';
import { ChartLoads } from './chart-loads.ts';
import type { ChartModel, ChartRange } from './chart-model.ts';
import { ChartNotes } from './chart-notes.ts';
import { ChartScale } from './chart-scale.ts';
import { ChartSight } from './chart-sight.ts';
import type { ControllerOptions } from './controller-options.ts';
import type { ChartLayer } from './drawing/chart-layer.ts';
import type { LocatedBand } from './drawing/chart-marks.ts';
import type { PriceChart } from './drawing/price-chart.ts';
import type { ChartStyle } from './drawing/price-series.ts';
import type { ChartInterval } from './interval.ts';
import { Overlays } from './overlays.ts';
import { type VisibleAverages, VisibleLoader } from './visible-facts.ts';

/** A chart as the page knows it: joins what is loaded, what is drawn and what is in view, and answers what is asked of it. */
export class ChartController {
  readonly name: StockName;
  readonly model: ChartModel;
  /** Width of the candles that are shown or on their way. */
  readonly interval: ReadonlySignal<ChartInterval>;
  readonly choices: ChartChoices;
  /** True while candles follow the zoom. */
  readonly auto: ReadonlySignal<boolean>;
  readonly notes: ChartNotes;
  readonly overlays: Overlays;
  readonly scale: ChartScale;
  readonly averages = signal<VisibleAverages | undefined>(undefined);
  /** True while the newest tick is in view and live ticks move the chart. */
  readonly following: ReadonlySignal<boolean>;
  readonly #options: ControllerOptions;
  readonly #loads: ChartLoads;
  readonly #facts: VisibleLoader;
  readonly #drawing: ChartDrawing;
  readonly #sight: ChartSight;
  readonly #ends: readonly (() => void)[];
  #gone = false;

  constructor(options: ControllerOptions) {
    const { name, live, zone, choices } = options;
    this.#options = options;
    this.name = name;
    this.choices = choices;
    this.scale = new ChartScale(choices);
    this.notes = new ChartNotes(options.exchanges, () => this.arrange());
    this.#facts = new VisibleLoader(name, (facts) => {
      this.averages.value = facts.averages;
      this.#drawAverages();
      this.notes.take(facts);
      this.#sight.noteSpan(facts.range);
      this.#drawing.mark();
    });
    this.#loads = new ChartLoads(
      options,
      (change) => this.#drawing.changed(change),
      () => void this.#leap(),
    );
    this.model = this.#loads.model;
    this.interval = this.#loads.interval;
    this.auto = this.#loads.auto;
    this.#drawing = new ChartDrawing({
      ...{ model: this.model, notes: this.notes, scale: this.scale, zone: zoneName(zone) },
      style: () => choices.style.peek(),
      mayDraw: () => !this.#loads.isArrived || !this.#loads.replaced(),
      onDrawn: (chart) => this.#sight.drawn(chart),
      onLast: () => this.following.peek() && this.#facts.ticked(() => this.visibleRange()),
      onMoved: (places) => this.#sight.moved(places),
    });
    this.#sight = new ChartSight({
      ...{ loads: this.#loads, drawing: this.#drawing, notes: this.notes },
      ...{ bounds: options.bounds, onSeen: (range) => this.#facts.moved(range) },
      onRange: (range) => options.onRange?.(range),
    });
    this.following = this.#sight.following;
    this.overlays = new Overlays({
      ...{ name, live, zone, choices, model: this.model },
      ...{ legend: this.legend, digits: this.digits, measuring: signal(false) },
      add: (layer) => this.add(layer),
    });
    this.#ends = [
      effect(() => {
        this.scale.effective.value;
        choices.fit.value;
        this.#drawing.chart?.rescale();
      }),
      options.averages?.subscribe(() => this.#drawAverages()) ?? (() => {}),
    ];
    void this.#loads.load(options.range);
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
      container.addEventListener(type, this.#sight.touch, { capture: true, passive: true });
    return this.#drawing.attach(container, isGone);
  }

  /** What is drawn; undefined: nothing yet. */
  get surface(): PriceChart | undefined {
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

  /** As {@link show}, but nobody is told. */
  lookAt(range: ChartRange): void {
    this.#loads.lookAt(range);
  }

  /** Shows what another chart shows: moved at once as far as it is loaded; loads what is not, once that chart rests. */
  follow(range: ChartRange, rests: boolean): void {
    const { chart } = this.#drawing;
    if (chart !== undefined && !this.#loads.pending && this.#loads.holds(range)) {
      this.#loads.settle(range);
      this.#sight.fit(chart);
    } else if (rests) this.lookAt(range);
  }

  /** Chooses candles; undefined: by the zoom. What is visible stays as far as it can. */
  choose(interval: ChartInterval | undefined): void {
    const visible = this.visibleRange() ?? this.#loads.target;
    const range = this.#loads.choose(interval, visible);
    if (range.from > visible.from) this.#options.onRange?.(range);
  }

  setStyle(style: ChartStyle): void {
    this.choices.style.value = style;
    this.#drawing.chart?.setStyle(style);
  }

  goLive(): void {
    const visible = this.visibleRange() ?? this.#loads.target;
    const span = this.#loads.ended(visible).to - visible.from;
    this.show({ from: nowMs() / 1000 - span, to: Number.POSITIVE_INFINITY });
  }

  /** What is drawn behind the bars. */
  bands(): readonly LocatedBand[] {
    return this.#drawing.chart?.bands() ?? [];
  }

  /** Draws anew after a choice that moves places; the same times stay visible. */
  arrange(): void {
    this.#sight.arrange();
  }

  /** Tells of a bar and a band as if the pointer were there; undefined: it is nowhere. */
  hover(bar: Bar | undefined, band: Band | undefined): void {
    this.#drawing.hover(bar, band);
  }

  dispose(): void {
    this.#gone = true;
    this.overlays.dispose();
    for (const end of this.#ends) end();
    this.#facts.dispose();
    this.notes.dispose();
    this.model.dispose();
    this.#drawing.dispose();
  }

  /** What is visible, in epoch seconds. */
  visibleRange(): ChartRange | undefined {
    return this.#sight.visible();
  }

  /** The page shows another moment: what was told of the one before is not told of this one. */
  async #leap(): Promise<void> {
    const leap = leaps.peek();
    this.#sight.leave();
    this.#facts.forget();
    this.averages.value = undefined;
    this.notes.forget();
    const range = await this.#options.rangeThen();
    if (leap === leaps.peek() && !this.#gone) this.lookAt(range);
  }

  #drawAverages(): void {
    this.#drawing.chart?.setAverages((this.#options.averages ?? this.averages).peek());
  }
}
