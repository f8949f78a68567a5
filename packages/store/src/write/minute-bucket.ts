import type { SequencedTick } from '@tickwatch/core';

export const MICROS_PER_MINUTE = 60_000_000;
/** Fractional digits that the fast path keeps at least, so that 220.4 after 220.45 needs no change of scale. */
const USUAL_SCALE = 4;
const MAX_FAST_SCALE = 10;
const MAX_FAST_VALUE = 2 ** 40;
export const MAX_EXACT = 2 ** 52;
const POWERS = Array.from({ length: 16 }, (_, n) => 10 ** n);

/** One bucket while ticks are added in order; prices are integers in units of 10^-scale. */
export interface MinuteBucket {
  readonly from: number;
  readonly to: number;
  readonly scale: number;
  count: number;
  sum: number;
  /** Price x microseconds; `wideArea` takes what a double would not hold exactly. */
  area: number;
  wideArea: bigint;
  open: SequencedTick;
  high: SequencedTick;
  low: SequencedTick;
  close: SequencedTick;
  highValue: number;
  lowValue: number;
  closeValue: number;
  /** Set when a tick came out of order or does not fit the fast path: the bucket is computed again, slowly. */
  slow: boolean;
}

/** A bucket with its first tick. */
export function openBucket(tick: SequencedTick, minute: number): MinuteBucket {
  const point = tick.price.indexOf('.');
  const scale = Math.max(USUAL_SCALE, point < 0 ? 0 : tick.price.length - point - 1);
  const value = scale > MAX_FAST_SCALE ? -1 : scaledPrice(tick.price, scale);
  return {
    from: minute * MICROS_PER_MINUTE,
    to: (minute + 1) * MICROS_PER_MINUTE,
    scale,
    count: 1,
    sum: value,
    area: 0,
    wideArea: 0n,
    open: tick,
    high: tick,
    low: tick,
    close: tick,
    highValue: value,
    lowValue: value,
    closeValue: value,
    slow: value < 0,
  };
}

/** Adds the next tick in order. */
export function append(bucket: MinuteBucket, tick: SequencedTick, value: number, elapsed: number): void {
  bucket.count++;
  bucket.sum += value;
  const area = bucket.closeValue * elapsed;
  if (area > MAX_EXACT) {
    bucket.wideArea += BigInt(bucket.closeValue) * BigInt(elapsed);
  } else {
    bucket.area += area;
    if (bucket.area > MAX_EXACT) {
      bucket.wideArea += BigInt(bucket.area);
      bucket.area = 0;
    }
  }
  if (value > bucket.highValue) {
    bucket.highValue = value;
    bucket.high = tick;
  }
  if (value < bucket.lowValue) {
    bucket.lowValue = value;
    bucket.low = tick;
  }
  bucket.closeValue = value;
  bucket.close = tick;
}

/**
 * The price in units of 10^-scale, or less than 0 where it does not fit the fast path. One below zero never does: its minus
 * counts as −3 in the place before the others, which no digits behind make up for.
 */
export function scaledPrice(price: string, scale: number): number {
  let value = 0;
  let decimals = -1;
  for (let i = 0; i < price.length; i++) {
    const code = price.charCodeAt(i);
    if (code === 46) {
      decimals = 0;
    } else {
      value = value * 10 + (code - 48);
      if (decimals >= 0) decimals++;
    }
  }
  const missing = scale - Math.max(decimals, 0);
  if (missing < 0 || price.length > 15) return -1;
  const scaled = value * (POWERS[missing] ?? Number.NaN);
  return scaled < MAX_FAST_VALUE ? scaled : -1;
}
