import {
  type CandleGrid,
  type CandleInterval,
  candleAt,
  candleGrid,
  candleStarts,
  MICROS_PER_SECOND,
  namedZone,
} from '@tickwatch/core';

/** Widths of candles that charts offer, of those that the API has, in seconds, narrow to wide. */
export const INTERVAL_SECONDS = {
  '1s': 1,
  '5s': 5,
  '1m': 60,
  '5m': 300,
  '15m': 900,
  '30m': 1800,
  '1h': 3600,
  '4h': 14_400,
  '1d': 86_400,
  '1w': 604_800,
} as const satisfies Partial<Readonly<Record<CandleInterval, number>>>;
export type ChartInterval = keyof typeof INTERVAL_SECONDS;

export const INTERVALS = Object.keys(INTERVAL_SECONDS) as readonly ChartInterval[];

const DAY_SECONDS = 86_400;

/** Whether candles begin at midnight. */
export function isDaily(interval: ChartInterval): boolean {
  return INTERVAL_SECONDS[interval] >= INTERVAL_SECONDS['1d'];
}

/** Whether candles are narrow enough for nights to be told from silence. */
export function showsHours(interval: ChartInterval): boolean {
  return INTERVAL_SECONDS[interval] <= INTERVAL_SECONDS['1h'];
}

export function parseInterval(text: string | null | undefined): ChartInterval | undefined {
  return INTERVALS.find((interval) => interval === text);
}

/** The narrowest interval of which a range holds at most `most`. */
export function intervalFor(spanSeconds: number, most: number): ChartInterval {
  return INTERVALS.find((interval) => spanSeconds / INTERVAL_SECONDS[interval] <= most) ?? '1w';
}

/** Where the candle begins that holds a moment, by the API's own rule; both in epoch seconds. */
export function bucketStart(seconds: number, interval: ChartInterval, zone: string): number {
  return candleAt(gridAt(seconds, interval, zone), toMicros(seconds)) / MICROS_PER_SECOND;
}

/** Where the candle after the one that begins at `start` begins. */
export function nextBucket(start: number, interval: ChartInterval, zone: string): number {
  const [, next] = candleStarts(gridAt(start, interval, zone), toMicros(start), Number.POSITIVE_INFINITY, 2);
  return (next ?? 0) / MICROS_PER_SECOND;
}

/** A grid tells of two years at least: clock changes of more are found when they are looked at. */
const PERIOD = 2 * 365 * DAY_SECONDS * MICROS_PER_SECOND;
const grids = new Map<string, CandleGrid>();

function gridAt(seconds: number, interval: ChartInterval, zone: string): CandleGrid {
  const period = Math.floor(toMicros(seconds) / PERIOD);
  const key = `${interval}/${zone}/${period}`;
  const known = grids.get(key);
  if (known !== undefined) return known;
  if (grids.size > 200) grids.clear();
  const alignment = { zone: zone === 'UTC' ? undefined : namedZone(zone) };
  // The candle after the last one of the period begins in the next.
  const grid = candleGrid(interval, alignment, period * PERIOD, (period + 2) * PERIOD);
  grids.set(key, grid);
  return grid;
}

function toMicros(seconds: number): number {
  return Math.round(seconds * MICROS_PER_SECOND);
}
