import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EpochMicros } from '@tickwatch/core';
import type { Page } from 'playwright-core';
import { atRest } from '../browser/at-rest.ts';
import { openPage, parameter } from '../browser/browser.ts';
import { type Compared, type MeasuredReading, overlaysOn, visibleOn } from '../browser/inspected.ts';
import { browser, house, openHouse } from '../browser/opened-house.ts';
import { type PastMinutes, priceAt, publishMinutes, wandering } from '../browser/past-minutes.ts';
import { until } from '../servers/index.ts';

const MINUTES = 600;
const START = Math.floor(Date.now() / 60_000) * 60 - 3 * 86_400;
const AAPL: PastMinutes = { stock: 'AAPL', start: START, prices: wandering(MINUTES, 200, 3) };
const MSFT: PastMinutes = { stock: 'MSFT', start: START, prices: wandering(MINUTES, 400, 9) };
const ODD: PastMinutes = { stock: 'S&P+X', start: START, prices: wandering(MINUTES, 50, 1) };
const LATE_FROM = 340;
const LATE: PastMinutes = { stock: 'LATE', start: START + LATE_FROM * 60, prices: wandering(200, 80, 2) };
const VIEW = `interval=1m&from=${START + 300 * 60}&to=${START + 400 * 60}`;

describe('comparing and measuring', () => {
  openHouse(async () => {
    for (const stock of [AAPL, MSFT, ODD, LATE]) await publishMinutes(house, 'NASDAQ', stock);
    for (const stock of ['S1', 'S2', 'S3']) {
      await house.publish('NYSE', [{ stock, price: '1.00', time: (START * 1e6) as EpochMicros }]);
    }
  });

  const comparedOn = async (page: Page): Promise<readonly Compared[]> => (await overlaysOn(page)).compare ?? [];
  const readingOn = async (page: Page): Promise<MeasuredReading | undefined> => (await overlaysOn(page)).measure;

  /** All stocks of these, each in per cent of its price in the first candle in view. */
  const rightly = (page: Page, stocks: readonly PastMinutes[], what: string): Promise<readonly Compared[]> =>
    until(
      async () => {
        const [found, visible] = [await comparedOn(page), await visibleOn(page)];
        const from = visible?.from ?? 0;
        const right = stocks.every((stock) => {
          const figures = found.find((other) => other.stock === stock.stock);
          if (figures?.base === undefined || figures.price === undefined || figures.ratio === undefined) return false;
          // A candle that the left edge cuts counts as in view.
          const first = [from - 60, from].map((time) => priceAt(stock, Math.max(time, stock.start)));
          return first.includes(figures.base) && Math.abs(figures.ratio - (figures.price / figures.base - 1)) < 1e-9;
        });
        return right ? found : undefined;
      },
      { what },
    );

  it('has each stock in per cent of its own price at the left edge, wherever the chart is moved', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(`${house.address}/stock/AAPL?${VIEW}&compare=MSFT,S%26P%2BX,LATE`);
    const found = await rightly(page, [AAPL, MSFT, ODD, LATE], 'all stocks');
    assert.deepEqual(
      found.map(({ stock }) => stock),
      ['AAPL', 'MSFT', 'S&P+X', 'LATE'],
    );
    assert.equal(found[3]?.since, LATE.start);
    await page
      .getByRole('listitem')
      .filter({ hasText: 'LATE' })
      .getByText(/^from \d\d:\d\d/)
      .waitFor();
    const before = await visibleOn(page);
    const box = await page.locator('.chart').boundingBox();
    const [x, y] = [(box?.x ?? 0) + 500, (box?.y ?? 0) + 350];
    const movedBack = async (): Promise<boolean> => {
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x + 400, y, { steps: 8 });
      await page.mouse.up();
      return ((await visibleOn(page))?.from ?? 0) < (before?.from ?? 0) - 600;
    };
    // Older candles that come in the middle of a drag end it.
    await until(movedBack, { what: 'an earlier view' });
    await rightly(page, [AAPL, MSFT, ODD], 'the same after the chart was moved');
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('tells the values under the crosshair', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${house.address}/stock/AAPL?${VIEW}&compare=MSFT`);
    const last = (await rightly(page, [AAPL, MSFT], 'both stocks'))[1];
    const box = await page.locator('.chart').boundingBox();
    await page.mouse.move((box?.x ?? 0) + 300, (box?.y ?? 0) + 300);
    await until(async () => (await comparedOn(page))[1]?.price !== last?.price, { what: 'another price' });
    await rightly(page, [AAPL, MSFT], 'its change');
    await page.context().close();
  });

  it('finds stocks by typing, takes them by Enter, keeps them in the address and lets them go', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(`${house.address}/stock/AAPL?${VIEW}`);
    await page.locator('.chart canvas').first().waitFor();
    await page.getByRole('button', { name: 'Compare' }).click();
    const field = page.getByRole('combobox', { name: 'Stock to compare with' });
    await until(() => field.evaluate((element) => element.matches(':focus')), {
      what: 'the focus in the field',
    });
    await page.keyboard.type('xyz');
    await page.keyboard.press('Enter');
    await page.getByText('No stock’s name has “xyz” in it').waitFor();
    await field.fill('ms');
    await page.getByRole('option', { name: 'MSFT', selected: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.type('s&p');
    await page.keyboard.press('Enter');
    await rightly(page, [AAPL, MSFT, ODD], 'both in the chart');
    await page.reload();
    await rightly(page, [AAPL, MSFT, ODD], 'both after a reload');
    await page.getByRole('button', { name: 'Remove MSFT' }).click();
    await until(async () => (await comparedOn(page)).length === 2, { what: 'one less' });
    assert.equal(parameter(page, 'compare'), 'S&P+X');
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('refuses a seventh stock and one that there is not, in clear words', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${house.address}/stock/AAPL?${VIEW}&compare=MSFT,NOPE,S1,S2,S3,LATE,AAPL`);
    await page.getByText('A chart compares 6 stocks at most: “LATE” is left out').waitFor();
    await page.getByText('“AAPL” is the chart’s own stock').waitFor();
    await page
      .getByRole('listitem')
      .filter({ hasText: 'NOPE' })
      .getByText('no stock of this name has a tick')
      .waitFor();
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.getByRole('combobox', { name: 'Stock to compare with' }).fill('LATE');
    await page.keyboard.press('Enter');
    await page.getByText('A chart compares 6 stocks at most: remove one before “LATE” can be added').waitFor();
    await page.context().close();
  });

  it('goes on live', async () => {
    const { page } = await openPage(browser);
    const publish = (stock: string, price: string): Promise<void> =>
      house.publish('NYSE', [{ stock, price, time: (Date.now() * 1000) as EpochMicros }]);
    await publish('ONE', '100.00');
    await publish('TWO', '10.00');
    await page.goto(`${house.address}/stock/ONE?interval=1m&compare=TWO`);
    await until(async () => (await comparedOn(page))[1]?.price === 10, { what: 'both stocks' });
    await publish('TWO', '11.00');
    await until(async () => (await comparedOn(page))[1]?.price === 11, { what: 'the newest price' });
    await page.context().close();
  });

  const drag = async (page: Page, shift: boolean): Promise<void> => {
    const box = await page.locator('.chart').boundingBox();
    const [x, y] = [(box?.x ?? 0) + 300, (box?.y ?? 0) + 350];
    await page.mouse.move(x + 400, y);
    if (shift) {
      await page.keyboard.down('Shift');
      await until(async () => 'measure' in (await overlaysOn(page)), { what: 'measuring' });
    }
    await page.mouse.down();
    await page.mouse.move(x, y + 20, { steps: 6 });
    await page.mouse.up();
    if (shift) await page.keyboard.up('Shift');
  };

  const isRight = (reading: MeasuredReading): void => {
    const { first, last } = reading.ends;
    const [from, to] = [(first - START) / 60, (last - START) / 60];
    const prices = AAPL.prices.slice(from, to + 1);
    assert.ok(prices.length > 10);
    assert.equal(reading.measured.count, prices.length);
    assert.equal(reading.measured.to, last + 60);
    assert.equal(reading.measured.prices?.first, prices[0]);
    assert.equal(reading.measured.prices?.last, prices.at(-1));
    const mean = prices.reduce((sum, price) => sum + price, 0) / prices.length;
    assert.ok(Math.abs((reading.measured.prices?.mean ?? 0) - mean) < 1e-9);
  };

  const exactly = (page: Page): Promise<MeasuredReading> =>
    until(
      async () => {
        const reading = await readingOn(page);
        return reading?.state === 'exact' ? reading : undefined;
      },
      { what: 'the exact figures' },
    );

  it('measures a range by a drag with Shift, which does not move the chart, and Escape ends it', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(`${house.address}/stock/AAPL?${VIEW}`);
    const before = await atRest(() => visibleOn(page), 'a range', 500);
    await drag(page, true);
    isRight(await exactly(page));
    assert.deepEqual(await visibleOn(page), before);
    await page
      .getByRole('region', { name: 'Measured' })
      .getByText(/^Ticks\d+$/)
      .waitFor();
    await page.keyboard.press('Escape');
    await until(async () => (await readingOn(page)) === undefined, { what: 'nothing measured' });
    await drag(page, false);
    await until(async () => (await visibleOn(page))?.from !== before.from, { what: 'a chart that moves again' });
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('measures between two bars by keys alone, and opens what the tools have', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(`${house.address}/stock/AAPL?${VIEW}`);
    const chart = page.locator('.chart');
    await until(() => visibleOn(page), { what: 'a range' });
    // Keys are there after the picture.
    await page.locator('[data-spoken]').waitFor({ state: 'attached' });
    await chart.focus();
    await page.keyboard.press('End');
    await page.keyboard.press('m');
    await until(async () => (await readingOn(page))?.state === 'choosing', { what: 'a start' });
    for (let step = 0; step < 2; step++) await page.keyboard.press('Shift+ArrowLeft');
    await until(async () => ((await readingOn(page))?.measured.count ?? 0) === 21, { what: 'a range that follows' });
    await page.keyboard.press('m');
    isRight(await exactly(page));
    await page.keyboard.press('Escape');
    await until(async () => (await readingOn(page)) === undefined, { what: 'nothing measured' });
    await page.keyboard.press('s');
    await page.getByRole('dialog', { name: 'Studies' }).waitFor();
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('measures by a drag alone in its mode, as fingers do, until that ends', async () => {
    const { page } = await openPage(browser, { hasTouch: true });
    await page.goto(`${house.address}/stock/AAPL?${VIEW}`);
    const before = await atRest(() => visibleOn(page), 'a range', 500);
    await page.getByRole('button', { name: 'Measure' }).click();
    await page.getByText('Drag over the chart to measure').waitFor();
    const box = await page.locator('.chart').boundingBox();
    const touch = await page.context().newCDPSession(page);
    const at = (x: number) => [{ x: (box?.x ?? 0) + x, y: (box?.y ?? 0) + 350 }];
    await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(300) });
    for (const x of [350, 500, 700])
      await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at(x) });
    await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    isRight(await exactly(page));
    assert.deepEqual(await visibleOn(page), before);
    await page.getByRole('button', { name: 'End measuring' }).click();
    await page.getByRole('button', { name: 'Measure', pressed: false }).waitFor();
    await page.context().close();
  });
});
