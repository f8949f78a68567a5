import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { openPage } from '../browser/browser.ts';
import { liveOf } from '../browser/inspected.ts';
import { browser, house, openHouse } from '../browser/opened-house.ts';
import { Published } from '../browser/published.ts';
import { assertSameCandles } from '../browser/same-candles.ts';
import { megabits } from '../browser/slow-link.ts';
import { until } from '../servers/index.ts';

const LIMIT_MS = 3000;
const SEED = 20_261_128;

interface Line {
  readonly mbits: number;
  readonly ticksPerSecond: number;
  /** How long the page is away, ms. */
  readonly cuts: readonly number[];
}

/** A tick is about 130 bytes: either rate fills a good part of its line. */
const LINES: readonly Line[] = [
  { mbits: 20, ticksPerSecond: 5000, cuts: [0, 300, 4000] },
  { mbits: 2, ticksPerSecond: 1000, cuts: [1000, 20_000] },
];

for (const { mbits, ticksPerSecond, cuts } of LINES) {
  describe(`a page behind ${mbits} Mbit/s, at ${ticksPerSecond} ticks a second`, () => {
    openHouse();

    it('has prices again within three seconds after any cut, and a history without a hole', {
      timeout: 240_000,
    }, async (context) => {
      const published = new Published(house, { AAPL: 'NASDAQ', MSFT: 'NASDAQ', TSLA: 'NYSE', DIS: 'NYSE' }, SEED);
      const { page } = await openPage(browser);
      await published.publish(100);
      await page.goto(`${house.address}/stock/AAPL?interval=1s`);
      await until(async () => (await liveOf(page)).state === 'live', { what: 'a live page' });
      house.proxy.slowDown(megabits(mbits));
      for (const away of cuts) {
        const cut = { over: false };
        const flowing = (async () => {
          while (!cut.over) await published.publishFor(100, ticksPerSecond);
        })();
        try {
          await setTimeout(1000);
          const waited = await cutFor(page, away);
          context.diagnostic(`away for ${away} ms: prices again after ${waited.toFixed(0)} ms`);
        } finally {
          cut.over = true;
          await flowing;
        }
        await assertSameCandles(page, published, 'AAPL', `the candles after ${away} ms away`);
      }
    });

    /** Cuts everything for so long. @returns ms from then on until the page has a price that is newer */
    async function cutFor(page: Page, millis: number): Promise<number> {
      const open = house.proxy.close();
      await setTimeout(millis);
      const back = Date.now();
      const began = performance.now();
      open();
      await until(async () => (await newestPrice(page)) > back, {
        ...{ timeoutMs: LIMIT_MS, everyMs: 20 },
        what: `a price after ${millis} ms away`,
      }).catch((error: Error) => assert.fail(error));
      return performance.now() - began;
    }
  });
}

/** When the newest price on the page is from, epoch ms. */
function newestPrice(page: Page): Promise<number> {
  return page.evaluate(() => Math.max(0, ...globalThis.tickwatch.stocks().map(({ time }) => time / 1000)));
}
