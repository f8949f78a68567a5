import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Browser, chromium, type Page } from 'playwright-core';
import { until } from '../servers/until.ts';
import { ask } from './front-door.ts';

let browser: Browser;

before(async () => {
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
});
after(() => browser.close());

/** Opens a page and collects what the browser complains about. */
async function open(url: string): Promise<{ readonly page: Page; readonly complaints: readonly string[] }> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url, { waitUntil: 'load' });
  return { page, complaints };
}

for (const origin of ['http://localhost', 'https://localhost']) {
  test(`the board at ${origin}/ shows live prices, and a chart of each stock`, async () => {
    const { page, complaints } = await open(`${origin}/`);
    await page.getByText('TSLA', { exact: true }).first().waitFor({ timeout: 15_000 });
    const first = await page.locator('body').textContent();
    const changed = async (): Promise<boolean> => (await page.locator('body').textContent()) !== first;
    await until(changed, { what: 'a price that changes', everyMs: 200 });
    await page.getByText('TSLA', { exact: true }).first().click();
    await page.locator('canvas').first().waitFor({ timeout: 15_000 });
    assert.deepEqual(complaints, [], 'the browser complained, perhaps of the content security policy');
    await page.context().close();
  });
}

test('the page of the API draws under its policy', async () => {
  const { page, complaints } = await open('http://localhost/api/docs/');
  await page.getByText('/api/average/{stock_name}').first().waitFor({ timeout: 15_000 });
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test('Grafana answers below /grafana', async () => {
  assert.match((await ask('http://localhost/grafana/login')).body, /Grafana/);
});
