import { effect, signal } from '@preact/signals';
import { forgetPainter, markDirty } from '../../frame.ts';
import { visiblePlaces } from '../drawing/canvas-layer.ts';
import type { ChartSurface } from '../drawing/chart-layer.ts';
import { CompareLines } from '../drawing/compare-lines.ts';
import { OverLayer } from '../drawing/drawn-over.ts';
import type { OverlaidChart, Overlay } from '../overlay.ts';
import { placeOf } from '../series-points.ts';
import { rangeOf } from '../visible-range.ts';
import { CompareRows } from './compare-rows.tsx';
import { ComparedStock } from './compared-stock.ts';
import { baseOf, closeAt, type Rebased, ratioTo, rebased } from './rebased.ts';

/** What a compared stock says at the candle that the legend describes. */
export interface ComparedFigures {
  readonly stock: string;
  readonly price: number | undefined;
  readonly ratio: number | undefined;
  /** Where it begins, when that is later than the left edge; epoch seconds. */
  readonly since: number | undefined;
  readonly base: number | undefined;
}

/** Other stocks in a chart, in per cent of their prices at the left edge of what is visible. */
export class Comparison implements Overlay {
  /** The chart's own stock comes first. */
  readonly figures = signal<readonly ComparedFigures[]>([]);
  readonly stocks = signal<readonly ComparedStock[]>([]);
  readonly Rows = () => <CompareRows comparison={this} chart={this.chart} />;
  readonly chart: OverlaidChart;
  readonly #layer: OverLayer;
  readonly #ends: (() => void)[];
  #surface: ChartSurface | undefined;
  #removeLayer: (() => void) | undefined;

  constructor(chart: OverlaidChart) {
    this.chart = chart;
    const lines = new CompareLines(
      (from, to) =>
        this.stocks.peek().map((stock) => ({ stock: stock.stock, rebased: this.#rebased(stock, from, to) })),
      (from, to) => this.#own(from, to),
      () => markDirty(this.#look),
      chart.name.stock,
    );
    this.#layer = new OverLayer({
      paint: (pane) => lines.paint(pane),
      labels: () => lines.labels(),
      extent: (surface) => lines.extent(surface),
      newest: () => lines.newest(),
      detached: (surface) => lines.detached(surface),
      all: () => lines.all(),
      attached: (surface) => {
        this.#surface = surface;
        lines.attached(surface);
      },
    });
    this.#ends = [
      effect(() => this.#choose(chart.choices.compare.value)),
      effect(() => {
        chart.legend.value;
        markDirty(this.#look);
      }),
    ];
  }

  inspect(): unknown {
    return this.figures.peek();
  }

  dispose(): void {
    for (const end of this.#ends) end();
    this.#removeLayer?.();
    for (const stock of this.stocks.peek()) stock.dispose();
    forgetPainter(this.#look);
  }

  /** Takes stocks in that are new, and lets those go that are no longer chosen. */
  #choose(names: readonly string[]): void {
    const known = this.stocks.peek();
    for (const stock of known) if (!names.includes(stock.stock)) stock.dispose();
    this.stocks.value = names.map(
      (name) => known.find(({ stock }) => stock === name) ?? new ComparedStock(name, this.chart, this.#changed),
    );
    // Without another stock the scale is that of prices again.
    if (names.length > 0) this.#removeLayer ??= this.chart.add(this.#layer);
    else {
      this.#removeLayer?.();
      this.#removeLayer = undefined;
    }
    this.#changed();
  }

  readonly #changed = (): void => {
    this.#layer.refresh();
    markDirty(this.#look);
  };

  #rebased({ model }: ComparedStock, from: number, to: number): Rebased {
    const bars = model.window.interval === this.chart.model.window.interval ? model.window.bars : [];
    return rebased(this.#surface?.points ?? { times: [] }, bars, from, to);
  }

  #own(from: number, to: number): Rebased {
    const { times = [], bars = [] } = this.#surface?.points ?? {};
    const closes = bars.slice(from, to + 1).map((bar) => bar?.close ?? Number.NaN);
    const first = closes.findIndex((close) => !Number.isNaN(close));
    const basePlace = first < 0 ? undefined : from + first;
    return { from, closes, basePlace, baseTime: basePlace === undefined ? undefined : times[basePlace] };
  }

  /** What is in view has changed: says the figures anew and loads what is lacking. */
  readonly #look = (): void => {
    const surface = this.#surface;
    const places = surface && visiblePlaces(surface);
    if (surface === undefined || places === undefined || this.stocks.peek().length === 0) {
      this.figures.value = [];
      return;
    }
    const { window } = this.chart.model;
    const range = rangeOf(surface.chart.timeScale().getVisibleLogicalRange() ?? places, surface.points.times, window);
    if (range !== undefined) for (const stock of this.stocks.peek()) stock.follow(range, window);
    const legend = this.chart.legend.peek();
    const at = legend?.hovered ? placeOf(surface.points.times, legend.bar.time) : places.to;
    const own = this.#own(places.from, places.to);
    this.figures.value = [
      figuresOf(this.chart.name.stock, own, at, own.basePlace),
      ...this.stocks
        .peek()
        .map((stock) => figuresOf(stock.stock, this.#rebased(stock, places.from, places.to), at, own.basePlace)),
    ];
  };
}

function figuresOf(stock: string, series: Rebased, place: number, ownBase: number | undefined): ComparedFigures {
  const [base, price] = [baseOf(series), closeAt(series, place)];
  const late = series.basePlace !== undefined && ownBase !== undefined && series.basePlace > ownBase;
  return { stock, price, ratio: ratioTo(base, price), base, since: late ? series.baseTime : undefined };
}

export function showComparison(chart: OverlaidChart): Overlay {
  return new Comparison(chart);
}
