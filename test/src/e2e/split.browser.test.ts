import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EpochMicros } from '@tickwatch/core';
import type { Page } from 'playwright-core';
import { seriousFaults } from '../browser/axe.ts';
import { openPage, parameter } from '../browser/browser.ts';
import { chartsOn, type InspectedChart } from '../browser/inspected.ts';
import { browser, house, openHouse } from '../browser/opened-house.ts';
import { HOUR, publishHours, publishTick } from '../browser/prepared.ts';
import { until } from '../servers/index.ts';

/** A name with all that parts names and charts in an address. */
const ODD = 'X~1:5m@Q %&+';

describe('several charts on one page', () => {
  let oldest: number;

  openHouse(async () => {
    oldest = await publishHours(house);
    // Every seventh second only, on another exchange: its candles are at other places than those of the others.
    const prices = Array.from({ length: Math.floor((3 * HOUR) / 7) }, (_, index) => oldest + 7 * index).map(
      (second) => ({
        price: (80 + 3 * Math.sin(second / 400)).toFixed(2),
        time: (second * 1e6) as EpochMicros,
      }),
    );
    for (const stock of ['SLOW', ODD])
      await house.publish(
        'NYSE',
        prices.map((price) => ({ stock, ...price })),
      );
    await until(async () => (await fetch(`${house.address}/api/latest/${encodeURIComponent(ODD)}`)).ok, {
      what: 'the ticks',
    });
  });

  /** Opens an address; resolves with its charts when so many of them have candles. */
  async function openSplit(page: Page, address: string, count: number): Promise<void> {
    await page.goto(address.startsWith('http') ? address : house.address + address);
    await drawn(page, count);
  }

  function drawn(page: Page, count: number): Promise<readonly InspectedChart[]> {
    return until(
      async () => {
        const charts = await chartsOn(page);
        const full = charts.filter(({ series, visible }) => (series?.bars.length ?? 0) > 0 && visible !== undefined);
        // What a hand does to a chart that is still loading may be overtaken by what comes.
        const busy = await page.locator('.chart-panel[aria-busy="true"]').count();
        return charts.length === count && full.length === count && busy === 0 ? charts : undefined;
      },
      { what: `${count} charts` },
    );
  }

  /** Drags the nth chart so many pixels to the right. */
  /** What a chart shows once its axis is as wide as its labels need: that moves the left edge. */
  async function atRest(page: Page, nth: number): Promise<InspectedChart['visible']> {
    let last = '';
    return await until(
      async () => {
        const { visible } = (await chartsOn(page))[nth] ?? {};
        const isSame = JSON.stringify(visible) === last;
        last = JSON.stringify(visible);
        return isSame ? visible : undefined;
      },
      { what: 'a chart at rest', everyMs: 500 },
    );
  }

  async function drag(page: Page, nth: number, pixels: number): Promise<void> {
    const box = await page.locator('.chart').nth(nth).boundingBox();
    assert.ok(box !== null);
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + pixels, y, { steps: 8 });
    await page.mouse.up();
  }

  it('opens beside a stock’s chart, in the same range, and its link restores it', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(`${house.address}/stock/AAPL?span=3600`);
    await page.getByRole('link', { name: 'Split' }).click();
    await page
      .getByRole('textbox', { name: 'Stock' })
      .or(page.getByRole('combobox', { name: 'Stock' }))
      .fill('slow');
    await page.keyboard.press('Enter');
    await drawn(page, 2);
    await until(() => parameter(page, 'charts') === 'AAPL~SLOW', { what: 'the charts in the address' });
    assert.equal(parameter(page, 'span'), '3600');
    const { page: second } = await openPage(browser);
    await openSplit(second, page.url(), 2);
    assert.deepEqual(
      (await chartsOn(second)).map(({ stock }) => stock),
      ['AAPL', 'SLOW'],
    );
    await page.getByRole('button', { name: 'Close SLOW' }).click();
    await until(() => page.url().endsWith('/stock/AAPL?span=3600'), { what: 'the one chart' });
    assert.deepEqual(complaints.list, []);
    await second.context().close();
    await page.context().close();
  });

  it('shows the same moment in all, with the values of each', async () => {
    const { page } = await openPage(browser);
    await openSplit(page, `/split?charts=AAPL:5s~SLOW:1m~AAPL:15m&from=${oldest}&to=${oldest + HOUR / 2}`, 3);
    const box = await page.locator('.chart').first().boundingBox();
    assert.ok(box !== null);
    await page.mouse.move(box.x + box.width * 0.45, box.y + box.height / 2);
    const charts = await until(
      async () => {
        const all = await chartsOn(page);
        return all.every(({ legend }) => legend?.hovered === true) ? all : undefined;
      },
      { what: 'the crosshair in all' },
    );
    const moment = charts[0]?.legend?.time ?? 0;
    assert.ok(moment > oldest && moment < oldest + HOUR / 2);
    assert.equal(charts[1]?.legend?.time, moment - (moment % 60));
    assert.equal(charts[2]?.legend?.time, moment - (moment % 900));
    await page.mouse.move(box.x + box.width / 2, 4);
    await until(async () => (await chartsOn(page)).every(({ legend }) => legend?.hovered === false), {
      what: 'the crosshairs away',
    });
    await page.context().close();
  });

  it('says so where another stock has no tick at that moment', async () => {
    const { page } = await openPage(browser);
    await openSplit(page, `/split?charts=AAPL:1s~SLOW:1s&from=${oldest}&to=${oldest + 240}`, 2);
    const box = await page.locator('.chart').first().boundingBox();
    assert.ok(box !== null);
    await until(
      async () => {
        for (let step = 0; step < 6; step++) {
          await page.mouse.move(box.x + box.width * 0.4 + step * 3, box.y + box.height / 2);
          if ((await page.getByText(/^No tick at /).count()) > 0) return true;
        }
        return false;
      },
      { what: 'the moment without a tick' },
    );
    await page.context().close();
  });

  it('moves all charts to the same time, and each alone when they are not linked', async () => {
    const { page, complaints } = await openPage(browser);
    await openSplit(page, `/split?charts=AAPL~SLOW&from=${oldest + HOUR / 4}&to=${oldest + HOUR / 2}`, 2);
    await drag(page, 0, 200);
    const moved = await until(
      async () => {
        const [first, second] = await chartsOn(page);
        const [a, b] = [first?.visible?.from ?? 0, second?.visible?.from ?? 0];
        return a < oldest + HOUR / 4 - 60 && Math.abs(a - b) < 30 ? a : undefined;
      },
      { what: 'both at the same time' },
    );
    await until(() => Math.abs(Number(parameter(page, 'from')) - moved) < 30, { what: 'the range in the address' });
    await page.getByLabel('Linked ranges').uncheck();
    await drag(page, 1, -150);
    await until(() => parameter(page, 'linked') === '0' && /SLOW:\d+-\d+/.test(parameter(page, 'charts') ?? ''), {
      what: 'each range in the address',
    });
    const charts = await chartsOn(page);
    assert.ok(Math.abs((charts[0]?.visible?.from ?? 0) - moved) < 30, 'the first chart has moved, too');
    assert.ok((charts[1]?.visible?.from ?? 0) > moved + 60, 'the second has not');
    await until(async () => !/~SLOW$/.test(parameter(page, 'charts') ?? ''), { what: 'the address' });
    await page.reload();
    await until(
      async () => {
        const again = await chartsOn(page);
        return [0, 1].every(
          (nth) => Math.abs((again[nth]?.visible?.from ?? 0) - (charts[nth]?.visible?.from ?? 0)) < 60,
        );
      },
      { what: 'each where it was, after a reload' },
    );
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('lays studies and other stocks over each chart, measures in it, and keeps that in its link', async () => {
    const { page, complaints } = await openPage(browser);
    await openSplit(page, `/split?charts=AAPL:sma20~SLOW&from=${oldest}&to=${oldest + HOUR / 2}`, 2);
    const second = page.locator('.pane').nth(1);
    await second.getByRole('button', { name: 'Compare' }).click();
    await page.getByRole('combobox', { name: 'Stock to compare with' }).fill('AAPL');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await second.getByRole('button', { name: 'Studies' }).click();
    await page.getByRole('button', { name: '+ Bollinger' }).click();
    await page.keyboard.press('Escape');
    await page.locator('.pane').first().getByRole('button', { name: 'Scale' }).click();
    await page.getByRole('button', { name: 'Log', exact: true }).click();
    await page.keyboard.press('Escape');
    await until(() => parameter(page, 'charts') === 'AAPL:log:sma20~SLOW:bb20x2:vs,AAPL', { what: 'all in the link' });
    await page.reload();
    await drawn(page, 2);
    await page.locator('.pane').first().getByText('SMA 20').first().waitFor();
    await second.getByText('Bollinger 20, 2').first().waitFor();
    await second.getByRole('button', { name: 'Compare 1' }).waitFor();
    const before = await atRest(page, 1);
    await second.getByRole('button', { name: 'Measure' }).click();
    await drag(page, 1, 120);
    await second.getByRole('region', { name: 'Measured' }).waitFor();
    assert.deepEqual((await chartsOn(page))[1]?.visible, before, 'measuring has moved the chart');
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('goes on live in all four, also in the same stock at two widths of candles', async () => {
    const { page, complaints } = await openPage(browser);
    await openSplit(page, '/split?charts=AAPL:1s~AAPL:1m~SLOW~MSFT&span=900', 4);
    for (const [stock, price] of [
      ['AAPL', '301.00'],
      ['MSFT', '302.00'],
    ] as const)
      await publishTick(house, stock, price);
    await until(
      async () => {
        const closes = (await chartsOn(page)).map(({ series }) => series?.bars.at(-1)?.[4]);
        return closes[0] === 301 && closes[1] === 301 && closes[3] === 302;
      },
      { what: 'the live ticks' },
    );
    await page.getByRole('button', { name: '1h', exact: true }).click();
    await until(() => parameter(page, 'span') === '3600', { what: 'the range in the address' });
    await page.goBack();
    await until(() => parameter(page, 'span') === null, { what: 'the step back' });
    await drawn(page, 4);
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('keeps any name in the link, and another stock chosen in its place is a step', async () => {
    const { page, complaints } = await openPage(browser);
    await openSplit(page, '/split?charts=AAPL~SLOW', 2);
    await page.getByRole('button', { name: 'SLOW: show another stock here' }).click();
    await page.keyboard.type(ODD);
    await page.keyboard.press('Enter');
    await until(async () => (await drawn(page, 2)).some(({ stock }) => stock === ODD), { what: 'the other stock' });
    await page.reload();
    await until(async () => (await drawn(page, 2)).some(({ stock }) => stock === ODD), {
      what: 'the same after a reload',
    });
    await page.goBack();
    await until(async () => (await drawn(page, 2)).some(({ stock }) => stock === 'SLOW'), { what: 'the one before' });
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('leads all charts to a date', async () => {
    const { page } = await openPage(browser);
    await openSplit(page, '/split?charts=AAPL~SLOW', 2);
    await page.getByRole('heading', { name: 'Split view' }).waitFor({ state: 'attached' });
    await page.keyboard.press('g');
    await page.getByLabel('Moment').fill(String(oldest + 1800));
    await page.keyboard.press('Enter');
    await until(
      async () =>
        (await chartsOn(page)).every(
          ({ visible }) => visible !== undefined && Math.abs((visible.from + visible.to) / 2 - oldest - 1800) < 90,
        ),
      { what: 'both at that moment' },
    );
    await page.context().close();
  });

  it('says what it does not understand of a link, and of a stock that it does not know', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${house.address}/split?charts=AAPL:7m~slow~A~B~C&to=soon&linked=maybe&rows=2`);
    const alert = (await page.getByRole('alert').filter({ hasText: 'link' }).textContent()) ?? '';
    assert.match(alert, /names 5 charts; the first 4 are shown/);
    assert.match(alert, /has “AAPL:7m”, which is not a stock, as in/);
    assert.match(alert, /to=“soon” is not a time/);
    assert.match(alert, /linked=“maybe” is not one of 0, 1/);
    assert.match(alert, /rows=“2” means nothing here/);
    await page.getByText('There is no stock “slow” yet').waitFor();
    await page.getByRole('link', { name: 'SLOW', exact: true }).click();
    await until(async () => (await chartsOn(page)).some(({ stock }) => stock === 'SLOW'), { what: 'the near one' });
    await page.context().close();
  });

  it('stands one below the other on a phone, and has no serious fault of accessibility', async () => {
    const { page } = await openPage(browser, { viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' });
    await openSplit(page, '/split?charts=AAPL~SLOW~', 2);
    const [first, second] = await Promise.all([0, 1].map((nth) => page.locator('.pane').nth(nth).boundingBox()));
    assert.ok(first !== null && second !== null && first !== undefined && second !== undefined);
    assert.ok(second.y >= first.y + first.height - 1 && second.x === first.x, 'they stand side by side');
    assert.equal(await page.evaluate<number>('document.documentElement.scrollWidth'), 390);
    assert.deepEqual(await seriousFaults(page), []);
    await page.context().close();
  });
});
