import { setInterval, setTimeout } from 'node:timers/promises';
import type { EpochMicros } from '@tickwatch/core';
import type { House, Price } from './house.ts';

export const STOCKS: readonly (readonly [stock: string, exchange: string, cents: number])[] = [
  ['AAPL', 'NASDAQ', 22_000],
  ['AMZN', 'NASDAQ', 18_255],
  ['GOOGL', 'NASDAQ', 17_130],
  ['META', 'NASDAQ', 59_240],
  ['MSFT', 'NASDAQ', 42_150],
  ['NVDA', 'NASDAQ', 13_560],
  ['BRK.B', 'NYSE', 46_810],
  ['DIS', 'NYSE', 14_500],
  ['JPM', 'NYSE', 24_370],
  ['KO', 'NYSE', 6285],
  ['NFLX', 'NYSE', 50_000],
  ['TSLA', 'NYSE', 70_000],
];

const PAST_SECONDS = 3600;
const STEP_SECONDS = 0.25;
const PAUSE_MS = 150;
const LIVE_EVERY_MS = 125;

/** An hour of prices that wander, and then live ones until disposed: what a picture of the client shows. */
export async function publishWalk(house: House): Promise<AsyncDisposable> {
  const cents = new Map(STOCKS.map(([stock, , start]) => [stock, start]));
  const now = Math.floor(Date.now() / 1000);
  const step = (stock: string, size: number): string => {
    const before = cents.get(stock) ?? 10_000;
    const after = Math.max(100, Math.round(before + (Math.random() - 0.5) * size * Math.sqrt(before / 10_000)));
    cents.set(stock, after);
    return (after / 100).toFixed(2);
  };
  for (let second = now - PAST_SECONDS; second < now; second += 60) {
    const prices: Record<string, Price[]> = { NASDAQ: [], NYSE: [] };
    for (let at = second; at < Math.min(now, second + 60); at += STEP_SECONDS) {
      for (const [stock, exchange] of STOCKS) {
        if (Math.random() < 0.2) continue;
        const time = Math.round((at + Math.random() * STEP_SECONDS) * 1e6) as EpochMicros;
        prices[exchange]?.push({ stock, price: step(stock, 9), time });
      }
    }
    for (const [exchange, list] of Object.entries(prices)) await house.publish(exchange, list);
    // Pub/Sub knows no backpressure: what comes faster than it is kept would be refused.
    await setTimeout(PAUSE_MS);
  }
  const stop = new AbortController();
  const live = (async () => {
    for await (const _ of setInterval(LIVE_EVERY_MS, undefined, { signal: stop.signal })) {
      for (const [stock, exchange] of STOCKS) {
        if (Math.random() < 0.5) continue;
        await house.publish(exchange, [{ stock, price: step(stock, 9), time: (Date.now() * 1000) as EpochMicros }]);
      }
    }
  })().catch((error: Error) => {
    if (!stop.signal.aborted) throw error;
  });
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await live;
    },
  };
}
