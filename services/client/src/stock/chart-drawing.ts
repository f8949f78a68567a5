import { signal } from '@preact/signals';
import { fractionDigits } from '../format/number-text.ts';
import { forgetPainter, markDirty } from '../frame.ts';
import { closedHours } from '../settings.ts';
import type { Bar } from './bar.ts';
import type { CandleWindow, WindowChange } from './candle-window.ts';
import type { Band } from './chart-bands.ts';
import { chartLibrary } from './chart-library.ts';
import type { ChartModel } from './chart-model.ts';
import type { ChartNotes } from './chart-notes.ts';
import type { LegendBar } from './controller-options.ts';
import type { ChartLayer } from './drawing/chart-layer.ts';
import type { PriceChart, PriceChartOptions } from './drawing/price-chart.ts';
import type { ChartStyle } from './drawing/price-series.ts';
import { showsHours } from './interval.ts';
import { seriesPoints } from './series-points.ts';
import type { ClosedSpans } from './time-spans.ts';

export interface ChartDrawingOptions extends Omit<PriceChartOptions, 'onHover' | 'style'> {
  readonly model: ChartModel;
  readonly notes: ChartNotes;
  readonly style: () => ChartStyle;
  /** Asked before a window is drawn as a whole; false: another one is on its way. */
  readonly mayDraw: () => boolean;
  /** Told after it. */
  readonly onDrawn: (chart: PriceChart) => void;
  /** Told after the newest bar was drawn again. */
  readonly onLast: () => void;
}

/** Draws a chart's model: collects what has changed and draws it once per frame. */
export class ChartDrawing {
  /** The bar that the legend describes: under the crosshair, else the newest. */
  readonly legend = signal<LegendBar | undefined>(undefined);
  readonly digits = signal(2);
  chart: PriceChart | undefined;
  readonly #options: ChartDrawingOptions;
  readonly #layers = new Set<ChartLayer>();
  readonly #gone = new AbortController();
  #change: WindowChange = 'none';
  #drawn: CandleWindow | undefined;
  /** A pointer is down on the chart. */
  #isHeld = false;
  #hovered: Bar | undefined;
  #isIncomplete: (time: number) => boolean = () => false;

  constructor(options: ChartDrawingOptions) {
    this.#options = options;
  }

  /** Draws into an element once the chart library is there, unless it is gone by then. */
  async attach(container: HTMLElement, isGone: () => boolean): Promise<void> {
    const { PriceChart } = await chartLibrary.load();
    if (isGone()) return;
    const { style, scale, zone, onMoved } = this.#options;
    this.chart = new PriceChart(container, {
      ...{ style: style(), scale, zone, onMoved },
      onHover: (bar, band) => this.hover(bar, band),
    });
    for (const layer of this.#layers) this.chart.add(layer);
    this.#watchHand(container);
    this.changed('order');
  }

  /** Draws something more, now or as soon as there is a chart. @returns takes it away */
  add(layer: ChartLayer): () => void {
    this.#layers.add(layer);
    this.chart?.add(layer);
    return () => {
      this.#layers.delete(layer);
      this.chart?.remove(layer);
    };
  }

  /** Tells of what is under the crosshair; undefined: nothing is. */
  hover(bar: Bar | undefined, band: Band | undefined): void {
    this.#hovered = bar;
    this.#options.notes.hovered.value = band;
    markDirty(this.#paint);
  }

  changed(change: WindowChange): void {
    if (change === 'order' || this.#change !== 'order') this.#change = change;
    markDirty(this.#paint);
  }

  /** What is told beside the prices has changed. */
  mark(): void {
    const { chart } = this;
    if (chart === undefined) return;
    const { notes } = this.#options;
    this.#isIncomplete = notes.incompleteAmong(chart.points);
    chart.setMarks({
      bands: notes.bands(chart.points, this.#closed),
      outliers: notes.outliers.peek(),
      isIncomplete: this.#isIncomplete,
    });
    markDirty(this.#paint);
  }

  dispose(): void {
    this.#gone.abort();
    forgetPainter(this.#paint);
    this.chart?.dispose();
    this.chart = undefined;
  }

  #watchHand(container: HTMLElement): void {
    const { signal } = this.#gone;
    container.addEventListener('pointerdown', () => this.#hold(true), { capture: true, signal });
    for (const type of ['pointerup', 'pointercancel']) addEventListener(type, () => this.#hold(false), { signal });
  }

  #hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    if (!isHeld && this.#change !== 'none') markDirty(this.#paint);
  }

  readonly #paint = (): void => {
    const { chart } = this;
    const { window } = this.#options.model;
    const last = window.bars[window.bars.length - 1];
    // All prices are written anew when one has more digits.
    const isFiner = last !== undefined && fractionDigits(last.close) > this.digits.peek();
    const change = isFiner ? 'order' : this.#change;
    this.#change = 'none';
    // While a hand moves the chart, the library counts from where it was when it was taken: places behind would make it leap.
    const isLater = this.#isHeld && last?.time !== chart?.points.times.at(-1);
    if (change === 'order' && isLater) this.#change = change;
    else if (chart !== undefined && change === 'order') this.#drawAll(chart);
    else if (chart !== undefined && change === 'last' && window === this.#drawn) {
      // Also those that came since the frame before, and the one that they follow, which may have changed before they came.
      const before = chart.points.times.at(-1) ?? Number.NEGATIVE_INFINITY;
      const first = window.bars.findLastIndex(({ time }) => time <= before);
      for (const bar of window.bars.slice(Math.max(0, first))) chart.updateLast(bar);
      this.#options.onLast();
    }
    const bar = this.#hovered ?? last;
    this.legend.value = bar && {
      bar: { ...bar },
      hovered: this.#hovered !== undefined,
      incomplete: this.#isIncomplete(bar.time),
    };
  };

  #drawAll(chart: PriceChart): void {
    const { window } = this.#options.model;
    let digits = this.digits.peek();
    for (const bar of window.bars) digits = Math.max(digits, fractionDigits(bar.close));
    this.digits.value = digits;
    if (!this.#options.mayDraw()) return;
    this.#drawn = window;
    chart.setPoints(seriesPoints(window, this.#closed), digits);
    this.mark();
    this.#options.onDrawn(chart);
  }

  get #closed(): ClosedSpans {
    const { model, notes } = this.#options;
    const hidden = closedHours.peek() === 'hidden';
    // Weekends take no place either; but where they do, days and more tell nothing of hours.
    const closed = hidden || showsHours(model.window.interval) ? notes.closed : [];
    return { closed, hidden };
  }
}
