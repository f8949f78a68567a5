import { setTimeout } from 'node:timers/promises';
import type { EpochMicros } from '@tickwatch/core';
import type { House, Price } from './house.ts';

const STEP_MS = 20;
/** What could not be published in time is left out beyond this. */
const MOST_OWED = 1000;

export interface FloodedStock {
  readonly stock: string;
  readonly exchange: string;
}

/** Publishes ticks of all stocks in turn at an even pace. Disposing ends it. */
export function startFlood(house: House, stocks: readonly FloodedStock[], ticksPerSecond: number): AsyncDisposable {
  let running = true;
  let next = 0;
  const run = async (): Promise<void> => {
    let [owed, last] = [0, performance.now()];
    while (running) {
      const now = performance.now();
      owed = Math.min(MOST_OWED, owed + ((now - last) / 1000) * ticksPerSecond);
      last = now;
      const batches = new Map<string, Price[]>();
      for (; owed >= 1; owed--) {
        const index = next++ % stocks.length;
        const { stock = '', exchange = '' } = stocks[index] ?? {};
        const price = (100 + (index % 13) * 0.25 + Math.random()).toFixed(2);
        const batch = batches.get(exchange) ?? [];
        batches.set(exchange, batch);
        batch.push({ stock, price, time: (Date.now() * 1000 + (next % 1000)) as EpochMicros });
      }
      for (const [exchange, prices] of batches) await house.publish(exchange, prices);
      await setTimeout(STEP_MS);
    }
  };
  const done = run();
  return {
    async [Symbol.asyncDispose]() {
      running = false;
      await done;
    },
  };
}
