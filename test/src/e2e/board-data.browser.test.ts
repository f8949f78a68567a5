import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { EpochMicros } from '@tickwatch/core';
import pg from 'pg';
import type { Page } from 'playwright-core';
import { openPage } from '../browser/browser.ts';
import { browser, house, openHouse } from '../browser/opened-house.ts';
import { storedStocks } from '../browser/stored.ts';
import { until } from '../servers/index.ts';

const STOCKS = 300;
const DAY_MS = 86_400_000;

interface BoardRow {
  readonly stock_name: string;
  readonly price: number;
  readonly previous_close: number | null;
  readonly change: number | null;
  readonly high: number | null;
  readonly low: number | null;
  readonly ticks_per_minute: number;
}

describe('what the board knows', () => {
  let client: pg.Client;

  // It ends before the house does.
  after(() => client?.end());
  openHouse(async () => {
    client = new pg.Client({ connectionString: house.databaseUrl });
    await client.connect();
    const at = (agoMs: number, index: number): EpochMicros => ((Date.now() - agoMs) * 1000 + index) as EpochMicros;
    for (const [agoMs, price] of [
      [20 * DAY_MS, 90],
      [10 * DAY_MS, 100],
      [70_000, 104],
      [65_000, 110],
    ] as const) {
      const prices = Array.from({ length: STOCKS }, (_, index) => ({
        ...{ stock: name(index), price: (price + index / 100).toFixed(2), time: at(agoMs, index) },
      }));
      await house.publish('NASDAQ', prices);
    }
    // Silent for longer than any weekend: as a closed day has it.
    await house.publish('NYSE', [
      { stock: 'QUIET', price: '50', time: at(20 * DAY_MS, 0) },
      { stock: 'QUIET', price: '60', time: at(10 * DAY_MS, 1) },
      { stock: 'QUIET', price: '55', time: at(10 * DAY_MS, 2) },
    ]);
    await storedStocks(house, STOCKS + 1);
  });

  async function opened(path: string, before?: (page: Page) => Promise<void>) {
    const { page, complaints } = await openPage(browser);
    const asked: string[] = [];
    page.on('request', (request) => {
      const { pathname, search } = new URL(request.url());
      if (pathname.startsWith('/api/')) asked.push(pathname + search);
    });
    await before?.(page);
    await page.goto(house.address + path);
    return { page, asked, complaints };
  }

  it(`is asked for in pages, not by a request a stock, and every row in view has its figures at once`, async () => {
    const { page, asked, complaints } = await opened('/');
    await until(async () => (await size(page)) === STOCKS + 1, { what: 'the whole board' });
    const stocks = asked.filter((path) => !/^\/api\/(board|sessions|system|udf\/time|stocks\/count)\b/.test(path));
    assert.deepEqual(stocks, []);
    const pages = asked.filter((path) => path.startsWith('/api/board'));
    assert.ok(pages.length <= 2, pages.join('\n'));
    const question = `${house.address}/api/board?stocks=${name(0)}&day=last&timezone=America/New_York`;
    const row = await until(
      async () => {
        const [asked] = (await (await fetch(question)).json()) as [BoardRow];
        return (await cell(page, name(0), 'change')) === signed(asked.change) ? asked : undefined;
      },
      { what: 'the change' },
    );
    // A tick that was a minute ago is in the last full minute, or not: what the API says is what is shown.
    assert.match(await cell(page, name(0), 'rate'), /^[0-2]$/);
    assert.equal(await cell(page, name(0), 'low'), row.low?.toFixed(2));
    await until(() => sparklineIsDrawn(page, name(0)), { what: 'the sparkline' });
    assert.deepEqual(complaints.list, []);
    await page.close();
  });

  it('has the rows that a sorted board shows first before all others', async () => {
    let whole = false;
    const { page } = await opened('/?sort=-price', async (fresh) => {
      // The pages of all stocks come late; the first screen has its own.
      await fresh.route(/\/api\/board\?(?!.*sort=)/, async (route) => {
        await until(() => whole, { what: 'the first screen' }).catch(() => {});
        await route.continue();
      });
    });
    await until(async () => (await firstName(page)) === name(STOCKS - 1), { what: 'the dearest stock' });
    assert.ok((await size(page)) <= 100);
    assert.match(await cell(page, name(STOCKS - 1), 'change'), /^[+−]\d/);
    whole = true;
    await until(async () => (await size(page)) === STOCKS + 1, { what: 'the whole board' });
    assert.equal(await firstName(page), name(STOCKS - 1));
    await page.close();
  });

  it('says “–” until figures are known, and never a rate that was counted in a part of a minute', async () => {
    let free = false;
    const { page } = await opened('/', async (fresh) => {
      await fresh.route(/\/api\/board\?.*stocks=/, async (route) => {
        await until(() => free, { what: 'leave' }).catch(() => {});
        await route.continue();
      });
    });
    await until(async () => (await size(page)) === STOCKS + 1, { what: 'the whole board' });
    await house.publish('NASDAQ', [{ stock: 'AAA', price: '7', time: (Date.now() * 1000) as EpochMicros }]);
    await until(async () => (await cell(page, 'AAA', 'price')) === '7.00', { what: 'the new stock' });
    for (const figure of ['change', 'percent', 'low', 'high', 'rate']) {
      assert.equal(await cell(page, 'AAA', figure), '–', figure);
    }
    free = true;
    // First seen today: its change is from its open.
    await until(async () => (await cell(page, 'AAA', 'change')) === '0.00', { what: 'its figures' });
    await until(async () => (await cell(page, 'AAA', 'rate')) === '1', { what: 'its rate' });
    await page.close();
  });

  it('shows a stock that is silent today as its last day left it: change, range, and on its own page, too', async () => {
    const { page } = await opened('/?q=QUIET');
    await until(async () => (await cell(page, 'QUIET', 'change')) === '+5.00', { what: 'the change' });
    assert.match(await cell(page, 'QUIET', 'percent'), /^\+10\.00/);
    assert.deepEqual([await cell(page, 'QUIET', 'low'), await cell(page, 'QUIET', 'high')], ['55.00', '60.00']);
    await page.goto(`${house.address}/stock/QUIET`);
    await until(async () => (await page.locator('[data-head=change]').textContent())?.startsWith('+5.00'), {
      what: 'the change in the head',
    });
    // The next price begins a day: the close before it is what it was silent with.
    await house.publish('NYSE', [{ stock: 'QUIET', price: '56', time: (Date.now() * 1000) as EpochMicros }]);
    await until(async () => (await page.locator('[data-head=change]').textContent())?.startsWith('+1.00'), {
      what: 'the change from the last close',
    });
    await page.close();
  });

  it('gets a stock that was brought by a file, without a live tick and without loading the page again', async () => {
    const { page } = await opened('/');
    await until(async () => (await size(page)) >= STOCKS + 1, { what: 'the whole board' });
    await client.query(
      "INSERT INTO stock_prices (timestamp, stock_name, exchange_name, price) VALUES (now() - interval '2 days', 'AAFILE', 'NASDAQ', 12.5)",
    );
    await until(async () => (await cell(page, 'AAFILE', 'price')) === '12.50', { what: 'the imported stock' });
    await page.close();
  });
});

function name(index: number): string {
  return `S${String(index).padStart(3, '0')}`;
}

function signed(change: number | null): string {
  return change === null ? '–' : `${change < 0 ? '−' : '+'}${Math.abs(change).toFixed(2)}`;
}

function size(page: Page): Promise<number> {
  return page.evaluate(() => globalThis.tickwatch?.size() ?? 0);
}

async function cell(page: Page, stock: string, figure: string): Promise<string> {
  const row = page.locator('tbody tr', { has: page.locator(`a:text-is("${stock}")`) });
  return (
    (await row
      .locator(`[data-cell=${figure}]`)
      .textContent({ timeout: 2000 })
      .catch(() => '')) ?? ''
  );
}

async function firstName(page: Page): Promise<string> {
  return (
    (await page
      .locator('tbody tr[aria-rowindex="2"] a')
      .textContent({ timeout: 2000 })
      .catch(() => '')) ?? ''
  );
}

function sparklineIsDrawn(page: Page, stock: string): Promise<boolean> {
  return page.evaluate(`(() => {
    const row = [...document.querySelectorAll('tbody tr')].find((one) => one.querySelector('a').textContent === '${stock}');
    const canvas = row.querySelector('canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return data.some((value) => value > 0);
  })()`);
}
