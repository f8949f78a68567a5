import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { seriousFaults } from '../browser/axe.ts';
import { openPage, parameter } from '../browser/browser.ts';
import { HOUSE_TOKEN } from '../browser/house.ts';
import { seriesOf } from '../browser/inspected.ts';
import { browser, house, openHouse } from '../browser/opened-house.ts';
import { publishTick } from '../browser/prepared.ts';
import { storedStocks } from '../browser/stored.ts';
import { until } from '../servers/index.ts';

/** Notes what the desktop would have shown, how often the page asked whether it may, and how many tones were played. */
const DESKTOP = `
  globalThis.noticed = [];
  globalThis.asked = 0;
  globalThis.tones = 0;
  globalThis.OscillatorNode = class extends OscillatorNode {
    constructor(...all) {
      super(...all);
      tones++;
    }
  };
  globalThis.Notification = class {
    static permission = 'default';
    static async requestPermission() {
      asked++;
      return (Notification.permission = 'granted');
    }
    constructor(title, { body }) { noticed.push(title + ': ' + body); }
    close() {}
  };`;

const desktopOf = (page: Page) =>
  page.evaluate<{ asked: number; noticed: string[]; tones: number }>('({ asked, noticed, tones })');

describe('an alert that is made on a chart', () => {
  openHouse(async () => {
    for (let second = 60; second > 0; second -= 2)
      await publishTick(house, 'AAPL', (230 + (second % 8) / 10).toFixed(2), second);
    await publishTick(house, 'MSFT', '421.50', 30);
    await storedStocks(house, 2);
  });

  it('begins with a click of the second button at a price, and is told, drawn and counted when it fires', async () => {
    const { page, complaints } = await openPage(browser);
    await page.addInitScript(DESKTOP);
    await page.goto(`${house.address}/stock/AAPL?interval=1m&span=900#admin=${encodeURIComponent(HOUSE_TOKEN)}`);
    // Desktop notifications are asked for by a click alone.
    const bell = page.getByRole('button', { name: /^Alerts/ });
    await bell.click();
    await page.getByText('No alert has fired yet').waitFor();
    assert.equal((await desktopOf(page)).asked, 0);
    await page.getByLabel('Desktop notifications').click();
    await until(async () => page.getByLabel('Desktop notifications').isChecked(), { what: 'the permission' });
    await page.getByLabel('Sound').click();
    await until(async () => (await desktopOf(page)).tones === 2, { what: 'how it sounds' });
    await page.keyboard.press('Escape');
    // Another tab hears of the same, and leaves it to the one that is first.
    const other = await page.context().newPage();
    await other.addInitScript(DESKTOP.replace("'default'", "'granted'"));
    await other.goto(`${house.address}/history`);

    const { x, y, width, height } = (await page.locator('.chart').boundingBox()) ?? assert.fail('no chart');
    const begin = page.getByRole('button', { name: /^⚑? ?Alert at / });
    await until(
      async () => {
        await page.mouse.click(x + width / 3, y + height / 20, { button: 'right' });
        return (await begin.count()) > 0;
      },
      { what: 'a menu at the pointer', everyMs: 200 },
    );
    await begin.click();
    const level = parameter(page, 'level') ?? assert.fail(`no level in ${page.url()}`);
    assert.ok(Number(level) > 230.6 && Number(level) < 235, level);
    assert.deepEqual(
      ['new', 'stock', 'direction'].map((name) => parameter(page, name)),
      ['price_crosses', 'AAPL', 'up'],
    );
    await page.getByRole('button', { name: 'Make this rule' }).click();
    await page.locator('.rules').getByText('AAPL').first().waitFor();

    await page.goBack();
    await page.goBack();
    await until(async () => (await seriesOf(page))?.ready, { what: 'the chart again' });
    await page.locator('.alert-notes summary', { hasText: '1 level watched' }).waitFor();
    await publishTick(house, 'AAPL', '240.00');
    const toast = page.locator('.toast');
    await toast.filter({ hasText: `AAPL` }).filter({ hasText: '240' }).waitFor();
    assert.equal(await toast.count(), 1);
    for (const tab of [page, other]) await tab.getByRole('button', { name: 'Alerts, 1 not seen' }).waitFor();
    const told = async () => [await desktopOf(page), await desktopOf(other)];
    await until(async () => (await told()).some(({ tones, noticed }) => tones > 2 || noticed.length > 0), {
      what: 'a notification',
    });
    const notes = page.locator('.alert-notes summary', { hasText: '1 alert fired in view' });
    await notes.click();
    await page.locator('.alert-notes li button', { hasText: '240' }).waitFor();
    assert.deepEqual(await seriousFaults(page), []);
    await notes.click();

    // By keys: the crosshair says what fired in its candle.
    await page.locator('.chart').focus();
    await page.keyboard.press('End');
    await page
      .getByRole('status')
      .filter({ hasText: /Alert: .*240/ })
      .waitFor({ state: 'attached' });
    await page.locator('.alert-text', { hasText: '240' }).waitFor();
    await page.keyboard.press('a');
    await until(() => parameter(page, 'level') === '240', { what: 'a form by a key' });

    // Seen once, it is seen.
    await bell.click();
    await page.getByRole('dialog', { name: 'Alerts' }).getByText('AAPL').waitFor();
    for (const tab of [page, other]) await tab.getByRole('button', { name: 'Alerts', exact: true }).waitFor();
    const [first, second] = await told();
    const noticed = [...(first?.noticed ?? []), ...(second?.noticed ?? [])];
    assert.equal(noticed.length, 1);
    assert.match(noticed[0] ?? '', /AAPL.*240/);
    assert.deepEqual([first?.tones, second?.tones, first?.asked, second?.asked], [4, 0, 1, 0]);
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });
});
