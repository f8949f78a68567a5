import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EpochMicros } from '@tickwatch/core';
import type { Page } from 'playwright-core';
import { openPage } from '../browser/browser.ts';
import { browser, house, openHouse } from '../browser/opened-house.ts';
import { storedStocks } from '../browser/stored.ts';
import { until } from '../servers/index.ts';

const ODD = 'Ünï 株. & Co/2';
const STOCKS = ['AAPL', 'BRK.B', 'MSFT', 'TSLA', ODD];

const shownStocks = (page: Page) => page.locator('tbody .c-stock a').allTextContents();
const star = (page: Page, stock: string) => page.getByRole('button', { name: `Favourite: ${stock}` });

describe('favourites and lists', () => {
  openHouse(async () => {
    const time = (Date.now() * 1000) as EpochMicros;
    await house.publish(
      'NASDAQ',
      STOCKS.map((stock, index) => ({ stock, price: `${100 + index}.00`, time })),
    );
    await storedStocks(house, STOCKS.length);
  });

  const open = async (path = '/') => {
    const opened = await openPage(browser);
    await opened.page.goto(house.address + path);
    await opened.page.locator('tbody tr, .notice').first().waitFor();
    return opened;
  };
  const shows = (page: Page, stocks: readonly string[], what: string) =>
    until(async () => (await shownStocks(page)).join() === stocks.join(), { what });

  async function makeList(page: Page, name: string, stocks: readonly string[]): Promise<void> {
    await page.getByRole('button', { name: 'Lists', exact: true }).click();
    await page.getByLabel('Name of a new list').fill(name);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Edit' }).click();
    for (const stock of stocks) {
      await page.getByLabel(`Stock to put on ${name}`).fill(stock);
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: `Take ${stock} off` }).waitFor();
    }
    await page.getByRole('button', { name: 'Edit' }).click();
  }

  it('gives a star by mouse and by key, shows only those or those first, and other tabs follow', async () => {
    const { page, complaints } = await open();
    const other = await page.context().newPage();
    await other.goto(house.address);
    await star(other, 'TSLA').waitFor();
    await star(page, 'TSLA').click();
    await page.getByRole('grid').focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'f']) await page.keyboard.press(key);
    for (const tab of [page, other]) {
      await tab.getByRole('button', { name: /Favourites 2/ }).click();
      await shows(tab, ['BRK.B', 'TSLA'], 'the favourites');
    }
    await page.keyboard.press('Tab');
    await page.getByRole('group', { name: 'State' }).getByRole('button', { name: /^All/ }).click();
    await page.getByRole('button', { name: 'View' }).click();
    await page.getByRole('checkbox', { name: 'Favourites first' }).check();
    await shows(page, ['BRK.B', 'TSLA', 'AAPL', 'MSFT', ODD], 'the favourites first');
    await star(page, 'TSLA').click();
    await shows(other, ['BRK.B'], 'the other tab');
    await page.reload();
    await star(page, 'BRK.B').waitFor();
    assert.equal(await star(page, 'BRK.B').getAttribute('aria-pressed'), 'true');
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('makes, renames and deletes lists, and puts stocks on them from the board and from their own pages', async () => {
    const { page, complaints } = await open();
    await makeList(page, 'Tech', ['TSLA', 'AAPL']);
    await shows(page, ['TSLA', 'AAPL'], 'the list in its own order');
    await page.getByText('2 of 5').waitFor();
    await page.getByRole('button', { name: 'List’s order' }).waitFor();
    await page.getByRole('button', { name: 'Stock' }).click();
    await shows(page, ['AAPL', 'TSLA'], 'the list by name');
    await page.getByRole('button', { name: 'List’s order' }).click();
    await page.getByRole('grid').focus();
    for (const key of ['ArrowDown', 'Alt+ArrowDown']) await page.keyboard.press(key);
    await shows(page, ['AAPL', 'TSLA'], 'the order of the hand');
    await page.getByRole('link', { name: 'AAPL', exact: true }).click();
    await page.getByRole('button', { name: 'Lists of AAPL' }).click();
    await page.getByRole('checkbox', { name: 'Tech' }).uncheck();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.goBack();
    await shows(page, ['TSLA'], 'the list as it is now');
    await page.getByRole('button', { name: 'Close the list' }).click();
    await page.getByRole('grid').focus();
    for (const key of ['Home', 'l']) await page.keyboard.press(key);
    await page.getByRole('checkbox', { name: 'Tech' }).check();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Lists', exact: true }).click();
    await page.getByRole('button', { name: 'Rename Tech' }).click();
    await page.getByLabel('New name of Tech').fill('Two of them');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /^Two of them/ }).click();
    await shows(page, ['TSLA', 'AAPL'], 'the renamed list');
    await page.reload();
    await shows(page, ['TSLA', 'AAPL'], 'the same after a reload');
    await page.getByRole('button', { name: 'Lists', exact: true }).click();
    await page.getByRole('button', { name: 'Delete Two of them' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
    await shows(page, STOCKS, 'all stocks');
    // What was deleted had the focus; the menu keeps it, and Escape leads back to its button.
    await page.locator('.menu button:focus', { hasText: 'All stocks' }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.menu-button:focus', { hasText: 'Lists' }).waitFor();
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('carries a list by a link, which nobody keeps without wanting it, and never in place of another', async () => {
    const { page: mine } = await open();
    await makeList(mine, 'Käse & Co', [ODD, 'BRK.B', 'NOT HERE']);
    const link = mine.url();
    const { page, complaints } = await open('/');
    await page.goto(link);
    await shows(page, [ODD, 'BRK.B'], 'the list of the link');
    await page.getByText('Not on this board: “NOT HERE”.').waitFor();
    assert.equal(await page.evaluate('localStorage.getItem("tickwatch.watchlists")'), null);
    await page.getByRole('button', { name: 'Keep this list', exact: true }).click();
    await page.getByRole('button', { name: 'Edit' }).waitFor();
    await page.goto(`${house.address}/?list=AAPL,TSLA&name=K%C3%A4se%20%26%20Co`);
    await page.getByText('your own “Käse & Co” differs').waitFor();
    await page.getByRole('button', { name: 'Keep this list as “Käse & Co 2”' }).click();
    await page.getByRole('button', { name: 'Edit' }).waitFor();
    await page.getByRole('button', { name: 'Lists', exact: true }).click();
    await page.getByRole('button', { name: 'Käse & Co 3', exact: true }).click();
    await shows(page, [ODD, 'BRK.B'], 'the first of that name');
    await page.goto(`${house.address}/?name=Nobody`);
    await page.getByText('This browser keeps no list “Nobody”').waitFor();
    assert.deepEqual(complaints.list, []);
    await page.context().close();
    await mine.context().close();
  });

  it('says why a list can’t be made, and works with whatever storage holds', async () => {
    const { page, complaints } = await open();
    await page.evaluate(`
      localStorage.setItem('tickwatch.watchlists', '[{"name":"Good","stocks":["MSFT",7]},{"name":5},"x"]');
      localStorage.setItem('tickwatch.favourites', '{"broken":');
      localStorage.setItem('tickwatch.columns', '["price","nothing"]');
      localStorage.setItem('tickwatch.movers', '7');
    `);
    await page.reload();
    await shows(page, STOCKS, 'all stocks');
    await page.getByRole('button', { name: 'Lists', exact: true }).click();
    await page.getByRole('button', { name: 'Good 1', exact: true }).click();
    await shows(page, ['MSFT'], 'the list that is whole');
    // The menu closes when a list is shown.
    await page.getByRole('dialog', { name: 'Lists' }).waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Lists', exact: true }).click();
    await page.getByLabel('Name of a new list').fill('Good');
    await page.keyboard.press('Enter');
    await page.getByText('There is a list “Good” already').waitFor();
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });
});
