import type { EpochMicros } from '@tickwatch/core';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { openPage } from './browser.ts';
import type { House } from './house.ts';
import { storedStocks } from './stored.ts';

/** So many stocks of NASDAQ that {@link publishBoard} publishes beside four of NYSE. */
export const MANY = 150;
/** Of the stock LONG. */
export const LONG_PRICE = '123456789012.345';

export const microsAgo = (seconds: number) => Math.round((Date.now() / 1000 - seconds) * 1e6) as EpochMicros;
export const shownStocks = (page: Page): Promise<string[]> => page.locator('tbody .c-stock a').allTextContents();
export const rowOf = (page: Page, stock: string): Locator =>
  page.locator('tbody tr', { has: page.getByRole('link', { name: stock, exact: true }) });

/** Publishes stocks that have been silent for some minutes; resolves when the API knows them. */
export async function publishBoard(house: House): Promise<void> {
  const many = Array.from({ length: MANY }, (_, index) => `S${String(index).padStart(3, '0')}`);
  await house.publish(
    'NASDAQ',
    many.map((stock) => ({ stock, price: '50.00', time: microsAgo(600) })),
  );
  await house.publish(
    'NYSE',
    ['DIS', 'AND', 'BAND'].map((stock) => ({ stock, price: '100.00', time: microsAgo(300) })),
  );
  await house.publish('NYSE', [{ stock: 'LONG', price: LONG_PRICE, time: microsAgo(300) }]);
  await storedStocks(house, MANY + 4);
}

/** A board whose exchanges are open at any time: it knows no calendar. */
export async function openBoard(browser: Browser, address: string, options: BrowserContextOptions = {}) {
  const opened = await openPage(browser, options);
  await opened.page.route('**/api/sessions?*', (route) => route.fulfill({ json: [] }));
  await opened.page.goto(address);
  await opened.page.locator('tbody tr, .notice').first().waitFor();
  return opened;
}
