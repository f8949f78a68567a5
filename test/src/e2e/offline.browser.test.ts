import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { openPage, openSparing } from '../browser/browser.ts';
import { drawnOn } from '../browser/inspected.ts';
import { browser, house, openHouse } from '../browser/opened-house.ts';
import { publishHours, publishTick } from '../browser/prepared.ts';
import { until } from '../servers/index.ts';

const charted = (page: Page): Promise<boolean> =>
  until(async () => (await drawnOn(page)).length > 0, { what: 'the chart' });

describe('a page whose line is cut', () => {
  openHouse(async () => {
    await publishHours(house);
  });

  it('opens each view that was asked for offline as soon as it is online again, and says meanwhile that it is offline', async () => {
    for (const [link, filled] of [
      ['AAPL', '.chart canvas'],
      ['History', '.history-form'],
      ['System', '.parts li'],
    ] as const) {
      const page = await openSparing(browser);
      await page.goto(house.address);
      await page.locator('.grid tbody tr').first().waitFor();
      await page.context().setOffline(true);
      await page.getByRole('link', { name: link, exact: true }).click();
      await page.getByText('You are offline').waitFor();
      await page.context().setOffline(false);
      await page.locator(filled).first().waitFor();
      if (link === 'AAPL') await charted(page);
      await page.getByText('You are offline').waitFor({ state: 'detached' });
      await page.context().close();
    }
  });

  it('leaves the focus where somebody moves it while a view is waited for', async () => {
    const page = await openSparing(browser);
    await page.goto(house.address);
    await page.locator('.grid tbody tr').first().waitFor();
    await page.context().setOffline(true);
    await page.getByRole('link', { name: 'History', exact: true }).click();
    await page.locator('main:focus').filter({ hasText: 'You are offline' }).waitFor();
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Shift+Tab');
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)));
    assert.equal(await page.locator('header :focus').count(), 1);
    await page.context().setOffline(false);
    await page.locator('.history-form').waitFor();
    assert.equal(await page.locator('header :focus').count(), 1);
    await page.context().close();
  });

  it('draws a chart whose library alone could not be loaded, and says that it is tried again', async () => {
    const page = await openSparing(browser);
    await page.goto(house.address);
    await page.locator('.grid tbody tr').first().waitFor();
    await page.route('**/assets/price-chart-*.js', (route) => route.abort());
    await page.getByRole('link', { name: 'AAPL', exact: true }).click();
    await page.getByText('The chart can’t be loaded').waitFor();
    await page.getByText(/Trying again/).waitFor();
    await page.unroute('**/assets/price-chart-*.js');
    await charted(page);
    await page.getByText('can’t be loaded').waitFor({ state: 'detached' });
    await page.context().close();
  });

  it('says that what was to lie over a chart could not be loaded, and is there by itself later', async () => {
    const page = await openSparing(browser);
    await page.goto(`${house.address}/stock/AAPL`);
    await charted(page);
    await page.route('**/assets/measurement-*.js', (route) => route.abort());
    await page.getByRole('button', { name: 'Measure' }).click();
    await page.getByText('Measuring can’t be loaded now').waitFor();
    await page.unroute('**/assets/measurement-*.js');
    await page.getByText('Drag over the chart to measure').waitFor();
    await page.getByText('can’t be loaded').waitFor({ state: 'detached' });
    await page.context().close();
  });

  it('speaks of an update only where the server has another page', async () => {
    const page = await openSparing(browser);
    await page.goto(house.address);
    await page.locator('.grid tbody tr').first().waitFor();
    await page.route('**/assets/system-view-*.js', (route) => route.fulfill({ status: 404, body: '{}' }));
    await page.getByRole('link', { name: 'System' }).click();
    await page.getByText('The system’s page can’t be loaded').waitFor();
    assert.equal(await page.getByText('The server was updated').count(), 0);
    const html = `<script type="module" src="/assets/index-new.js"></script>`;
    await page.route(`${house.address}/`, (route) => route.fulfill({ contentType: 'text/html', body: html }));
    await page.getByText('The server was updated').waitFor();
    await page.unrouteAll();
    await page.getByRole('button', { name: 'Reload' }).click();
    await page.locator('.parts li').first().waitFor();
    await page.context().close();
  });

  it('comes back by itself in the middle of every view', async () => {
    const { page } = await openPage(browser);
    for (const [path, filled] of [
      ['/', '.grid tbody tr'],
      ['/stock/AAPL', '.chart canvas'],
      ['/history?stock=AAPL', '.prices tbody tr'],
      ['/system', '.parts li'],
    ] as const) {
      await page.goto(house.address + path);
      await page.locator(filled).first().waitFor();
      await page.context().setOffline(true);
      const open = house.proxy.close();
      await page.locator('.live.reconnecting').waitFor();
      await page.locator(filled).first().waitFor();
      open();
      await page.context().setOffline(false);
      await page.locator('.live.live:not(.reconnecting)').waitFor();
      const price = (300 + Math.random()).toFixed(2);
      await publishTick(house, 'AAPL', price);
      const seen = (): Promise<boolean> =>
        page.evaluate<boolean>(`tickwatch.stocks().some(({ stock, price }) => stock === 'AAPL' && price === ${price})`);
      await until(seen, { what: `a live price on ${path}` });
    }
    await page.context().close();
  });

  it('has what comes next at hand: a stock, its chart and the search open without a line once the page was quiet', async () => {
    const { page } = await openPage(browser);
    await page.goto(house.address);
    await page.locator('.grid tbody tr').first().waitFor();
    const loaded = (part: string): Promise<boolean> =>
      page.evaluate<boolean>(`performance.getEntriesByType('resource').some(({ name }) => name.includes('/${part}-'))`);
    for (const part of ['stock-view', 'price-chart', 'palette', 'key-help']) {
      await until(() => loaded(part), { what: part });
    }
    await page.context().setOffline(true);
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: /^Search/ }).fill('aapl');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'AAPL' }).waitFor();
    await page.locator('.chart canvas').first().waitFor();
    await page.context().close();
  });
});
