import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { nowMicros } from '@tickwatch/core';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { allFaults } from '../browser/axe.ts';
import { openPage } from '../browser/browser.ts';
import { browser, house, openHouse } from '../browser/opened-house.ts';
import { until } from '../servers/index.ts';

const PICTURES = fileURLToPath(new URL('../../../artifacts/screenshots/', import.meta.url));

const LOOKS: readonly (readonly [name: string, options: BrowserContextOptions])[] = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['phone', { colorScheme: 'dark', viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true }],
  ['forced', { forcedColors: 'active' }],
];

/** A question that reads little, and whose answer has headers and a body. */
const AVERAGE = '.opblock:has([data-path="/api/average/{stock_name}"])';

describe('the pages of the API', () => {
  openHouse(async () => {
    await mkdir(PICTURES, { recursive: true });
    await house.publish('NASDAQ', [{ stock: 'AAPL', price: '220.4', time: nowMicros() }]);
  });

  const open = async (options: BrowserContextOptions) => {
    const opened = await openPage(browser, options);
    await opened.page.goto(`${house.address}/api/docs`);
    await opened.page.locator('.opblock').first().waitFor();
    return opened;
  };

  /** Opens an operation, asks it, and waits for the answer to be shown. */
  const ask = async (page: Page): Promise<void> => {
    const operation = page.locator(AVERAGE);
    await operation.locator('.opblock-summary-control').click();
    await operation.locator('.try-out__btn').click();
    await operation.locator('tr[data-param-name="stock_name"] input').fill('AAPL');
    await operation.locator('.execute').click();
    await operation.locator('.live-responses-table .response-col_status', { hasText: /200|422/ }).waitFor();
  };

  const brightness = async (page: Page): Promise<number> => {
    const colour = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    return Math.max(...(colour.match(/\d+/g) ?? []).slice(0, 3).map(Number));
  };

  for (const [name, options] of LOOKS) {
    it(`have no fault of accessibility, closed, open and with an answer, and fit the screen (${name})`, async () => {
      const { page, complaints } = await open(options);
      assert.deepEqual(await allFaults(page), []);
      await page.screenshot({ path: join(PICTURES, `api-docs-${name}.png`) });
      await ask(page);
      await page.locator(AVERAGE).scrollIntoViewIfNeeded();
      assert.deepEqual(await allFaults(page), []);
      await page.screenshot({ path: join(PICTURES, `api-docs-answer-${name}.png`), fullPage: true });
      const [wide, screen] = await page.evaluate<number[]>('[document.documentElement.scrollWidth, innerWidth]');
      assert.ok((wide ?? 0) <= (screen ?? 0), `${wide} px on a screen of ${screen}`);
      assert.deepEqual(complaints.list, []);
      await page.context().close();
    });
  }

  it('are dark where the system is, follow it when it changes, and follow the choice made on the board', async () => {
    const { page } = await open({ colorScheme: 'dark' });
    assert.ok((await brightness(page)) < 60);
    await page.emulateMedia({ colorScheme: 'light' });
    await until(async () => (await brightness(page)) > 200, { what: 'the light side' });
    await page.evaluate(`localStorage.setItem('tickwatch.theme', '"dark"')`);
    await page.reload();
    await page.locator('.opblock').first().waitFor();
    assert.ok((await brightness(page)) < 60);
    await page.context().close();
  });

  it('lead home', async () => {
    const { page, complaints } = await open({});
    await page.getByRole('link', { name: 'Tickwatch' }).click();
    await page.locator('.grid').waitFor();
    assert.equal(new URL(page.url()).pathname, '/');
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('are used by the keyboard alone: home first, then each operation, and one sees where one is', async () => {
    const { page } = await open({});
    const focused = () =>
      page.evaluate<{ text: string; outline: string }>(
        `(() => { const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
          return { text: document.activeElement.textContent, outline: outlineStyle + ' ' + outlineWidth }; })()`,
      );
    await page.keyboard.press('Tab');
    assert.deepEqual(await focused(), { text: '← Tickwatch', outline: 'solid 3px' });
    for (let presses = 0; !(await focused()).text.includes('/api/average'); presses++) {
      assert.ok(presses < 20, 'an operation is never reached');
      await page.keyboard.press('Tab');
      assert.equal((await focused()).outline, 'solid 3px', (await focused()).text);
    }
    await page.keyboard.press('Enter');
    await page.locator(`${AVERAGE} .opblock-body`).waitFor();
    await page.keyboard.press('Enter');
    await page.locator(`${AVERAGE} .opblock-body`).waitFor({ state: 'detached' });
    await page.context().close();
  });

  it('open at an operation that the address names', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${house.address}/api/docs/#/prices`);
    await page.locator('.opblock').first().waitFor();
    await page.locator(`${AVERAGE} .opblock-summary-control`).click();
    const address = page.url();
    assert.match(address, /#\/prices\/.+average/);
    await page.goto('about:blank');
    await page.goto(address);
    await page.locator(`${AVERAGE} .opblock-body`).waitFor();
    await page.context().close();
  });
});
