import type { AutoscaleInfo } from 'lightweight-charts';
import { priceText } from '../../format/number-text.ts';
import type { Bar } from '../bar.ts';
import type { ChartScale } from '../chart-scale.ts';
import type { Outlier } from '../outliers.ts';
import { beyond, boundsOf, isSquashed, type PriceBounds, usualBounds, withMargins } from '../price-bounds.ts';
import type { SeriesPoints } from '../series-points.ts';
import { visiblePlaces } from './canvas-layer.ts';
import type { ChartSurface } from './chart-layer.ts';

/** Decides which prices the height of a chart stands for, of the bars in view with their lows and highs. */
export class PriceFit {
  /** Ticks in view that are known to be far from the others. */
  outliers: readonly Outlier[] = [];
  /** Digits that prices have behind their point. */
  digits = 2;
  readonly #scale: ChartScale;
  readonly #surface: Pick<ChartSurface, 'chart' | 'points' | 'alsoInView'>;

  constructor(scale: ChartScale, surface: Pick<ChartSurface, 'chart' | 'points' | 'alsoInView'>) {
    this.#scale = scale;
    this.#surface = surface;
  }

  /** As the chart library asks for it; null: what was shown stays. */
  readonly provide = (): AutoscaleInfo | null => {
    const bars = this.#inView();
    const all = boundsOf(bars);
    if (all === undefined) return null;
    const usual = usualBounds(bars, this.outliers, this.#surface.points.width) ?? all;
    const logarithmic = this.#scale.effective.peek() === 'log';
    const onlyUsual = this.#scale.choices.fit.peek() === 'usual';
    const bounds = withMargins(this.#withOthers(onlyUsual ? usual : all, logarithmic), logarithmic, this.#leastMove);
    const nothing = { above: undefined, below: undefined };
    const squashed = isSquashed(usual, all, logarithmic);
    this.#scale.report({ squashed, ...(onlyUsual ? beyond(bars, bounds) : nothing) });
    return { priceRange: { minValue: bounds.low, maxValue: bounds.high } };
  };

  /** Takes the places that are to be drawn. */
  take(points: SeriesPoints, digits: number): void {
    this.digits = digits;
    this.#scale.lowest.value = boundsOf(points.bars.filter((bar) => bar !== undefined))?.low;
  }

  /** The newest bar has changed. */
  update(bar: Bar): void {
    const { lowest } = this.#scale;
    if (bar.low < (lowest.peek() ?? Number.POSITIVE_INFINITY)) lowest.value = bar.low;
  }

  /** A price at the axis. Where that is moved by hand below prices that are never below zero, it says nothing. */
  label(price: number): string {
    if (price >= 0 || (this.#scale.lowest.peek() ?? 0) < 0) return priceText(price, this.digits);
    return price > -this.#leastMove / 2 ? priceText(0, this.digits) : '';
  }

  get #leastMove(): number {
    return 10 ** -this.digits;
  }

  /** With what lies over the prices; where these are never below zero, nothing leads the axis there. */
  #withOthers({ low, high }: PriceBounds, logarithmic: boolean): PriceBounds {
    const others = [...this.#surface.alsoInView].flatMap((boundsOfLayer) => boundsOfLayer() ?? []);
    const lowest = Math.min(low, ...others.map((other) => other.low));
    return {
      low: lowest > 0 || low < 0 ? lowest : logarithmic ? low : 0,
      high: Math.max(high, ...others.map((other) => other.high)),
    };
  }

  #inView(): readonly Bar[] {
    const places = visiblePlaces(this.#surface);
    if (places === undefined) return [];
    return this.#surface.points.bars.slice(places.from, places.to + 1).filter((bar) => bar !== undefined);
  }
}
