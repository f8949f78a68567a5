import type { Bar } from '../bar.ts';
import { placeOf, type SeriesPoints } from '../series-points.ts';

/** From the begin of the first measured candle to the begin of the last one, epoch seconds. */
export interface Ends {
  readonly first: number;
  readonly last: number;
}

/** What a measured range of time comes to. */
export interface Measured {
  /** Epoch seconds, `to` exclusive. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Prices of its first and last tick, and the mean of all; undefined: no tick lies in it. */
  readonly prices: { readonly first: number; readonly last: number; readonly mean: number } | undefined;
  /** Digits of the mean as they came, when the database has counted. */
  readonly exactMean: string | undefined;
  /** Whether all ticks of it are known; undefined: not asked yet. */
  readonly complete: boolean | undefined;
}

/** The ends of a drag from one place to another, whichever comes first; places beyond both ends stand for those. */
export function endsOf(times: readonly number[], one: number, other: number): Ends | undefined {
  const at = (place: number): number | undefined => times[Math.max(0, Math.min(times.length - 1, Math.round(place)))];
  const [first, last] = [at(Math.min(one, other)), at(Math.max(one, other))];
  return first === undefined || last === undefined ? undefined : { first, last };
}

/** What the candles between two ends tell, until the database has counted. `now`: epoch seconds, nothing is measured behind it. */
export function measureBars({ times, bars, width }: SeriesPoints, { first, last }: Ends, now: number): Measured {
  const measured = bars
    .slice(placeOf(times, first), placeOf(times, last) + 1)
    .filter((bar): bar is Bar => bar !== undefined);
  const to = Math.max(first, Math.min(last + width, now));
  const [open, close] = [measured[0], measured[measured.length - 1]];
  const count = measured.reduce((sum, bar) => sum + bar.count, 0);
  const sum = measured.reduce((total, bar) => total + bar.sum, 0);
  const prices =
    open === undefined || close === undefined ? undefined : { first: open.open, last: close.close, mean: sum / count };
  return { from: first, to, count, prices, exactMean: undefined, complete: undefined };
}

/** `45 s`, `12 min 30 s`, `2 h 05 min`, `3 d 4 h`: how long it is, in its two greatest units. */
export function lengthText(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const units = [
    [86_400, 'd', 3600, 'h'],
    [3600, 'h', 60, 'min'],
    [60, 'min', 1, 's'],
  ] as const;
  const [size, unit, small, smallUnit] = units.find(([least]) => whole >= least) ?? units[2];
  const rest = Math.floor((whole % size) / small);
  return `${Math.floor(whole / size)} ${unit}${rest === 0 ? '' : ` ${rest} ${smallUnit}`}`;
}
