import type { EpochMicros } from '@tickwatch/core';
import type { Page } from 'playwright-core';
import { until } from '../servers/index.ts';
import type { House } from './house.ts';
import { momentOn, seriesOf } from './inspected.ts';
import { at, markOutlier, NIGHT, publishNight } from './known-holes.ts';
import { storedTicks } from './stored.ts';

const HOUR = 3600;

/** When the stock LATE has its first tick, and when AAPL has one that is marked; epoch seconds. */
export const LATE_FROM = NIGHT.open + HOUR;
export const MARKED = NIGHT.open + 20 * 60;
/** From here on, for a minute, QUICK has ten ticks a second; epoch seconds. */
export const QUICK_FROM = NIGHT.open + 10 * 60;
export const QUICK_SECONDS = 60;

/** Two sessions of AAPL with a hole and a mark, a stock that comes later, and one of many ticks. */
export async function publishPast(house: House): Promise<void> {
  await publishNight(house);
  const tick = (stock: string, seconds: number, price: number) => ({
    ...{ stock, price: price.toFixed(2) },
    time: Math.round(seconds * 1e6) as EpochMicros,
  });
  const late = Array.from({ length: 60 }, (_, index) => tick('LATE', LATE_FROM + index * 30, 50 + index / 10));
  const quick = Array.from({ length: QUICK_SECONDS * 10 }, (_, index) =>
    tick('QUICK', QUICK_FROM + index / 10, 100 + (index % 50) / 10),
  );
  await house.publish('NASDAQ', late);
  await house.publish('NASDAQ', quick);
  await storedTicks(house, 'LATE', late.length);
  await storedTicks(house, 'QUICK', quick.length);
  await markOutlier(house, { stock: 'AAPL', exchange: 'NASDAQ', time: MARKED, price: '180.00', median: '181.00' });
}

/** An address as the page has it at a moment, epoch seconds. */
export function then(address: string, seconds: number): string {
  return `${address}${address.includes('?') ? '&' : '?'}moment=${at(seconds)}`;
}

/** The candles that the API tells of a stock as of a moment (epoch µs), as {@link seriesOf} has them. */
async function candlesThen(
  { address }: House,
  stock: string,
  series: { readonly interval: string; readonly start: number },
  moment: number,
): Promise<readonly (readonly number[])[]> {
  const query = new URLSearchParams({
    ...{ interval: series.interval, timezone: 'UTC' },
    ...{ start_time: String(Math.round(series.start * 1e6)), end_time: String(moment) },
  });
  const answer = await fetch(`${address}/api/candles/${stock}?${query}`);
  const candles = (await answer.json()) as Readonly<
    Record<'time' | 'open' | 'high' | 'low' | 'close' | 'count', string>
  >[];
  return candles
    .filter(({ count }) => Number(count) > 0)
    .map((one) => [Date.parse(one.time) / 1000, ...[one.open, one.high, one.low, one.close, one.count].map(Number)]);
}

/** Waits until the page's first chart shows just what the API tells as of the moment that the page shows. */
export async function chartIsOfMoment(page: Page, house: House, stock: string, what: string): Promise<void> {
  let seen = '';
  await until(
    async () => {
      const [series, moment] = [await seriesOf(page), await momentOn(page)];
      if (series?.ready !== true || moment === null) return false;
      const expected = await candlesThen(house, stock, series, moment);
      seen = `${series.bars.length} of ${expected.length}; ${JSON.stringify(series.bars.at(-1))} of ${JSON.stringify(expected.at(-1))}`;
      return expected.length > 0 && JSON.stringify(series.bars) === JSON.stringify(expected);
    },
    { what },
  ).catch((error: Error) => {
    throw new Error(`${error.message}: ${seen}`);
  });
}
