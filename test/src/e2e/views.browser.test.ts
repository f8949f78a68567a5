import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { openPage, openSparing } from '../browser/browser.ts';
import { drawnOn } from '../browser/inspected.ts';
import { browser, house, openHouse } from '../browser/opened-house.ts';
import { HOUR, publishHours } from '../browser/prepared.ts';
import { until } from '../servers/index.ts';

/**
 * Bytes of script that a view loads, packed. What comes when all has been quiet is not of them, also where the network takes
 * so long to be idle: what is beside a chart, and what tells of alerts.
 */
const FIRST_BYTES = `(() => {
  const scripts = performance.getEntriesByType('resource').filter(({ name }) => /\\.js$/.test(name));
  const later = scripts.filter(({ name }) => /\\/(?:chart-extras|everywhere|alert-notes)-/.test(name));
  // A part and what it needs of others are asked for at once.
  const end = Math.min(...later.map(({ startTime }) => startTime)) - 100;
  return scripts.filter(({ startTime }) => startTime < end).reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);
})()`;

describe('the views of the past and of the system', () => {
  openHouse(async () => {
    await publishHours(house);
  });

  it('answers a question about the past with figures, chart, table and files, and its link restores it', async () => {
    const { page, complaints } = await openPage(browser, { acceptDownloads: true });
    await page.goto(`${house.address}/history`);
    await page.getByLabel('Stock').fill('AAPL');
    await page.getByLabel('Stock').press('Tab');
    await page.getByRole('button', { name: 'All', exact: true }).click();
    const ticks = page.locator('.history .figure', { hasText: 'Ticks' }).locator('dd');
    await until(async () => Number((await ticks.textContent())?.replaceAll(',', '')) >= 2.4 * HOUR, {
      what: 'the count',
    });
    await until(async () => (await drawnOn(page)).length > 10, { what: 'the chart' });
    const firstRow = page.locator('.prices tbody tr').first();
    await firstRow.filter({ hasText: '.123456' }).waitFor();
    const firstPage = await firstRow.textContent();
    await page.getByRole('button', { name: 'Next →' }).click();
    await page.getByText('Page 2').waitFor();
    await until(() => page.url().includes('cursor='), { what: 'the page in the address' });
    const row = await until(
      async () => {
        const text = await firstRow.textContent();
        return text === firstPage ? undefined : text;
      },
      { what: 'the second page' },
    );
    const address = page.url();
    const { page: second } = await openPage(browser);
    await second.goto(address);
    await until(async () => (await second.locator('.prices tbody tr').first().textContent()) === row, {
      what: 'the same page of the table',
    });
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'CSV ↓' }).click(),
    ]);
    const lines = (await readFile(await download.path(), 'utf8')).trimEnd().split('\n');
    assert.equal(lines[0], 'timestamp,stock_name,exchange_name,price');
    assert.ok(lines.length > 2.4 * HOUR);
    await page.getByText(/Saved [\d,]+ rows/).waitFor();
    assert.deepEqual(complaints.list, []);
    await second.context().close();
    await page.context().close();
  });

  it('says what is wrong with a range, and what an empty one is', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${house.address}/history?stock=AAPL&start=2026-01-02T00:00:00Z&end=2026-01-01T00:00:00Z`);
    await page.getByText('The end lies before the start').waitFor();
    await page.goto(`${house.address}/history?stock=AAPL&start=2001-01-01T00:00:00Z&end=2001-01-02T00:00:00Z`);
    await page.getByText('No tick in this range').waitFor();
    await page.goto(`${house.address}/no/such/page`);
    await page.getByText('There is no such page').waitFor();
    await page.context().close();
  });

  it('shows the ledger that adds up and every part that works', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(`${house.address}/system`);
    await page.getByText('Everything works').waitFor();
    await page.getByText('✓ adds up').first().waitFor();
    await until(async () => (await page.locator('.parts li').count()) >= 4, { what: 'the parts' });
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('loads at most 120 KB of packed script for a view and is ready soon', async (context) => {
    const page = await openSparing(browser);
    for (const path of ['/', '/stock/AAPL', '/history?stock=AAPL', '/system', '/alerts']) {
      const start = performance.now();
      await page.goto(house.address + path);
      await page.locator('.chart canvas, .grid tbody tr, .parts li, .alerts .nothing-yet').first().waitFor();
      const millis = performance.now() - start;
      await page.waitForLoadState('networkidle');
      const bytes = await page.evaluate<number>(FIRST_BYTES);
      context.diagnostic(`${path}: ${(bytes / 1000).toFixed(1)} KB of script, filled after ${millis.toFixed(0)} ms`);
      assert.ok(bytes > 10_000 && bytes <= 120_000, `${bytes} bytes of script at ${path}`);
    }
    await page.context().close();
  });
});
