import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EpochMicros } from '@tickwatch/core';
import type { Page } from 'playwright-core';
import { allFaults } from '../browser/axe.ts';
import { openBoard, rowOf } from '../browser/board-rows.ts';
import { openPage } from '../browser/browser.ts';
import { browser, house, openHouse } from '../browser/opened-house.ts';
import { storedStocks } from '../browser/stored.ts';
import { until } from '../servers/index.ts';

const MINUTES = 20;
/** Begin of a minute, twenty minutes ago, epoch seconds. */
const start = Math.floor(Date.now() / 60_000) * 60 - MINUTES * 60;

/** AAPL is at 100 in the first minute and a dollar more in each that follows, MSFT is new in the tenth. */
async function publishMinutes(): Promise<void> {
  for (let minute = 0; minute < MINUTES; minute++) {
    const time = ((start + minute * 60 + 10) * 1e6) as EpochMicros;
    await house.publish('NASDAQ', [{ stock: 'AAPL', price: `${100 + minute}.00`, time }]);
    if (minute >= 10) await house.publish('NASDAQ', [{ stock: 'MSFT', price: `${400 + minute}.00`, time }]);
  }
  await storedStocks(house, 2);
}

/** The moment so many seconds behind the begin, as addresses have it. */
const momentText = (seconds: number): string => new Date((start + seconds) * 1000).toISOString();
const priceOf = (page: Page, stock: string) => rowOf(page, stock).locator('.c-price').innerText();
const shows = (page: Page, stock: string, price: string): Promise<boolean> =>
  until(async () => (await priceOf(page, stock)).includes(price), { what: `${stock} at ${price}` });
const sign = (page: Page) => page.locator('.past-sign');
const track = (page: Page) => page.getByRole('slider', { name: 'Moment that is shown' });
const address = (seconds: number): string => `${house.address}/?moment=${momentText(seconds)}`;

describe('the time bar', () => {
  openHouse(publishMinutes);

  it('restores a moment of a link: the board as it stood, its ages, and a sign that it is not live', async () => {
    const { page, complaints } = await openBoard(browser, address(5 * 60 + 15));
    await shows(page, 'AAPL', '105.00');
    assert.equal(await rowOf(page, 'MSFT').count(), 0);
    assert.match(await rowOf(page, 'AAPL').innerText(), /\b5 s/);
    await sign(page).getByText('Not live').waitFor();
    assert.equal(await page.locator('output.live').count(), 0);
    assert.match(await page.title(), /^Not live/);
    await page.reload();
    await shows(page, 'AAPL', '105.00');
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('shows nothing that comes live meanwhile, and all of it after one key', async () => {
    const { page } = await openBoard(browser, address(5 * 60 + 15));
    await shows(page, 'AAPL', '105.00');
    await house.publish('NASDAQ', [{ stock: 'NEW', price: '7.00', time: (Date.now() * 1000) as EpochMicros }]);
    await storedStocks(house, 3);
    assert.equal(await rowOf(page, 'NEW').count(), 0);
    await shows(page, 'AAPL', '105.00');
    await page.keyboard.press('n');
    await shows(page, 'AAPL', `${100 + MINUTES - 1}.00`);
    await shows(page, 'NEW', '7.00');
    await sign(page).waitFor({ state: 'detached' });
    assert.equal(new URL(page.url()).search, '');
    assert.doesNotMatch(await page.title(), /Not live/);
    await page.goBack();
    await shows(page, 'AAPL', '105.00');
    await page.context().close();
  });

  it('plays: ticks come when their time comes, at the chosen speed, until it is paused', async () => {
    const { page, complaints } = await openBoard(browser, address(9 * 60 + 50));
    await shows(page, 'AAPL', '109.00');
    await page.getByRole('combobox', { name: 'Speed' }).selectOption('5');
    await page.getByRole('button', { name: 'Play' }).click();
    await shows(page, 'AAPL', '110.00');
    await shows(page, 'MSFT', '410.00');
    const moment = await page.evaluate<number>('tickwatch.moment()');
    assert.ok(moment >= (start + 610) * 1e6 && moment < (start + 670) * 1e6, `${moment / 1e6 - start}`);
    await page.keyboard.press('p');
    const paused = await page.evaluate<number>('tickwatch.moment()');
    await until(() => page.url().includes('moment='), { what: 'the moment in the address' });
    assert.equal(await page.evaluate<number>('tickwatch.moment()'), paused);
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('leads to a moment by dragging and by keys, and the newest wins', async () => {
    const { page, complaints } = await openBoard(browser, house.address);
    await page.getByRole('button', { name: 'Go to a moment' }).click();
    // However late in the day it is, most of a week lies behind.
    const length = page.getByRole('combobox', { name: 'Length of the track' });
    await length.selectOption('week');
    const box = (await track(page).boundingBox()) ?? assert.fail('no track');
    const nowX = await page.locator('.track-thumb').evaluate((thumb) => thumb.getBoundingClientRect().left);
    await page.mouse.move(nowX - 1, box.y + 5);
    await page.mouse.down();
    for (let step = 1; step <= 8; step++) await page.mouse.move(box.x + (nowX - box.x) * (1 - step / 9), box.y + 5);
    await page.mouse.up();
    const dragged = await page.evaluate<number>('tickwatch.moment()');
    await page.getByRole('textbox', { name: /Moment to show/ }).fill(`${momentText(8 * 60 + 30).slice(0, 19)}Z`);
    await page.keyboard.press('Enter');
    assert.ok(dragged > 0);
    await shows(page, 'AAPL', '108.00');
    await length.selectOption('hour');
    await track(page).focus();
    for (let press = 0; press < 6; press++) await page.keyboard.press('ArrowRight');
    await until(async () => (await page.evaluate<number>('tickwatch.moment()')) === (start + 540) * 1e6, {
      what: 'half a minute later',
    });
    assert.match((await track(page).getAttribute('aria-valuetext')) ?? '', /\d\d:\d\d:00/);
    for (let press = 0; press < 3; press++) await page.keyboard.press('ArrowRight');
    await shows(page, 'AAPL', '109.00');
    await page.keyboard.press('End');
    await page.locator('output.live').getByText('Live').waitFor();
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('goes along to other views, and says where figures are those of now', async () => {
    const { page } = await openBoard(browser, address(5 * 60 + 15));
    await shows(page, 'AAPL', '105.00');
    await page.getByRole('link', { name: 'System', exact: true }).click();
    await page.getByText('figures are those of now').waitFor();
    assert.match(page.url(), /\/system\?moment=/);
    await page.getByRole('link', { name: 'Board', exact: true }).click();
    await shows(page, 'AAPL', '105.00');
    await page.context().close();
  });

  it('quotes a moment that none is, and stays live', async () => {
    const { page } = await openBoard(browser, `${house.address}/?moment=someday`);
    await page.getByText('moment=“someday” is not a time').waitFor();
    await page.locator('output.live').getByText('Live').waitFor();
    await page.goto(`${house.address}/?moment=2999-01-01T00:00:00Z`);
    await page.getByText('lies in the future').waitFor();
    await page.context().close();
  });

  it('tells why it does not play, and plays on by itself', async () => {
    const { page } = await openBoard(browser, address(9 * 60 + 55));
    await shows(page, 'AAPL', '109.00');
    await page.route('**/api/ticks?*', (route) => route.fulfill({ status: 503, json: { title: 'Not now' } }));
    await page.keyboard.press('p');
    await page.getByText('Can’t play on: Not now').waitFor();
    await shows(page, 'AAPL', '109.00');
    await page.unroute('**/api/ticks?*');
    await page.getByRole('combobox', { name: 'Speed' }).selectOption('5');
    await shows(page, 'AAPL', '110.00');
    await page.context().close();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has no fault of accessibility, on a desk and on a phone (${colorScheme})`, async () => {
      for (const viewport of [
        { width: 1280, height: 800 },
        { width: 390, height: 844 },
      ]) {
        const { page } = await openPage(browser, { colorScheme, reducedMotion: 'reduce', viewport });
        await page.goto(address(5 * 60 + 15));
        await shows(page, 'AAPL', '105.00');
        await page.locator('.track .strip-part').first().waitFor();
        assert.deepEqual(await allFaults(page), []);
        const wide = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
        assert.ok(wide <= 0, `${wide} px beyond the edge`);
        await page.context().close();
      }
    });
  }
});
