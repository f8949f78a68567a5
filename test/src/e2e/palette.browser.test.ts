import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { allFaults } from '../browser/axe.ts';
import { openPage } from '../browser/browser.ts';
import { visibleOn } from '../browser/inspected.ts';
import { browser, house, openHouse } from '../browser/opened-house.ts';
import { HOUR, publishHours } from '../browser/prepared.ts';
import { until } from '../servers/index.ts';

const search = (page: Page) => page.getByRole('combobox', { name: 'Search everything' });
const first = (page: Page) => page.getByRole('listbox').getByRole('option').first();

async function openPalette(page: Page): Promise<void> {
  await page.keyboard.press('Control+k');
  await search(page).waitFor();
}

async function ask(page: Page, text: string): Promise<void> {
  await openPalette(page);
  await search(page).fill(text);
}

describe('the search that opens from everywhere', () => {
  let oldest: number;

  openHouse(async () => {
    oldest = await publishHours(house);
  });

  it('finds a stock by keyboard from every view, and by a few wrong letters', async () => {
    const { page, complaints } = await openPage(browser);
    for (const path of ['/', '/stock/MSFT', '/history?stock=AAPL', '/system', '/no/such/page']) {
      await page.goto(house.address + path);
      await page.locator('.live.live').waitFor();
      await until(async () => (await page.evaluate(() => globalThis.tickwatch.stocks().length)) === 4, {
        what: 'the stocks',
      });
      await ask(page, 'tsl');
      await page.getByRole('option', { name: /^TSLA/ }).waitFor();
      await page.keyboard.press('Enter');
      await page.waitForURL('**/stock/TSLA');
      await page.getByRole('heading', { name: 'TSLA' }).waitFor();
    }
    await ask(page, 'mfst');
    await first(page).filter({ hasText: 'MSFT' }).waitFor();
    await page.keyboard.press('Escape');
    await search(page).waitFor({ state: 'detached' });
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('opens the chart of the open stock, or of the one that is named, at a time or over a range', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${house.address}/stock/AAPL`);
    await page.locator('.chart canvas').first().waitFor();
    const looksAt = (from: number, to: number) =>
      until(
        async () => {
          const visible = await visibleOn(page);
          return visible !== undefined && Math.abs(visible.from - from) < 600 && Math.abs(visible.to - to) < 600;
        },
        { what: 'the range on the chart' },
      );
    await ask(page, '2h');
    await page.keyboard.press('Enter');
    await until(async () => Math.abs(((await visibleOn(page))?.from ?? 0) - (Date.now() / 1000 - 2 * HOUR)) < 900, {
      what: 'the last two hours',
    });
    const at = oldest + HOUR / 2;
    await ask(page, new Date(at * 1000).toISOString());
    await page.keyboard.press('Enter');
    await looksAt(at - 1800, at + 1800);
    await page.goto(`${house.address}/system`);
    await ask(page, `AAPL ${new Date(at * 1000).toISOString()}`);
    await page.getByRole('option', { name: /^AAPL: / }).waitFor();
    await page.keyboard.press('Enter');
    await looksAt(at - 1800, at + 1800);
    await ask(page, '03/04/2026');
    await page.getByText('may be two days').first().waitFor();
    await search(page).fill('tomorrow');
    await page.getByText('lies ahead').first().waitFor();
    await page.context().close();
  });

  it('changes settings and leads to views', async () => {
    const { page } = await openPage(browser);
    await page.goto(house.address);
    await ask(page, 'theme dark');
    await page.keyboard.press('Enter');
    await page.locator('html[data-theme="dark"]').waitFor();
    await ask(page, 'high contrast');
    await page.keyboard.press('Enter');
    await page.locator('html[data-theme="contrast"]').waitFor();
    await ask(page, 'tokyo');
    await page.keyboard.press('Enter');
    await page.locator('.zone select option:checked', { hasText: 'Tokyo (UTC+9)' }).waitFor({ state: 'attached' });
    await ask(page, 'hist');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/history');
    await page.context().close();
  });

  it('can be used by touch and by whoever hears the page, and axe finds nothing', async () => {
    const { page } = await openPage(browser, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    await page.goto(house.address);
    await page.locator('.grid tbody tr').first().waitFor();
    await page.getByRole('button', { name: 'Search', exact: true }).tap();
    const field = search(page);
    await field.waitFor();
    await field.fill('a');
    await page.getByRole('option', { name: /^AAPL/ }).waitFor();
    const active = await field.getAttribute('aria-activedescendant');
    assert.equal(await page.locator(`[id="${active}"]`).getAttribute('aria-selected'), 'true');
    await field.press('ArrowDown');
    assert.notEqual(await field.getAttribute('aria-activedescendant'), active);
    await page.getByRole('dialog').getByRole('status').filter({ hasText: /found/ }).waitFor({ state: 'attached' });
    assert.deepEqual(await allFaults(page), []);
    const sheet = await page.getByRole('dialog').boundingBox();
    assert.ok(sheet !== null && sheet.x >= 0 && sheet.x + sheet.width <= 390);
    await page.getByRole('option', { name: /^AAPL/ }).tap();
    await page.waitForURL('**/stock/AAPL');
    await page.context().close();
  });

  it('shows all keys that work, and only those, and leaves alone what is typed into a field', async () => {
    const { page } = await openPage(browser);
    await page.goto(house.address);
    await page.locator('.grid tbody tr').first().waitFor();
    const field = page.getByRole('searchbox', { name: 'Filter stocks by name' });
    await page.keyboard.press('/');
    await page.locator('input[type="search"]:focus').waitFor();
    await page.keyboard.type('a?/');
    assert.equal(await field.inputValue(), 'a?/');
    assert.equal(await page.getByRole('dialog').count(), 0);
    await field.fill('');
    await field.blur();
    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: 'All keys' });
    await help.getByText('Filter the stocks').waitFor();
    await help.getByText('Search: stocks, times, views, settings').waitFor();
    assert.deepEqual(await allFaults(page), []);
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'detached' });
    await page.goto(`${house.address}/system`);
    await page.locator('.live.live').waitFor();
    await page.keyboard.press('?');
    await help.waitFor();
    assert.equal(await help.getByText('Filter the stocks').count(), 0, 'a key of the board');
    await page.context().close();
  });

  it('is closed by a click beside a dialog, and by none on the dialog’s own edge', async () => {
    const { page } = await openPage(browser);
    await page.goto(house.address);
    await page.locator('.grid tbody tr').first().waitFor();
    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: 'All keys' });
    await help.waitFor();
    const { x = 0, y = 0 } = (await help.boundingBox()) ?? {};
    await page.mouse.click(x + 6, y + 6);
    assert.equal(await help.count(), 1);
    await page.mouse.click(x - 6, y + 6);
    await help.waitFor({ state: 'detached' });
    await page.context().close();
  });

  it('gives the focus back to where it was', async () => {
    const { page } = await openPage(browser);
    await page.goto(house.address);
    await page.locator('.grid tbody tr').first().waitFor();
    const button = page.getByRole('button', { name: 'Search', exact: true });
    await button.click();
    await search(page).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('button.search:focus').waitFor();
    await page.context().close();
  });
});
