import type { Bar } from '../bar.ts';
import type { SeriesPoints } from '../series-points.ts';

/** A stock's closes at places of a chart that may be another stock's, and what they are measured by. */
export interface Rebased {
  /** The first of the places; `closes` begin there. */
  readonly from: number;
  /** NaN where the stock has no candle. */
  readonly closes: readonly number[];
  /** Place of the first close in view; undefined: none is. */
  readonly basePlace: number | undefined;
  /** Time of the candle that the first close is of. */
  readonly baseTime: number | undefined;
}

/**
 * Closes of a stock's candles at the places `from` to `to` (inclusive) of a chart. What comes between two places counts
 * for the first, what comes after the last place for that one, so that the line ends at the newest price.
 */
export function rebased(points: Pick<SeriesPoints, 'times'>, bars: readonly Bar[], from: number, to: number): Rebased {
  const { times } = points;
  const closes: number[] = [];
  let [basePlace, baseTime]: [number?, number?] = [];
  let index = firstAt(bars, times[from] ?? Number.POSITIVE_INFINITY);
  for (let place = from; place <= to; place++) {
    const end = times[place + 1] ?? Number.POSITIVE_INFINITY;
    let close = Number.NaN;
    for (let bar = bars[index]; bar !== undefined && bar.time < end; bar = bars[++index]) {
      close = bar.close;
      if (basePlace === undefined) baseTime ??= bar.time;
    }
    if (basePlace === undefined && !Number.isNaN(close)) basePlace = place;
    closes.push(close);
  }
  return { from, closes, basePlace, baseTime };
}

/** The price that all others are measured by. */
export function baseOf({ from, closes, basePlace }: Rebased): number | undefined {
  return basePlace === undefined ? undefined : closes[basePlace - from];
}

/** The close at a place, or the last one before it in view. */
export function closeAt({ from, closes }: Rebased, place: number): number | undefined {
  for (let at = Math.min(place - from, closes.length - 1); at >= 0; at--) {
    const close = closes[at];
    if (close !== undefined && !Number.isNaN(close)) return close;
  }
  return undefined;
}

/** How far a price is above a base, as a ratio; undefined: nothing is a part of a base of 0. */
export function ratioTo(base: number | undefined, price: number | undefined): number | undefined {
  return base === undefined || base === 0 || price === undefined ? undefined : (price - base) / Math.abs(base);
}

/** Index of the first candle at or after a moment. */
function firstAt(bars: readonly Bar[], time: number): number {
  let [low, high] = [0, bars.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((bars[middle]?.time ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
