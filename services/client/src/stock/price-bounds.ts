import type { Bar } from './bar.ts';
import type { Outlier } from './outliers.ts';

/** From the lowest price to the highest. */
export interface PriceBounds {
  readonly low: number;
  readonly high: number;
}

/** Shares of a chart's height that prices leave free, at least. */
export const MARGINS = { top: 0.12, bottom: 0.2 } as const;

/** Of fewer bars nobody can tell which one is unusual. */
const FEWEST_BARS = 8;
/** The share of bars, at each end, that says nothing of what is usual. */
const ENDS = 0.05;
/** What takes less than this share of the height is squashed. */
const SQUASHED = 0.1;

/** What all bars reach; undefined: there is none. */
export function boundsOf(bars: readonly Bar[]): PriceBounds | undefined {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const bar of bars) {
    if (bar.low < low) low = bar.low;
    if (bar.high > high) high = bar.high;
  }
  return low > high ? undefined : { low, high };
}

/**
 * What bars reach but for those far off: beyond the middle nine tenths by more than these take themselves, or known as
 * outliers.
 * @param width of a bar, in seconds
 */
export function usualBounds(
  bars: readonly Bar[],
  outliers: readonly Outlier[],
  width: number,
): PriceBounds | undefined {
  const all = boundsOf(bars);
  if (all === undefined || bars.length < FEWEST_BARS) return all;
  const reach = outliers.length === 0 ? bars : withoutOutliers(bars, outliers, width);
  const lows = Float64Array.from(reach, ({ low }) => low).sort();
  const highs = Float64Array.from(reach, ({ high }) => high).sort();
  const skipped = Math.max(1, Math.floor(ENDS * bars.length));
  const [bottom, top] = [lows[skipped] ?? all.low, highs[bars.length - 1 - skipped] ?? all.high];
  const fence = Math.max(0, top - bottom);
  const low = lows.find((price) => price >= bottom - fence) ?? all.low;
  const high = highs.findLast((price) => price <= top + fence) ?? all.high;
  return low > high ? all : { low, high };
}

/** What each bar reaches without the ticks that are known as outliers. */
function withoutOutliers(bars: readonly Bar[], outliers: readonly Outlier[], width: number): readonly PriceBounds[] {
  return bars.map((bar) => {
    const inside = outliers.filter(({ time }) => time >= bar.time && time < bar.time + width);
    const median = inside[0]?.median;
    if (median === undefined) return bar;
    const doubted = new Set(inside.map(({ price }) => price));
    const others = [bar.open, bar.low, bar.high, bar.close].filter((price) => !doubted.has(price));
    return { low: Math.min(median, ...others), high: Math.max(median, ...others) };
  });
}

/** Whether what is usual takes next to nothing of the height that all takes. */
export function isSquashed(usual: PriceBounds, all: PriceBounds, logarithmic: boolean): boolean {
  const height = ({ low, high }: PriceBounds): number => (logarithmic ? Math.log(high / low) : high - low);
  return height(all) > 0 && height(usual) < SQUASHED * height(all);
}

/** Bounds with room above and below; prices that are never below zero get no axis that is. */
export function withMargins({ low, high }: PriceBounds, logarithmic: boolean, least: number): PriceBounds {
  const { top, bottom } = MARGINS;
  const share = 1 - top - bottom;
  if (logarithmic && low > 0) {
    const ratio = Math.max(high / low, 1.0005);
    return { low: low / ratio ** (bottom / share), high: high * ratio ** (top / share) };
  }
  // A single price gets some height, too.
  const size = high - low || Math.max(Math.abs(high) * 0.0005, 5 * least);
  const from = low - (size * bottom) / share;
  return { low: low >= 0 ? Math.max(0, from) : from, high: high + (size * top) / share };
}

/** Bars that reach beyond an edge of what is drawn. */
export interface Beyond {
  readonly count: number;
  /** The price farthest off. */
  readonly price: number;
}

/** How many bars reach above and below bounds, and to what price; undefined: none. */
export function beyond(
  bars: readonly Bar[],
  { low, high }: PriceBounds,
): { readonly above: Beyond | undefined; readonly below: Beyond | undefined } {
  const over = bars.filter((bar) => bar.high > high);
  const under = bars.filter((bar) => bar.low < low);
  const all = (some: readonly Bar[], price: (bounds: PriceBounds) => number): Beyond | undefined => {
    const bounds = boundsOf(some);
    return bounds && { count: some.length, price: price(bounds) };
  };
  return { above: all(over, (bounds) => bounds.high), below: all(under, (bounds) => bounds.low) };
}
