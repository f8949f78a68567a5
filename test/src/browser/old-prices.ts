import type { EpochMicros } from '@tickwatch/core';
import type { House, Price } from './house.ts';
import { storedTicks } from './stored.ts';

const BATCH = 1000;

/** Prices of a stock at times, epoch seconds. */
export interface OldPrices {
  readonly exchange: string;
  readonly stock: string;
  readonly times: readonly number[];
  readonly price: (time: number) => string;
}

/** Every `step` seconds from one moment to another. */
export function every(step: number, from: number, to: number): readonly number[] {
  return Array.from({ length: Math.ceil((to - from) / step) }, (_, index) => from + index * step);
}

/** A price that rises and falls with time, within minutes and within days. */
export function wave(time: number): string {
  return (200 + 20 * Math.sin(time / 40_000) + 3 * Math.sin(time / 900)).toFixed(2);
}

/** Publishes prices of long ago; resolves when the API knows all of them. */
export async function publishOld(house: House, { exchange, stock, times, price }: OldPrices): Promise<void> {
  for (let at = 0; at < times.length; at += BATCH) {
    const prices = times
      .slice(at, at + BATCH)
      .map((time): Price => ({ stock, price: price(time), time: (time * 1e6) as EpochMicros }));
    await house.publish(exchange, prices);
  }
  await storedTicks(house, stock, times.length);
}
