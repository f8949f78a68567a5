import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type EpochMicros, laneOfStock } from '@tickwatch/core';
import type { Page } from 'playwright-core';
import { rowOf } from '../browser/board-rows.ts';
import { goInPage, openPage } from '../browser/browser.ts';
import { seriesOf } from '../browser/inspected.ts';
import { watchLive } from '../browser/live-frames.ts';
import { browser, house, openHouse } from '../browser/opened-house.ts';
import { storedStocks } from '../browser/stored.ts';
import { until } from '../servers/index.ts';

const LANES = 4;
const BOARDS = ['board:NASDAQ', 'board:NYSE'];
const laneChannel = (stock: string) => `lane:NASDAQ/${laneOfStock(stock, LANES)}`;
const now = () => (Date.now() * 1000) as EpochMicros;
const tick = (stock: string, price: string) =>
  house.publish(stock === 'DIS' ? 'NYSE' : 'NASDAQ', [{ stock, price, time: now() }]);
const priceOn = (page: Page, stock: string) => rowOf(page, stock).locator('[data-cell="price"]').textContent();

/** Ticks in all candles of the chart. */
async function countOf(page: Page): Promise<number> {
  return ((await seriesOf(page))?.bars ?? []).reduce((sum, bar) => sum + (bar[5] ?? 0), 0);
}

describe('the channels that the page listens to', () => {
  openHouse(
    async () => {
      for (const stock of ['AAPL', 'MSFT', 'DIS']) await tick(stock, '100.00');
      await storedStocks(house, 3);
    },
    { lanes: `NASDAQ:${LANES},NYSE:1` },
  );

  it('are the boards alone for the board, whose prices, ticks and extremes move', async () => {
    const { page, complaints } = await openPage(browser);
    const live = watchLive(page);
    await page.goto(house.address);
    await rowOf(page, 'MSFT').waitFor();
    await until(() => BOARDS.every((name) => live.channels().includes(name)), { what: 'the boards' });
    await until(() => live.channels().includes('alerts'), { what: 'what comes last' });
    for (let price = 101; price <= 104; price++) {
      for (const stock of ['AAPL', 'DIS']) await tick(stock, `${price}.00`);
      await until(async () => (await priceOn(page, 'AAPL'))?.includes(`${price}.00`), { what: `a price of ${price}` });
    }
    await until(async () => (await priceOn(page, 'DIS'))?.includes('104.00'), {
      what: 'the price at the other exchange',
    });
    // Told in one: of those before the last the board sees the extremes, and how many they were.
    await house.publish(
      'NASDAQ',
      ['150.00', '90.00', '110.00', '105.00'].map((price) => ({ stock: 'AAPL', price, time: now() })),
    );
    await until(async () => (await priceOn(page, 'AAPL'))?.includes('105.00'), { what: 'the last of several' });
    const range = await rowOf(page, 'AAPL').locator('.c-range').textContent();
    assert.match(range ?? '', /90\.00.*150\.00/);
    assert.deepEqual(live.channels(), ['alerts', ...BOARDS]);
    assert.ok(live.published('board:NASDAQ') >= 5);
    const { received } = await page.evaluate(() => globalThis.tickwatch.live());
    assert.equal(received, 12);
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('are its lane for a stock where its exchange has several, else the exchange’s, and none of them once it is left', async () => {
    const { page, complaints } = await openPage(browser);
    const live = watchLive(page);
    await page.goto(`${house.address}/stock/AAPL?span=900`);
    const before = await until(() => countOf(page), { what: 'the chart' });
    // In which lane it is, is known with its next tick.
    for (let count = before + 1; count <= before + 7; count++) {
      await tick('AAPL', `${100 + count}.00`);
      await until(async () => (await countOf(page)) === count, { what: `${count} ticks on the chart` });
    }
    await until(() => live.channels().includes(laneChannel('AAPL')), { what: 'its lane' });
    assert.ok(live.published(laneChannel('AAPL')) > 0);
    const [stock = ''] = ['MSFT', 'TSLA', 'AMZN'].filter((other) => laneChannel(other) !== laneChannel('AAPL'));
    await tick(stock, '50.00');
    await until(async () => (await page.evaluate(() => globalThis.tickwatch.size())) >= 3, { what: 'the board' });
    await goInPage(page, '/stock/DIS?span=900');
    await until(() => live.channels().includes('NYSE'), { what: 'the exchange’s channel' });
    const others = await until(
      async () => {
        const count = await countOf(page);
        return (await page.evaluate(() => globalThis.tickwatch.charts()[0]?.stock)) === 'DIS' ? count : 0;
      },
      { what: 'the other chart' },
    );
    await tick('DIS', '120.00');
    await until(async () => (await countOf(page)) === others + 1, { what: 'its tick' });
    assert.deepEqual(
      live.channels().filter((name) => name !== 'alerts'),
      ['NYSE', ...BOARDS],
    );
    await goInPage(page, '/');
    await until(() => !live.channels().includes('NYSE'), { what: 'the boards alone' });
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });
});
