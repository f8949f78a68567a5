import { setTimeout } from 'node:timers/promises';
import type { EpochMicros } from '@tickwatch/core';
import type { House } from './house.ts';
import { storedTicks } from './stored.ts';

/** One stock's prices of a past day, a tick in each minute, 15 seconds after it began. */
export interface PastMinutes {
  readonly stock: string;
  /** Begin of the first minute, epoch seconds. */
  readonly start: number;
  readonly prices: readonly number[];
}

const BATCH = 400;
const PAUSE_MS = 60;

/** Publishes them, not faster than they are kept, and waits until all can be asked for. */
export async function publishMinutes(
  house: House,
  exchange: string,
  { stock, start, prices }: PastMinutes,
): Promise<void> {
  for (let first = 0; first < prices.length; first += BATCH) {
    const batch = prices.slice(first, first + BATCH);
    await house.publish(
      exchange,
      batch.map((price, index) => ({
        ...{ stock, price: price.toFixed(2) },
        time: ((start + (first + index) * 60 + 15) * 1e6) as EpochMicros,
      })),
    );
    await setTimeout(PAUSE_MS);
  }
  await storedTicks(house, stock, prices.length);
}

/** The price in the minute that begins at a time. */
export function priceAt({ start, prices }: PastMinutes, time: number): number | undefined {
  return prices[(time - start) / 60];
}

/** Prices that wander, to the cent, the same in every run. */
export function wandering(count: number, from: number, step: number): readonly number[] {
  return Array.from({ length: count }, (_, minute) => {
    const waves = Math.sin(minute / 17) + Math.sin(minute / 5.3) / 2 + Math.cos(minute / 211);
    return Math.round((from + step * waves) * 100) / 100;
  });
}
