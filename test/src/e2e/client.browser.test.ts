import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import type { EpochMicros } from '@tickwatch/core';
import type { Browser, Page } from 'playwright-core';
import { seriousFaults } from '../browser/axe.ts';
import { openPage, startBrowser } from '../browser/browser.ts';
import { type House, startHouse } from '../browser/house.ts';
import { drawnOn, liveOf, seriesOf, visibleOn } from '../browser/inspected.ts';
import { until } from '../servers/index.ts';

const MICROS = 1e6;
const HOUR = 3600;

describe('the client in a browser', () => {
  let house: House;
  let browser: Browser;
  const nowSeconds = (): number => Math.floor(Date.now() / 1000);
  let oldest = 0;

  /** One tick now. */
  const tick = (stock: string, price: string, secondsAgo = 0): Promise<void> => {
    const exchange = ['TSLA', 'DIS', 'NFLX'].includes(stock) ? 'NYSE' : 'NASDAQ';
    const time = Math.round((Date.now() / 1000 - secondsAgo) * MICROS) as EpochMicros;
    return house.publish(exchange, [{ stock, price, time }]);
  };

  before(async () => {
    [house, browser] = await Promise.all([startHouse(), startBrowser()]);
    oldest = nowSeconds() - 3 * HOUR;
    // Three hours of a tick a second, with a silence of half an hour in the middle.
    const prices = Array.from({ length: 3 * HOUR - 60 }, (_, index) => oldest + index)
      .filter((second) => second < oldest + HOUR || second >= oldest + 1.5 * HOUR)
      .map((second) => ({
        stock: 'AAPL',
        price: (220 + 5 * Math.sin(second / 600)).toFixed(2),
        time: (second * MICROS + 123_456) as EpochMicros,
      }));
    for (let at = 0; at < prices.length; at += 1000) await house.publish('NASDAQ', prices.slice(at, at + 1000));
    for (const [stock, price] of [
      ['MSFT', '421.50'],
      ['TSLA', '700.00'],
      ['DIS', '145.20'],
    ] as const)
      await tick(stock, price, 30);
    await until(async () => ((await (await fetch(`${house.address}/api/stocks`)).json()) as unknown[]).length === 4, {
      what: 'the stocks',
    });
  });

  after(async () => {
    await browser?.close();
    await house?.[Symbol.asyncDispose]();
  });

  const cell = (page: Page, stock: string, name: string) =>
    page
      .locator('tbody tr', { has: page.locator('a', { hasText: new RegExp(`^${stock}$`) }) })
      .locator(`[data-cell="${name}"]`);

  it('shows a price on the board as soon as it is published, with a sign of where it went', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(house.address);
    await cell(page, 'TSLA', 'price').getByText('700.00').waitFor();
    await page.locator('output.live.live', { hasText: 'Live' }).waitFor();
    await tick('TSLA', '701.5');
    await cell(page, 'TSLA', 'price').getByText('701.50').waitFor({ timeout: 3000 });
    assert.equal(await cell(page, 'TSLA', 'sign').textContent(), '▲');
    await cell(page, 'TSLA', 'change').getByText('+1.50').waitFor();
    await tick('TSLA', '698.25');
    await cell(page, 'TSLA', 'price').getByText('698.25').waitFor({ timeout: 3000 });
    assert.equal(await cell(page, 'TSLA', 'sign').textContent(), '▼');
    assert.equal(await cell(page, 'TSLA', 'low').textContent(), '698.25');
    assert.equal(await cell(page, 'TSLA', 'high').textContent(), '701.50');
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('sorts, filters and opens a stock by keyboard, and restores both from the address', async () => {
    const { page } = await openPage(browser);
    await page.goto(house.address);
    await cell(page, 'AAPL', 'price').waitFor();
    await page.getByRole('button', { name: 'Price' }).click();
    await until(
      async () => (await page.locator('tbody .c-stock a').allTextContents()).join() === 'TSLA,MSFT,AAPL,DIS',
      { what: 'the order' },
    );
    await page.keyboard.press('/');
    await page.keyboard.type('s');
    await until(async () => (await page.locator('tbody .c-stock a').allTextContents()).join() === 'TSLA,MSFT,DIS', {
      what: 'the filter',
    });
    assert.match(page.url(), /q=s&sort=-price|sort=-price&q=s/);
    await page.reload();
    await until(async () => (await page.locator('tbody .c-stock a').allTextContents()).join() === 'TSLA,MSFT,DIS', {
      what: 'the restored view',
    });
    await page.getByRole('searchbox').press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'MSFT' }).waitFor();
    await page.goBack();
    await page.getByRole('grid').waitFor();
    await page.context().close();
  });

  it('opens a chart with history that goes on live, and takes a late tick without a fault', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(`${house.address}/stock/AAPL?interval=1s`);
    await until(async () => (await drawnOn(page)).length > 500, { what: 'the drawn history' });
    await tick('AAPL', '333.33');
    await until(async () => (await drawnOn(page)).at(-1)?.[4] === 333.33, {
      timeoutMs: 3000,
      what: 'the live tick in the chart',
    });
    const before = (await seriesOf(page))?.bars.find((bar) => bar[0] === nowSeconds() - 200);
    await tick('AAPL', '111.11', 199.5);
    await until(
      async () =>
        (await drawnOn(page)).some((bar) => Math.abs((bar[0] ?? 0) - (nowSeconds() - 200)) < 6 && bar[3] === 111.11),
      { timeoutMs: 5000, what: 'the late tick in its candle' },
    );
    assert.notEqual(before, undefined);
    assert.equal((await drawnOn(page)).at(-1)?.[4], 333.33);
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('loads older history to the left without a jump, shows the silence as a gap, and comes back to live', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(`${house.address}/stock/AAPL?interval=1s`);
    await until(async () => (await drawnOn(page)).length > 500, { what: 'the chart' });
    const chart = await page.locator('.chart').boundingBox();
    assert.ok(chart !== null);
    const middle = { x: chart.x + chart.width / 2, y: chart.y + chart.height / 2 };
    let last = (await visibleOn(page))?.from ?? 0;
    for (let drag = 0; drag < 60 && last > oldest + HOUR / 2; drag++) {
      await page.mouse.move(middle.x - 400, middle.y);
      await page.mouse.down();
      await page.mouse.move(middle.x + 400, middle.y, { steps: 4 });
      await page.mouse.up();
      const from = (await visibleOn(page))?.from ?? 0;
      assert.ok(from <= last + 1, `the view jumped from ${last} to ${from}`);
      last = from;
    }
    assert.ok(last <= oldest + HOUR / 2, 'the view did not reach the other side of the silence');
    const series = await seriesOf(page);
    assert.ok((series?.bars.length ?? 0) <= 6000, 'the window is bounded');
    for (let index = 1; index < (series?.bars.length ?? 0); index++) {
      const distance = (series?.bars[index]?.[0] ?? 0) - (series?.bars[index - 1]?.[0] ?? 0);
      assert.ok(distance === 1 || distance >= HOUR / 2, `a hole of ${distance} s in the loaded history`);
    }
    await page.getByRole('button', { name: 'Back to live' }).click();
    await tick('AAPL', '222.22');
    await until(async () => (await drawnOn(page)).at(-1)?.[4] === 222.22, { what: 'live again' });
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('changes candles with the zoom, and shows all of the history in wide ones', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${house.address}/stock/AAPL`);
    await until(async () => (await drawnOn(page)).length > 100, { what: 'the chart' });
    await page.getByRole('button', { name: '1D', exact: true }).click();
    await until(async () => (await seriesOf(page))?.interval === '5m', { what: 'wider candles' });
    await until(async () => (await drawnOn(page)).reduce((sum, bar) => sum + (bar.length > 0 ? 1 : 0), 0) >= 25, {
      what: 'drawn',
    });
    const series = await seriesOf(page);
    const count = series?.bars.reduce((sum, bar) => sum + (bar[5] ?? 0), 0) ?? 0;
    assert.ok(count >= 2.4 * HOUR, `${count} ticks in the candles`);
    await until(async () => /^\d/.test((await page.locator('.mark-average dd').textContent()) ?? ''), {
      what: 'the average',
    });
    await page.context().close();
  });

  it('answers a question about the past with figures, chart, table and files, and its link restores it', async () => {
    const { page, complaints } = await openPage(browser, { acceptDownloads: true });
    await page.goto(`${house.address}/history`);
    await page.getByLabel('Stock').fill('AAPL');
    await page.getByLabel('Stock').press('Tab');
    await page.getByRole('button', { name: 'All', exact: true }).click();
    const ticks = page.locator('.history .figure', { hasText: 'Ticks' }).locator('dd');
    await until(async () => Number((await ticks.textContent())?.replaceAll(',', '')) >= 2.4 * HOUR, {
      what: 'the count',
    });
    await until(async () => (await drawnOn(page)).length > 10, { what: 'the chart' });
    const firstRow = page.locator('.prices tbody tr').first();
    assert.match((await firstRow.textContent()) ?? '', /\.123456/);
    const firstPage = await firstRow.textContent();
    await page.getByRole('button', { name: 'Next →' }).click();
    await page.getByText('Page 2').waitFor();
    await until(() => page.url().includes('cursor='), { what: 'the page in the address' });
    const row = await until(
      async () => {
        const text = await firstRow.textContent();
        return text === firstPage ? undefined : text;
      },
      { what: 'the second page' },
    );
    const address = page.url();
    const { page: second } = await openPage(browser);
    await second.goto(address);
    await until(async () => (await second.locator('.prices tbody tr').first().textContent()) === row, {
      what: 'the same page of the table',
    });
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'CSV ↓' }).click(),
    ]);
    const lines = (await readFile(await download.path(), 'utf8')).trimEnd().split('\n');
    assert.equal(lines[0], 'timestamp,stock_name,exchange_name,price');
    assert.ok(lines.length > 2.4 * HOUR);
    await page.getByText(/Saved [\d,]+ rows/).waitFor();
    assert.deepEqual(complaints.list, []);
    await second.context().close();
    await page.context().close();
  });

  it('says what is wrong with a range, and what an empty one is', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${house.address}/history?stock=AAPL&start=2026-01-02T00:00:00Z&end=2026-01-01T00:00:00Z`);
    await page.getByText('The end lies before the start').waitFor();
    await page.goto(`${house.address}/history?stock=AAPL&start=2001-01-01T00:00:00Z&end=2001-01-02T00:00:00Z`);
    await page.getByText('No tick in this range').waitFor();
    await page.goto(`${house.address}/no/such/page`);
    await page.getByText('There is no such page').waitFor();
    await page.context().close();
  });

  it('shows the ledger that adds up and every part that works', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(`${house.address}/system`);
    await page.getByText('Everything works').waitFor();
    await page.getByText('✓ adds up').first().waitFor();
    await until(async () => (await page.locator('.parts li').count()) >= 4, { what: 'the parts' });
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('says at once when it is not live and since when, and is live again by itself', async () => {
    const { page } = await openPage(browser);
    await page.goto(house.address);
    await page.locator('output.live.live', { hasText: 'Live' }).waitFor();
    const open = house.proxy.close();
    await page.getByText(/Reconnecting\d+ s/).waitFor({ timeout: 5000 });
    await tick('DIS', '146.66');
    open();
    await until(async () => (await liveOf(page)).state === 'live', { what: 'live again' });
    await cell(page, 'DIS', 'price').getByText('146.66').waitFor({ timeout: 10_000 });
    await page.context().close();
  });

  it('loads at most 120 KB of packed script for a view and is ready soon', async (context) => {
    const { page } = await openPage(browser);
    for (const path of ['/', '/stock/AAPL', '/history?stock=AAPL', '/system']) {
      const start = performance.now();
      await page.goto(house.address + path);
      await page.locator('.chart canvas, .grid tbody tr, .parts li').first().waitFor();
      const millis = performance.now() - start;
      await page.waitForLoadState('networkidle');
      const bytes = await page.evaluate<number>(
        `performance.getEntriesByType('resource').filter((entry) => /\\.js$/.test(entry.name)).reduce((sum, entry) => sum + entry.encodedBodySize, 0)`,
      );
      context.diagnostic(`${path}: ${(bytes / 1000).toFixed(1)} KB of script, filled after ${millis.toFixed(0)} ms`);
      assert.ok(bytes > 10_000 && bytes <= 120_000, `${bytes} bytes of script at ${path}`);
    }
    await page.context().close();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has no serious fault of accessibility in any view (${colorScheme})`, async () => {
      const { page } = await openPage(browser, { colorScheme, reducedMotion: 'reduce' });
      for (const path of ['/', '/stock/AAPL', '/history?stock=AAPL', '/system']) {
        await page.goto(house.address + path);
        await page.locator('.chart canvas, .grid canvas, .parts li').first().waitFor();
        await page.waitForLoadState('networkidle');
        assert.deepEqual(await seriousFaults(page), [], path);
      }
      await page.context().close();
    });
  }
});
