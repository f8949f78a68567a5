import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EpochMicros } from '@tickwatch/core';
import type { Page } from 'playwright-core';
import { openPage } from '../browser/browser.ts';
import { drawnOn, liveOf, seriesOf, visibleOn } from '../browser/inspected.ts';
import { browser, house, openHouse } from '../browser/opened-house.ts';
import { HOUR, publishHours, publishTick } from '../browser/prepared.ts';
import { until } from '../servers/index.ts';

describe('the client in a browser', () => {
  let oldest = 0;

  const tick = (stock: string, price: string, secondsAgo = 0): Promise<void> =>
    publishTick(house, stock, price, secondsAgo);

  openHouse(async () => {
    oldest = await publishHours(house);
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
    await cell(page, 'TSLA', 'price').getByText('701.50').waitFor();
    assert.equal(await cell(page, 'TSLA', 'sign').textContent(), '▲');
    await cell(page, 'TSLA', 'change').getByText('+1.50').waitFor();
    await tick('TSLA', '698.25');
    await cell(page, 'TSLA', 'price').getByText('698.25').waitFor();
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
    await until(() => /q=s&sort=-price|sort=-price&q=s/.test(page.url()), { what: 'both in the address' });
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
      what: 'the live tick in the chart',
    });
    // It ends a minute of silence, whose places the chart moves by.
    const newest = (await drawnOn(page)).at(-1)?.[0] ?? Number.NaN;
    await until(async () => ((await visibleOn(page))?.to ?? 0) >= newest, { what: 'it in view' });
    assert.equal(await page.getByRole('button', { name: 'Back to live' }).count(), 0);
    const late = oldest + 3 * HOUR - 200;
    const before = (await seriesOf(page))?.bars.find((bar) => bar[0] === late);
    await house.publish('NASDAQ', [{ stock: 'AAPL', price: '111.11', time: (late * 1e6 + 500_000) as EpochMicros }]);
    await until(async () => (await drawnOn(page)).some((bar) => bar[0] === late && bar[3] === 111.11), {
      what: 'the late tick in its candle',
    });
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
    // What is older is on its way while it is dragged: how many times depends on the machine.
    for (const end = Date.now() + 60_000; last > oldest + HOUR / 2 && Date.now() < end; ) {
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

  it('says at once when it is not live and since when, and is live again by itself', async () => {
    const { page } = await openPage(browser);
    await page.goto(house.address);
    await page.locator('output.live.live', { hasText: 'Live' }).waitFor();
    const open = house.proxy.close();
    await page.getByText(/Reconnecting\d+ s/).waitFor();
    await tick('DIS', '146.66');
    open();
    await until(async () => (await liveOf(page)).state === 'live', { what: 'live again' });
    await cell(page, 'DIS', 'price').getByText('146.66').waitFor();
    await page.context().close();
  });
});
