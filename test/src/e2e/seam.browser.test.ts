import { describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { goInPage, openPage } from '../browser/browser.ts';
import { browser, house, openHouse } from '../browser/opened-house.ts';
import { Published } from '../browser/published.ts';
import { assertSameCandles } from '../browser/same-candles.ts';

const ROUNDS = Number(process.env.SEAM_ROUNDS ?? 40);
const TICKS_PER_SECOND = 500;
const SEED = 20_261_122;

describe('the seam between history and live', () => {
  // So little history that a cut of a second can't be recovered from it: both ways back are taken. Of one exchange the page hears
  // all ticks, of the other those of a stock's lane.
  openHouse(undefined, { hub: { historySize: 12 }, lanes: 'NASDAQ:4,NYSE:1' });

  it(`shows each of ${TICKS_PER_SECOND} ticks a second once, through ${ROUNDS} loads, reloads and cuts`, {
    timeout: 60_000 + 6000 * ROUNDS,
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
      await published.publishFor(250 + published.random() * 350, TICKS_PER_SECOND);
      stock = await acting;
      await assertSameCandles(page, published, stock, `round ${round}, ${stock}`);
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
