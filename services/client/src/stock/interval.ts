import type { CandleInterval } from '@tickwatch/core';
import { dayStart } from '../format/zone.ts';

/** Widths of candles in seconds, narrow to wide. */
export const INTERVAL_SECONDS: Readonly<Record<CandleInterval, number>> = {
  '1s': 1,
  '5s': 5,
  '1m': 60,
  '5m': 300,
  '15m': 900,
  '1h': 3600,
  '4h': 14_400,
  '1d': 86_400,
};

export const INTERVALS = Object.keys(INTERVAL_SECONDS) as readonly CandleInterval[];

export function parseInterval(text: string | null | undefined): CandleInterval | undefined {
  return INTERVALS.find((interval) => interval === text);
}

/** The narrowest interval of which a range holds at most `most`. */
export function intervalFor(spanSeconds: number, most: number): CandleInterval {
  return INTERVALS.find((interval) => spanSeconds / INTERVAL_SECONDS[interval] <= most) ?? '1d';
}

/** Where the candle begins that holds a moment; both in epoch seconds. Days begin at the zone's midnight. */
export function bucketStart(seconds: number, interval: CandleInterval, zone: string): number {
  if (interval === '1d') return dayStart(zone, seconds * 1000) / 1000;
  const width = INTERVAL_SECONDS[interval];
  return Math.floor(seconds / width) * width;
}

/** Where the candle after the one that begins at `start` begins. */
export function nextBucket(start: number, interval: CandleInterval, zone: string): number {
  const width = INTERVAL_SECONDS[interval];
  // Days have 23 to 25 hours: the next one begins within half a day after 24.
  return interval === '1d' ? dayStart(zone, (start + width * 1.5) * 1000) / 1000 : start + width;
}
