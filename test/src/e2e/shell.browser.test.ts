import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EpochMicros } from '@tickwatch/core';
import type { Page } from 'playwright-core';
import { stockAddress } from '../../../services/client/src/route.ts';
import { allFaults } from '../browser/axe.ts';
import { openPage } from '../browser/browser.ts';
import { drawnOn } from '../browser/inspected.ts';
import { browser, house, openHouse } from '../browser/opened-house.ts';
import { storedStocks } from '../browser/stored.ts';
import { until } from '../servers/index.ts';

/** Names that browsers, servers and proxies take for something else. */
const NAMES = ['../x', 'a/b', 'A%', 'a%2Fb', 'a?b=c#d', 'a b', '🚀X', 'x.js'];

const heading = (page: Page) => page.locator('#view main h1');

/** Which of the elements lie over one another or beyond the page's sides. */
async function overlaps(page: Page, selector: string): Promise<string[]> {
  const all = await page.locator(selector).evaluateAll((elements) =>
    elements.map((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return { name: element.getAttribute('class') ?? '', box: { x, y, width, height } };
    }),
  );
  // The box that holds all of the status is judged by what is in it.
  const parts = all.filter(({ name, box }) => box.width > 1 && !name.startsWith('status'));
  const width = page.viewportSize()?.width ?? 0;
  const outside = parts
    .filter(({ box }) => box.x < 0 || box.x + box.width > width)
    .map(({ name }) => `${name} is cut off`);
  const over = parts.flatMap(({ name, box: a }, index) =>
    parts
      .slice(index + 1)
      .filter(
        ({ box: b }) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height,
      )
      .map((other) => `${name} lies over ${other.name}`),
  );
  return [...outside, ...over];
}

describe('what holds in every view', () => {
  /** Of the first tick, epoch ms. */
  let first: number;

  openHouse(async () => {
    first = Date.now() - 30_000;
    const times = Array.from({ length: 30 }, (_, index) => (first * 1000 + index * 1e6) as EpochMicros);
    for (const stock of [...NAMES, 'BIG']) {
      await house.publish(
        'NASDAQ',
        times.map((time) => ({ stock, price: stock === 'BIG' ? '1234567.25' : '12.50', time })),
      );
    }
    await storedStocks(house, NAMES.length + 1);
  });

  it('leads from the board to every stock, whatever its name, and the address leads there again', async () => {
    const { page, complaints } = await openPage(browser);
    for (const name of NAMES) {
      await page.goto(house.address);
      const row = page.locator('.grid tbody tr').filter({ has: page.getByText(name, { exact: true }) });
      await row.getByRole('link').first().click();
      await until(async () => (await heading(page).textContent()) === name, { what: `the page of ${name}` });
      await page.reload();
      await until(async () => (await heading(page).textContent()) === name, { what: `the page of ${name} again` });
      await until(async () => (await drawnOn(page)).length > 0, { what: `the chart of ${name}` });
    }
    assert.deepEqual(complaints.list, []);
    for (const name of ['.', '..', '/', '\\', '100%', ' ']) {
      await page.goto(house.address + stockAddress(name));
      await until(async () => (await heading(page).textContent()) === name, { what: `the page of a stock “${name}”` });
    }
    await page.context().close();
  });

  it('takes no notice of slashes at the end of an address', async () => {
    const { page } = await openPage(browser);
    for (const [path, title] of [
      ['/history/', 'History'],
      ['/system/', 'System'],
      ['/stock/x.js/', 'x.js'],
    ] as const) {
      await page.goto(house.address + path);
      await until(async () => (await heading(page).textContent()) === title, { what: path });
    }
    await page.context().close();
  });

  it('says that there is no such page, with links that work and can be read, hovered too', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page } = await openPage(browser, { colorScheme, reducedMotion: 'reduce' });
      for (const path of ['/no/such/page', '/no.such.page', '/stock/']) {
        await page.goto(house.address + path);
        await page.getByText('There is no such page').waitFor();
        assert.deepEqual(await allFaults(page), [], path);
      }
      const link = page.locator('main').getByRole('link', { name: 'board of all stocks' });
      await link.hover();
      assert.deepEqual(await allFaults(page), [], 'hovered');
      await link.click();
      await page.locator('.grid tbody tr').first().waitFor();
      await page.context().close();
    }
  });

  it('moves the focus to the heading of a view that is gone to, and says its name', async () => {
    const { page } = await openPage(browser);
    await page.goto(house.address);
    await page.locator('.grid tbody tr').first().waitFor();
    await page.getByRole('link', { name: 'System' }).click();
    await page.locator('h1:focus', { hasText: 'System' }).waitFor({ state: 'attached' });
    await page.locator('[data-announces="view"]', { hasText: 'System' }).waitFor({ state: 'attached' });
    await page.goBack();
    await page.locator('[data-announces="view"]', { hasText: 'Board' }).waitFor({ state: 'attached' });
    await page.locator('main :focus, main:focus').waitFor({ state: 'attached' });
    await page.goForward();
    await page.locator('h1:focus', { hasText: 'System' }).waitFor({ state: 'attached' });
    await page.keyboard.press('Shift+Tab');
    await page.goto(house.address);
    await page.locator('.grid tbody tr').first().waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('#view:focus').waitFor();
    await page.context().close();
  });

  it('comes back to where a view was scrolled to', async () => {
    const { page } = await openPage(browser, { viewport: { width: 1000, height: 420 } });
    await page.goto(`${house.address}/system`);
    await page.locator('.parts li').first().waitFor();
    const top = () => page.locator('main').evaluate((main) => main.scrollTop);
    await until(() => page.locator('main').evaluate((main) => main.scrollHeight - main.clientHeight > 320), {
      what: 'a page to scroll',
    });
    await page.locator('main').evaluate((main) => main.scrollTo(0, 300));
    await page.getByRole('link', { name: 'History' }).click();
    await until(async () => (await heading(page).textContent()) === 'History', { what: 'the history' });
    await until(async () => (await top()) === 0, { what: 'its top' });
    await page.goBack();
    await until(async () => (await top()) === 300, { what: 'the place on the system’s page' });
    await page.reload();
    await until(async () => (await top()) === 300, { what: 'the same place after a reload' });
    await page.context().close();
  });

  it('writes numbers and dates as the browser’s language does, and days that can’t be two', async () => {
    const formats = [
      ['en-US', '1,234,567.25', /Nov|Dec|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct/],
      ['de-DE', '1.234.567,25', /\d\. \p{L}+\.? \d{4}/u],
      ['en-IN', '12,34,567.25', /\d+ \p{L}+ \d{4}/u],
      ['ar-EG', '1,234,567.25', /[0-9]+ \p{L}+ 20\d\d/u],
    ] as const;
    for (const [locale, price, day] of formats) {
      const { page, complaints } = await openPage(browser, { locale });
      await page.goto(`${house.address}/stock/BIG`);
      await page.locator('.stock-price b', { hasText: price }).waitFor();
      await page.locator('.legend .when').filter({ hasText: day }).waitFor();
      assert.doesNotMatch(await page.locator('main').innerText(), /\d{1,2}\/\d{1,2}\/\d{4}/);
      assert.deepEqual(complaints.list, [], locale);
      await page.context().close();
    }
  });

  it('shows times in any zone, and falls back where what is stored is none', async () => {
    const { page, complaints } = await openPage(browser, { timezoneId: 'Europe/Berlin' });
    await page.goto(house.address);
    const select = page.getByLabel('Time zone');
    await page.locator('.zone option', { hasText: /^Local \(UTC\+[12]\)$/ }).waitFor({ state: 'attached' });
    await select.selectOption('other');
    await page.getByRole('combobox', { name: 'Choose a time zone' }).fill('kolkata');
    await page.keyboard.press('Enter');
    await page.locator('.zone option:checked', { hasText: /\(UTC\+5:30\)$/ }).waitFor({ state: 'attached' });
    await page.goto(`${house.address}/history?stock=BIG`);
    await page.locator('.prices th', { hasText: /Kolkata|Calcutta/ }).waitFor();
    const shown = await page.locator('.prices tbody td').first().textContent();
    const time = new Date(first).toLocaleTimeString('en-GB', { timeZone: 'Asia/Kolkata', timeStyle: 'medium' });
    assert.ok(shown?.includes(` ${time}`), `${shown} is not ${time}`);
    await page.reload();
    await page.locator('.zone option:checked', { hasText: '(UTC+5:30)' }).waitFor({ state: 'attached' });
    for (const broken of ['"Mars/Olympus"', '{}', 'not json', '"+05:30"', '7']) {
      await page.evaluate((text) => localStorage.setItem('tickwatch.zone', text), broken);
      await page.reload();
      await until(async () => (await select.inputValue()) === 'exchange', { what: `a fallback for ${broken}` });
    }
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('shares theme and zone between tabs', async () => {
    const { page } = await openPage(browser);
    await page.goto(house.address);
    const other = await page.context().newPage();
    await other.goto(`${house.address}/stock/BIG`);
    await other.locator('.chart canvas').first().waitFor();
    await page.getByLabel('Time zone').selectOption('utc');
    await until(async () => (await other.getByLabel('Time zone').inputValue()) === 'utc', { what: 'the zone' });
    for (const theme of ['light', 'dark', 'contrast']) {
      await page.getByRole('button', { name: /^Theme:/ }).click();
      await other.locator(`html[data-theme="${theme}"]`).waitFor();
    }
    await page.getByRole('button', { name: /^Theme:/ }).click();
    await other.locator('html:not([data-theme])').waitFor();
    await page.context().close();
  });

  it('has its chosen theme before the first picture', async () => {
    const { page } = await openPage(browser, { colorScheme: 'light' });
    await page.goto(house.address);
    await page.evaluate(() => localStorage.setItem('tickwatch.theme', '"contrast"'));
    await page.route('**/assets/*.js', (route) => route.abort());
    await page.reload();
    await page.locator('html[data-theme="contrast"]').waitFor();
    assert.equal(await page.locator('.top').count(), 0);
    await page.context().close();
  });

  it('fits a phone, also when something is wrong: nothing lies over something else', async () => {
    const { page } = await openPage(browser, { viewport: { width: 390, height: 844 } });
    await page.goto(`${house.address}/system`);
    await page.locator('.parts li').first().waitFor();
    const overlapping = (): Promise<string[]> => overlaps(page, '.top > *:not(nav), .top .status > *');
    assert.deepEqual(await overlapping(), []);
    const open = house.proxy.close();
    await page.locator('.live.reconnecting').waitFor();
    await page.locator('.status .bad').waitFor();
    assert.deepEqual(await overlapping(), []);
    open();
    await page.context().close();
  });
});
