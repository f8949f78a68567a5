import type { CandleInterval } from '@tickwatch/core';
import { dayStart, wallClock } from '../format/zone.ts';

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

const DAY_MS = 86_400_000;

/** Whether candles begin at the zone's midnight; the others are aligned to UTC. */
export function isDaily(interval: ChartInterval): boolean {
  return INTERVAL_SECONDS[interval] >= INTERVAL_SECONDS['1d'];
}

export function parseInterval(text: string | null | undefined): ChartInterval | undefined {
  return INTERVALS.find((interval) => interval === text);
}

/** The narrowest interval of which a range holds at most `most`. */
export function intervalFor(spanSeconds: number, most: number): ChartInterval {
  return INTERVALS.find((interval) => spanSeconds / INTERVAL_SECONDS[interval] <= most) ?? '1w';
}

/** Where the candle begins that holds a moment; both in epoch seconds. Days begin at the zone's midnight, weeks on Monday. */
export function bucketStart(seconds: number, interval: ChartInterval, zone: string): number {
  const width = INTERVAL_SECONDS[interval];
  if (!isDaily(interval)) return Math.floor(seconds / width) * width;
  const day = dayStart(zone, seconds * 1000);
  if (interval === '1d') return day / 1000;
  const { year, month, day: date } = wallClock(zone, day);
  const sinceMonday = (new Date(Date.UTC(year, month - 1, date)).getUTCDay() + 6) % 7;
  // Days have 23 to 25 hours: from noon to noon it is always another one.
  return dayStart(zone, day + DAY_MS / 2 - sinceMonday * DAY_MS) / 1000;
}

/** Where the candle after the one that begins at `start` begins. */
export function nextBucket(start: number, interval: ChartInterval, zone: string): number {
  const width = INTERVAL_SECONDS[interval];
  // The next one begins within half a day after its width.
  return isDaily(interval) ? dayStart(zone, (start + width) * 1000 + DAY_MS / 2) / 1000 : start + width;
}
