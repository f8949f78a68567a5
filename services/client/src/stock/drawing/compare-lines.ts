import { percentText } from '../../format/number-text.ts';
import { baseOf, closeAt, type Rebased, ratioTo } from '../compare/rebased.ts';
import type { PriceBounds } from '../price-bounds.ts';
import { visiblePlaces } from './canvas-layer.ts';
import type { ChartSurface } from './chart-layer.ts';
import type { AxisLabel, DrawnOver, Pane } from './drawn-over.ts';
import { lineLook } from './line-looks.ts';
import { type LineLook, overLine } from './over-line.ts';

/** A line to draw: a stock's closes in view. */
export interface ComparedLine {
  readonly stock: string;
  readonly rebased: Rebased;
}

const LONGEST_LABEL = 12;

/** Draws stocks in per cent of their price at the left edge, on the scale of the chart's own stock. */
export class CompareLines implements DrawnOver {
  readonly #lines: (from: number, to: number) => readonly ComparedLine[];
  readonly #own: (from: number, to: number) => Rebased;
  readonly #moved: () => void;
  readonly #name: string;
  #surface: ChartSurface | undefined;
  #looks: readonly LineLook[] = [];
  readonly #look = (): void => this.#moved();

  /** @param lines closes of the compared stocks at places, `own` of the chart's stock; `moved`: what is in view has changed, `name`: the chart's stock */
  constructor(
    lines: (from: number, to: number) => readonly ComparedLine[],
    own: (from: number, to: number) => Rebased,
    moved: () => void,
    name: string,
  ) {
    this.#name = name;
    this.#lines = lines;
    this.#own = own;
    this.#moved = moved;
  }

  attached(surface: ChartSurface): void {
    this.#surface = surface;
    surface.series.applyOptions({ title: short(this.#name) });
    surface.chart.timeScale().subscribeVisibleLogicalRangeChange(this.#look);
  }

  detached({ chart, series }: ChartSurface): void {
    series.applyOptions({ title: '' });
    chart.timeScale().unsubscribeVisibleLogicalRangeChange(this.#look);
    this.#surface = undefined;
  }

  all(): void {
    this.#looks = Array.from({ length: 5 }, (_, index) => lineLook('compare', index));
    this.#moved();
  }

  newest(): void {
    this.#moved();
  }

  paint(pane: Pane): void {
    const base = baseOf(this.#own(pane.from, pane.to));
    this.#lines(pane.from, pane.to).forEach(({ rebased }, index) => {
      const look = this.#looks[index];
      if (look === undefined) return;
      overLine(pane, (place) => onOwnScale(base, ratioTo(baseOf(rebased), rebased.closes[place - rebased.from])), look);
    });
  }

  labels(): readonly AxisLabel[] {
    const surface = this.#surface;
    const places = surface && visiblePlaces(surface);
    if (surface === undefined || places === undefined) return [];
    const base = baseOf(this.#own(places.from, places.to));
    return this.#lines(places.from, places.to).flatMap(({ stock, rebased }, index) => {
      const ratio = ratioTo(baseOf(rebased), closeAt(rebased, places.to));
      const price = onOwnScale(base, ratio);
      if (ratio === undefined || price === undefined) return [];
      const text = `${short(stock)} ${percentText(ratio)}`;
      return [{ price, text, color: this.#looks[index]?.color ?? '', textColor: surface.colors.surface }];
    });
  }

  extent(surface: ChartSurface): PriceBounds | undefined {
    const places = visiblePlaces(surface);
    if (places === undefined) return undefined;
    const base = baseOf(this.#own(places.from, places.to));
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const { rebased } of this.#lines(places.from, places.to)) {
      const own = baseOf(rebased);
      for (const close of rebased.closes) {
        const price = Number.isNaN(close) ? undefined : onOwnScale(base, ratioTo(own, close));
        if (price === undefined) continue;
        low = Math.min(low, price);
        high = Math.max(high, price);
      }
    }
    return low <= high ? { low, high } : undefined;
  }
}

function short(stock: string): string {
  return stock.length > LONGEST_LABEL ? `${stock.slice(0, LONGEST_LABEL - 1)}…` : stock;
}

/** The chart's own price that stands where another stock's change does. */
function onOwnScale(base: number | undefined, ratio: number | undefined): number | undefined {
  return base === undefined || ratio === undefined ? undefined : base + ratio * Math.abs(base);
}
