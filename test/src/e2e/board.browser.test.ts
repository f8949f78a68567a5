import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { atRest } from '../browser/at-rest.ts';
import { MANY, microsAgo, openBoard, publishBoard, rowOf, shownStocks } from '../browser/board-rows.ts';
import { browser, house, openHouse } from '../browser/opened-house.ts';
import { until } from '../servers/index.ts';

const chip = (page: Page, name: RegExp) => page.getByRole('group', { name: 'State' }).getByRole('button', { name });

describe('what the board shows', () => {
  openHouse(() => publishBoard(house));

  const shows = (page: Page, stocks: readonly string[]): Promise<boolean> =>
    until(async () => (await shownStocks(page)).join() === stocks.join(), { what: stocks.join() });

  it('filters by the states of stocks with their counts, and “silent” of the status bar leads there', async () => {
    const { page, complaints } = await openBoard(browser, house.address);
    await house.publish('NYSE', [{ stock: 'DIS', price: '90.00', time: microsAgo(0) }]);
    await page.getByRole('link', { name: `${MANY + 3} silent` }).click();
    await until(() => page.url().endsWith('/?show=silent'), { what: 'the filter in the address' });
    await page.getByText(`${MANY + 3} of ${MANY + 4}`).waitFor();
    assert.equal(await chip(page, /Silent 153/).getAttribute('aria-pressed'), 'true');
    await chip(page, /Down 1$/).click();
    await page.getByText(`1 of ${MANY + 4}`).waitFor();
    await shows(page, ['DIS']);
    await page.goBack();
    await page
      .getByText(`${MANY + 4}`, { exact: true })
      .first()
      .waitFor();
    assert.equal(await chip(page, /^All/).getAttribute('aria-pressed'), 'true');
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('has a way out of every filter at once, and says what of an address it can’t follow', async () => {
    const { page } = await openBoard(browser, `${house.address}/?q=zzz&exchange=NYSE&show=up&list=DIS&name=Mine`);
    await page.getByText('No stock of the list “Mine” on NYSE has “zzz” in its name and is above').waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await until(async () => (await shownStocks(page)).length > 10, { what: 'all stocks' });
    assert.equal(new URL(page.url()).search, '');
    await page.goto(`${house.address}/?show=loud&sort=colour&spam=1`);
    await page.getByText('show=“loud” is not one of all, favourites').waitFor();
    await page.getByText('sort=“colour” is not one of').waitFor();
    await page.getByText('spam=“1” means nothing here').waitFor();
    await page.context().close();
  });

  it('finds the names first that begin with what is typed', async () => {
    const { page } = await openBoard(browser, `${house.address}/?q=and`);
    await shows(page, ['AND', 'BAND']);
    await page.getByRole('searchbox').fill('d');
    await until(async () => (await shownStocks(page))[0] === 'DIS', { what: 'the name that begins so' });
    await page.context().close();
  });

  it('is after Back and reload where it was: row, focus, scroll and filter, also when rows come late', async () => {
    const { page } = await openBoard(browser, `${house.address}/?q=s`);
    await page.route('**/api/board?*', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      await route.continue();
    });
    const grid = page.getByRole('grid');
    await grid.focus();
    for (let press = 0; press < 5; press++) await page.keyboard.press('PageDown');
    await page.keyboard.press('ArrowDown');
    const seen = async () => ({
      row: await page.locator('tr[aria-selected="true"] a').textContent(),
      at: Math.round((await page.locator('tr[aria-selected="true"]').boundingBox())?.y ?? -1),
      focused: await grid.evaluate((element) => element === element.ownerDocument.activeElement),
      text: await page.getByRole('searchbox').inputValue(),
    });
    const before = await atRest(seen, 'a board at rest');
    assert.ok(Number(before.row?.slice(1)) > 40 && before.focused, JSON.stringify(before));
    const same = async (what: string) => {
      await page.locator('tr[aria-selected="true"]').waitFor();
      await until(async () => JSON.stringify(await seen()) === JSON.stringify(before), { what }).catch(async () =>
        assert.deepEqual(await seen(), before, what),
      );
    };
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: before.row ?? '' }).waitFor();
    await page.goBack();
    await same('the board after Enter and Back');
    await page.reload();
    await same('the board after a reload');
    await page.locator('tr[aria-selected="true"] a').click();
    await page.getByRole('heading', { name: before.row ?? '' }).waitFor();
    await page.goBack();
    await same('the board after a click and Back');
    await page.context().close();
  });

  it('has columns to choose and to move by keyboard, which the browser keeps', async () => {
    const { page, complaints } = await openBoard(browser, house.address);
    const heads = async () => (await page.getByRole('columnheader').allTextContents()).slice(2);
    const usual = await heads();
    await page.getByRole('button', { name: 'View' }).press('Enter');
    await page.getByRole('checkbox', { name: 'Open' }).press('Space');
    await page.getByRole('checkbox', { name: 'Day range' }).press('Space');
    for (let press = 0; press < 6; press++)
      await page.getByRole('button', { name: 'Open: further left' }).press('Enter');
    await page.keyboard.press('Escape');
    await page.getByRole('checkbox', { name: 'Open' }).waitFor({ state: 'detached' });
    assert.ok(
      await page.getByRole('button', { name: 'View' }).evaluate((own) => own === own.ownerDocument.activeElement),
    );
    assert.deepEqual(await heads(), ['Open', 'Price', 'Change', 'Change %', '15 min', 'Ticks/min', 'Age']);
    assert.equal(await rowOf(page, 'S000').locator('.c-open').textContent(), '50.00');
    await page.reload();
    await rowOf(page, 'S000').waitFor();
    assert.deepEqual((await heads())[0], 'Open');
    await page.getByRole('button', { name: 'View' }).click();
    await page.getByRole('button', { name: 'Usual columns' }).click();
    assert.deepEqual(await heads(), usual);
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('gives the link of what it shows, by its button and by the search', async () => {
    const { page } = await openBoard(browser, house.address, { permissions: ['clipboard-read', 'clipboard-write'] });
    const copied = (link: string) =>
      until(async () => (await page.evaluate('navigator.clipboard.readText()')) === link, { what: link });
    await page.getByRole('searchbox').fill('an');
    await page.getByRole('button', { name: 'Copy link' }).click();
    await copied(`${house.address}/?q=an`);
    await page.getByRole('searchbox').fill('and');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Search everything' }).fill('copy link');
    await page.keyboard.press('Enter');
    await copied(`${house.address}/?q=and`);
    await page.context().close();
  });

  it('saves as CSV what it shows: its rows in their order, its columns, whole figures', async () => {
    const { page } = await openBoard(browser, `${house.address}/?exchange=NYSE&sort=-price`);
    await shows(page, ['LONG', 'AND', 'BAND', 'DIS']);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save the board as CSV' }).click(),
    ]);
    assert.match(download.suggestedFilename(), /^board_\d{4}-\d\d-\d\dT\d{6}Z\.csv$/);
    const lines = (await readFile(await download.path(), 'utf8')).split('\r\n');
    assert.equal(lines[0], 'stock_name,exchange_name,price,change,change_percent,low,high,ticks_per_minute,timestamp');
    assert.deepEqual(
      lines.slice(1).map((line) => line.split(',')[0]),
      ['LONG', 'AND', 'BAND', 'DIS', ''],
    );
    assert.match(lines[1] ?? '', /^LONG,NYSE,123456789012\.345,.*,\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    await page.context().close();
  });

  it('shows who moves most, leads there, and leaves it out for whoever doesn’t want it', async () => {
    const { page } = await openBoard(browser, house.address);
    await house.publish('NYSE', [{ stock: 'AND', price: '130.00', time: microsAgo(0) }]);
    const movers = page.getByRole('region', { name: 'Movers' });
    const gainer = movers.getByRole('link', { name: /^AND \+\d+\.\d\d %/ });
    await gainer.waitFor();
    assert.equal(await gainer.getAttribute('href'), '/stock/AND');
    await page.getByRole('button', { name: 'Hide the movers' }).click();
    await page.reload();
    await rowOf(page, 'S000').waitFor();
    assert.equal(await movers.count(), 0);
    await page.getByRole('button', { name: 'View' }).click();
    await page.getByRole('checkbox', { name: 'Movers' }).check();
    await movers.waitFor();
    await page.setViewportSize({ width: 1280, height: 500 });
    await movers.waitFor({ state: 'detached' });
    await page.context().close();
  });
});
