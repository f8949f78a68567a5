import type { EpochMicros } from '@tickwatch/core';
import type { House } from './house.ts';
import { storedStocks } from './stored.ts';

export const HOUR = 3600;
const MICROS = 1e6;
const BATCH = 1000;

/** One tick of a stock now, or so many seconds ago. */
export function publishTick(house: House, stock: string, price: string, secondsAgo = 0): Promise<void> {
  const exchange = ['TSLA', 'DIS', 'NFLX'].includes(stock) ? 'NYSE' : 'NASDAQ';
  const time = Math.round((Date.now() / 1000 - secondsAgo) * MICROS) as EpochMicros;
  return house.publish(exchange, [{ stock, price, time }]);
}

/**
 * Publishes three hours of AAPL, a tick a second, with a silence of half an hour in the middle, and one tick of three
 * more stocks; resolves when the API knows them. @returns the first second
 */
export async function publishHours(house: House): Promise<number> {
  const oldest = Math.floor(Date.now() / 1000) - 3 * HOUR;
  const prices = Array.from({ length: 3 * HOUR - 60 }, (_, index) => oldest + index)
    .filter((second) => second < oldest + HOUR || second >= oldest + 1.5 * HOUR)
    .map((second) => ({
      stock: 'AAPL',
      price: (220 + 5 * Math.sin(second / 600)).toFixed(2),
      time: (second * MICROS + 123_456) as EpochMicros,
    }));
  for (let at = 0; at < prices.length; at += BATCH) await house.publish('NASDAQ', prices.slice(at, at + BATCH));
  await publishTick(house, 'MSFT', '421.50', 30);
  await publishTick(house, 'TSLA', '700.00', 30);
  await publishTick(house, 'DIS', '145.20', 30);
  await storedStocks(house, 4);
  return oldest;
}
