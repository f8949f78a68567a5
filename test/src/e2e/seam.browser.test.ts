import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { goInPage, openPage, startBrowser } from '../browser/browser.ts';
import { type House, startHouse } from '../browser/house.ts';
import { seriesOf } from '../browser/inspected.ts';
import { Published } from '../browser/published.ts';
import { until } from '../servers/index.ts';

const ROUNDS = 200;
const TICKS_PER_SECOND = 500;
const STEP_MS = 20;
const SEED = 20_261_122;

describe('the seam between history and live', () => {
  let house: House;
  let browser: Browser;

  before(async () => {
    // So little history that a cut of a second can't be recovered from it: both ways back are taken.
    [house, browser] = await Promise.all([startHouse({ historySize: 12 }), startBrowser()]);
  });

  after(async () => {
    await browser?.close();
    await house?.[Symbol.asyncDispose]();
  });

  it(`shows each of ${TICKS_PER_SECOND} ticks a second once, through ${ROUNDS} loads, reloads and cuts`, {
    timeout: 400_000,
  }, async () => {
    const published = new Published(
      house,
      { AAPL: 'NASDAQ', MSFT: 'NASDAQ', AMZN: 'NASDAQ', TSLA: 'NYSE', NFLX: 'NYSE', DIS: 'NYSE' },
      SEED,
    );
    const { page } = await openPage(browser);
    let stock = 'AAPL';
    await published.publish(100);
    await page.goto(`${house.address}/stock/${stock}?interval=1s`);
    for (let round = 0; round < ROUNDS; round++) {
      const acting = act(page, published, stock);
      await publishFor(published, 250 + published.random() * 350);
      stock = await acting;
      await sameAs(page, published, stock, `round ${round}, ${stock}`);
    }
  });

  /** One of the things that happen to a page. @returns the stock that is shown after it */
  async function act(page: Page, published: Published, stock: string): Promise<string> {
    const dice = published.random();
    await setTimeout(published.random() * 200);
    if (dice < 0.3) {
      await page.reload({ waitUntil: 'commit' });
      return stock;
    }
    if (dice < 0.55) {
      const next = published.stocks[Math.floor(published.random() * published.stocks.length)] ?? stock;
      await goInPage(page, `/stock/${next}?interval=1s`);
      return next;
    }
    if (dice < 0.8) {
      house.proxy.cutLive();
      return stock;
    }
    const open = dice < 0.95 ? house.proxy.holdLive() : house.proxy.close();
    await setTimeout(published.random() * 600);
    open();
    return stock;
  }
});

async function publishFor(published: Published, millis: number): Promise<void> {
  const end = Date.now() + millis;
  while (Date.now() < end) {
    await published.publish((TICKS_PER_SECOND * STEP_MS) / 1000);
    await setTimeout(STEP_MS);
  }
}

/** Waits until the page has caught up, and compares every candle with what was published. */
async function sameAs(page: Page, published: Published, stock: string, what: string): Promise<void> {
  let difference = 'nothing was compared';
  await until(
    async () => {
      const series = await seriesOf(page);
      if (series === undefined || !series.ready || series.interval !== '1s' || series.end !== null) {
        difference = `the chart is not there: ${JSON.stringify({ ...series, bars: series?.bars.length })}`;
        return false;
      }
      const expected = published.bars(stock, series.start);
      const wrong = expected.findIndex((bar, index) => JSON.stringify(bar) !== JSON.stringify(series.bars[index]));
      if (wrong < 0 && series.bars.length === expected.length) return true;
      difference = `bar ${wrong} of ${expected.length}: published ${expected[wrong]}, shown ${series.bars[wrong]} of ${series.bars.length}`;
      return false;
    },
    { timeoutMs: 20_000, everyMs: 40, what },
  ).catch((error: Error) => assert.fail(`${error.message}: ${difference}`));
}
