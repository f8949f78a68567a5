import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EpochMicros } from '@tickwatch/core';
import type { Page } from 'playwright-core';
import { atRest } from '../browser/at-rest.ts';
import { openPage, parameter } from '../browser/browser.ts';
import { drawnOn, seriesOf, visibleOn } from '../browser/inspected.ts';
import { browser, house, openHouse } from '../browser/opened-house.ts';
import { HOUR, publishHours, publishTick } from '../browser/prepared.ts';
import { until } from '../servers/index.ts';

const DAY = 86_400;

describe('the links of a stock’s page', () => {
  let oldest: number;
  /** The last tick of QUIET, epoch seconds. */
  let quietUntil: number;

  openHouse(async () => {
    oldest = await publishHours(house);
    quietUntil = Math.floor(Date.now() / 1000) - 3 * DAY;
    const prices = Array.from({ length: 600 }, (_, index) => ({
      stock: 'QUIET',
      price: (50 + Math.sin(index / 30)).toFixed(2),
      time: ((quietUntil - 599 + index) * 1e6) as EpochMicros,
    }));
    await house.publish('NYSE', prices);
    await publishTick(house, 'DUAL', '10.10', 90);
    await house.publish('NYSE', [{ stock: 'DUAL', price: '10.00', time: (quietUntil * 1e6) as EpochMicros }]);
    await until(async () => (await fetch(`${house.address}/api/latest/DUAL?exchange=NYSE`)).ok, { what: 'the ticks' });
  });

  /** Opens an address; resolves when candles are drawn. */
  async function openChart(page: Page, path: string): Promise<void> {
    await page.goto(house.address + path);
    await until(async () => (await drawnOn(page)).length > 1, { what: 'the chart' });
  }

  /** Waits until the chart shows about so many seconds. */
  async function shows(page: Page, seconds: number, what: string): Promise<void> {
    await until(
      async () => {
        const range = await visibleOn(page);
        const to = Math.min(range?.to ?? 0, Date.now() / 1000);
        return range !== undefined && Math.abs(to - range.from - seconds) < seconds * 0.15;
      },
      { what },
    );
  }

  it('opens a stock that has been silent for days at its last tick, says so, and goes on with the next one', async () => {
    const { page, complaints } = await openPage(browser);
    await openChart(page, '/stock/QUIET');
    const bars = (await seriesOf(page))?.bars ?? [];
    assert.ok((bars[bars.length - 1]?.[0] ?? 0) > quietUntil - 60, 'the last tick is not on the chart');
    assert.ok(((await visibleOn(page))?.from ?? 0) > quietUntil - HOUR, 'the chart shows days of nothing');
    await page.getByText(/^Last tick 3 d ago, at /).waitFor();
    await publishTick(house, 'QUIET', '51.00');
    await until(async () => ((await drawnOn(page)).at(-1)?.[0] ?? 0) > quietUntil + 2 * DAY, { what: 'the new tick' });
    await page.getByText(/^Last tick/).waitFor({ state: 'detached' });
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('says that a stock is unknown, names near ones, and shows it by itself with its first tick', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(`${house.address}/stock/aapl`);
    await page.getByText('There is no stock “aapl” yet').waitFor();
    await page.getByRole('link', { name: 'AAPL', exact: true }).click();
    await until(async () => (await drawnOn(page)).length > 1, { what: 'the near one' });
    await page.goto(`${house.address}/stock/FRESH`);
    await page.getByText('There is no stock “FRESH” yet').waitFor();
    await publishTick(house, 'FRESH', '7.00');
    await until(async () => (await drawnOn(page)).length === 1, { what: 'the new stock' });
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('keeps a live range through reload and Back, and each range that was chosen is a step', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(house.address);
    await page.goto(`${house.address}/stock/AAPL`);
    const ranges = page.getByRole('group', { name: 'Range' });
    await ranges.getByRole('button', { name: '1h' }).click();
    await until(() => parameter(page, 'span') === '3600', { what: 'the range in the address' });
    await page.reload();
    await shows(page, HOUR, 'the hour after a reload');
    await ranges.getByRole('button', { name: '4h' }).click();
    await until(() => parameter(page, 'span') === '14400', { what: 'the next range in the address' });
    await page.goBack();
    await shows(page, HOUR, 'the hour after a step back');
    assert.equal(parameter(page, 'span'), '3600');
    await page.getByRole('link', { name: 'System' }).click();
    await page.goBack();
    await shows(page, HOUR, 'the hour after another view');
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('keeps the range that a chart was moved to, without a step', async () => {
    const { page } = await openPage(browser);
    await openChart(page, '/stock/AAPL?span=1800');
    const steps = await page.evaluate<number>('history.length');
    const box = await page.locator('.chart').boundingBox();
    assert.ok(box !== null);
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 300, y, { steps: 5 });
    await page.mouse.up();
    const from = Number(await atRest(async () => parameter(page, 'from'), 'the past in the address', 500));
    assert.notEqual(parameter(page, 'to'), null);
    assert.equal(await page.evaluate<number>('history.length'), steps);
    await page.reload();
    await until(async () => Math.abs(((await visibleOn(page))?.from ?? 0) - from) < 60, { what: 'the same range' });
    await page.context().close();
  });

  it('says what it does not understand of a link, and shows the usual range instead', async () => {
    const { page } = await openPage(browser);
    for (const [query, told] of [
      ['from=yesterday', /from=“yesterday” is not a time, as in .+; the last 15 min are shown/],
      ['to=abc', /to=“abc” is not a time/],
      ['from=1757500000&to=1757400000', /from=“1757500000” does not lie before to=“1757400000”/],
      ['span=long', /span=“long” is not a number of seconds/],
      ['at=noon', /at=“noon” is not a time/],
      ['interval=7m', /interval=“7m” is not one of 1s, 5s/],
      ['style=foo', /style=“foo” is not one of candles, line/],
      ['colour=red', /colour=“red” means nothing here/],
    ] as const) {
      await page.goto(`${house.address}/stock/AAPL?${query}`);
      const alert = page.getByRole('alert').filter({ hasText: 'link' });
      assert.match((await alert.textContent()) ?? '', told);
      await shows(page, 900, `the usual range for ${query}`);
    }
    await page.context().close();
  });

  it('goes to a date that is typed, and keeps the length of time that is seen', async () => {
    const { page, complaints } = await openPage(browser, { timezoneId: 'UTC' });
    await openChart(page, '/stock/AAPL?span=1800');
    await page.getByLabel('Time zone').selectOption('utc');
    await page.keyboard.press('g');
    const field = page.getByRole('dialog').getByLabel('Moment');
    await field.fill('the day of reckoning');
    await field.press('Enter');
    await page.getByText('“the day of reckoning” is no moment that is understood').waitFor();
    await field.fill('2999-01-01');
    await field.press('Enter');
    await page.getByText('“2999-01-01” lies in the future').waitFor();
    const at = oldest + HOUR / 2;
    await field.fill(new Date(at * 1000).toISOString().slice(0, 19).replace('T', ' '));
    await field.press('Enter');
    await until(
      async () => {
        const range = await visibleOn(page);
        return range !== undefined && Math.abs((range.from + range.to) / 2 - at) < 60 && range.to - range.from < 2400;
      },
      { what: 'the moment in the middle' },
    );
    assert.equal(parameter(page, 'at'), String(at));
    await page.goBack();
    await until(() => parameter(page, 'at') === null, { what: 'the step back' });
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('follows a link to a moment, and offers the nearest ticks where none is', async () => {
    const { page, complaints } = await openPage(browser);
    const silent = oldest + 1.25 * HOUR;
    await page.goto(`${house.address}/stock/AAPL?at=${new Date(silent * 1000).toISOString()}`);
    await page.getByText('AAPL has no tick near').waitFor();
    await page.locator('.moment-note').getByRole('button').first().click();
    await until(async () => Math.abs(Number(parameter(page, 'at')) - (oldest + HOUR - 1)) <= 1, {
      what: 'the tick before',
    });
    await page.getByText('AAPL has no tick near').waitFor({ state: 'detached' });
    await until(async () => (await drawnOn(page)).some(([time = 0]) => Math.abs(time - oldest - HOUR) < 10), {
      what: 'that tick',
    });
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('copies a link to what goes on live, and one to what is seen at this moment', async () => {
    const { page, complaints } = await openPage(browser, { permissions: ['clipboard-read', 'clipboard-write'] });
    await openChart(page, '/stock/AAPL?span=3600&style=line');
    const copied = (): Promise<string> => page.evaluate('navigator.clipboard.readText()');
    await page.getByRole('button', { name: 'Copy link' }).click();
    await until(async () => (await copied()) === `${house.address}/stock/AAPL?span=3600&style=line`, {
      what: 'the link',
    });
    await page.getByRole('button', { name: 'Link to this moment' }).click();
    const link = await until(
      async () => {
        const { searchParams } = new URL(await copied());
        return searchParams.has('to') ? searchParams : undefined;
      },
      { what: 'the link to this moment' },
    );
    assert.ok(Math.abs(Number(link.get('to')) - Number(link.get('from')) - HOUR) < 600);
    assert.equal(link.get('span'), null);
    await page.goto(`${house.address}/system`);
    await page.getByRole('button', { name: '6 h', exact: true }).click();
    await page.getByRole('button', { name: 'Copy link' }).click();
    await until(async () => (await copied()) === `${house.address}/system?span=21600`, { what: 'that of the system' });
    await page.goto(`${house.address}/history?stock=AAPL`);
    await page.getByRole('button', { name: 'Copy link' }).click();
    await until(async () => (await copied()).startsWith(`${house.address}/history?stock=AAPL`), {
      what: 'the history’s',
    });
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('says on which of two exchanges a stock is shown, and shows either', async () => {
    const { page, complaints } = await openPage(browser);
    await openChart(page, '/stock/DUAL?span=345600');
    await page.getByText('DUAL is traded on NASDAQ and NYSE; the chart has the ticks of all').waitFor();
    await page.getByRole('button', { name: 'NYSE' }).click();
    await page.getByText('only NYSE is shown').waitFor();
    await until(async () => (await drawnOn(page)).length === 1, { what: 'the one tick of that exchange' });
    assert.equal(parameter(page, 'exchange'), 'NYSE');
    await page.goto(`${house.address}/stock/MSFT?exchange=NYSE`);
    await page.getByText('“MSFT” has no tick on NYSE').waitFor();
    await page.getByRole('link', { name: 'NASDAQ' }).click();
    await until(async () => (await drawnOn(page)).length === 1, { what: 'where it has' });
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('loses no choice and no range when the clock of another zone is chosen', async () => {
    const { page } = await openPage(browser);
    await openChart(page, '/stock/AAPL?span=7200&style=line&interval=1m');
    await page.getByLabel('Time zone').selectOption('utc');
    await until(async () => (await drawnOn(page)).length > 1, { what: 'the chart' });
    await shows(page, 2 * HOUR, 'the same range');
    assert.deepEqual((await drawnOn(page))[0]?.length, 2);
    assert.equal((await seriesOf(page))?.interval, '1m');
    await page.context().close();
  });
});
