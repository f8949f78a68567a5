import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EpochMicros } from '@tickwatch/core';
import type { Page } from 'playwright-core';
import { openPage, parameter } from '../browser/browser.ts';
import { drawnOn, overlaysOn, type StudyPoints } from '../browser/inspected.ts';
import { browser, house, openHouse } from '../browser/opened-house.ts';
import { type PastMinutes, publishMinutes, wandering } from '../browser/past-minutes.ts';
import { until } from '../servers/index.ts';

const MINUTES = 2600;
const START = Math.floor(Date.now() / 60_000) * 60 - 5 * 86_400;
const AAPL: PastMinutes = { stock: 'AAPL', start: START, prices: wandering(MINUTES, 200, 3) };
const VIEW = `interval=1m&from=${START + 2300 * 60}&to=${START + 2400 * 60}`;

/** Of all minutes up to this one, from the definition. */
function average(minute: number, length: number): number | undefined {
  const own = AAPL.prices.slice(Math.max(0, minute - length + 1), minute + 1);
  return own.length < length ? undefined : own.reduce((sum, price) => sum + price, 0) / length;
}

function bands(minute: number, length: number, width: number): readonly [number, number] {
  const own = AAPL.prices.slice(minute - length + 1, minute + 1);
  const mean = average(minute, length) ?? 0;
  const deviation = Math.sqrt(own.reduce((sum, price) => sum + (price - mean) ** 2, 0) / length);
  return [mean + width * deviation, mean - width * deviation];
}

function exponential(length: number): readonly number[] {
  const values: number[] = [];
  let value = average(length - 1, length) ?? 0;
  AAPL.prices.forEach((price, minute) => {
    if (minute >= length) value += (2 / (length + 1)) * (price - value);
    if (minute >= length - 1) values[minute] = value;
  });
  return values;
}

describe('studies', () => {
  openHouse(async () => {
    await publishMinutes(house, 'NASDAQ', AAPL);
  });

  const studiesOn = async (page: Page): Promise<readonly StudyPoints[]> => (await overlaysOn(page)).studies ?? [];

  it('are what their definitions say at every candle that is loaded, its left edge too', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(`${house.address}/stock/AAPL?${VIEW}&studies=sma500,ema50,bb20x2.5`);
    const points = await until(
      async () => {
        const [sma, ema, bb] = await studiesOn(page);
        const whole = [sma, ema, bb].every((study) => study?.points.every(([, middle]) => Number.isFinite(middle)));
        return whole && sma !== undefined && ema !== undefined && bb !== undefined && sma.points.length > 900
          ? [sma, ema, bb]
          : undefined;
      },
      { what: 'values at all candles' },
    );
    const [sma, ema, bb] = points;
    const minuteOf = (time: number): number => (time - START) / 60;
    const expected = exponential(50);
    for (const [time, middle] of sma?.points ?? [])
      assert.ok(Math.abs(middle - (average(minuteOf(time), 500) ?? 0)) < 1e-6);
    for (const [time, middle] of ema?.points ?? [])
      assert.ok(Math.abs(middle - (expected[minuteOf(time)] ?? 0)) < 0.002);
    for (const [time, , upper, lower] of bb?.points ?? []) {
      const [top, bottom] = bands(minuteOf(time), 20, 2.5);
      assert.ok(Math.abs((upper ?? 0) - top) < 1e-6 && Math.abs((lower ?? 0) - bottom) < 1e-6);
    }
    await page.getByRole('list', { name: 'Studies' }).getByText('Bollinger 20, 2.5').waitFor();
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('go on with live prices, and with late ones that change an older candle', async () => {
    const { page, complaints } = await openPage(browser);
    const publish = (price: string, micros: number): Promise<void> =>
      house.publish('NYSE', [{ stock: 'LIVE', price, time: micros as EpochMicros }]);
    const minute = Math.floor(Date.now() / 60_000) * 60e6;
    await publishMinutes(house, 'NYSE', { stock: 'LIVE', start: minute / 1e6 - 540, prices: wandering(9, 100, 5) });
    await page.goto(`${house.address}/stock/LIVE?interval=1m&studies=sma3`);
    const follows = (what: string): Promise<boolean> =>
      until(
        async () => {
          const closes = (await drawnOn(page)).map((bar) => bar[4] ?? Number.NaN);
          const values = (await studiesOn(page))[0]?.points.filter(([, middle]) => Number.isFinite(middle)) ?? [];
          return (
            closes.length >= 9 &&
            values.length === closes.length - 2 &&
            values.every(([, middle], index) => {
              const own = closes.slice(index, index + 3);
              return Math.abs(middle - own.reduce((sum, close) => sum + close, 0) / 3) < 1e-9;
            })
          );
        },
        { what },
      );
    await follows('the values of history');
    for (const price of ['150.00', '90.00', '120.50']) await publish(price, Date.now() * 1000);
    await until(async () => (await drawnOn(page)).at(-1)?.[4] === 120.5, { what: 'the newest price' });
    await follows('the values after live ticks');
    await publish('400.00', minute - 4 * 60e6 + 40e6);
    await until(async () => (await drawnOn(page)).some((bar) => bar[4] === 400), { what: 'the late close' });
    await follows('the values after a late tick');
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('are chosen in a menu by keyboard, with their own numbers, and are in the address', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(`${house.address}/stock/AAPL?${VIEW}`);
    await page.locator('.chart canvas').first().waitFor();
    const button = page.getByRole('button', { name: 'Studies' });
    await button.focus();
    await page.keyboard.press('Enter');
    await until(async () => (await page.locator(':focus').textContent()) === '+ SMA', {
      what: 'the focus in the menu',
    });
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const menu = page.getByRole('dialog', { name: 'Studies' });
    await menu.getByRole('spinbutton', { name: 'Candles of Bollinger 20, 2' }).fill('30');
    await menu.getByRole('spinbutton', { name: 'Deviations of Bollinger 30, 2' }).fill('1.5');
    await until(() => parameter(page, 'studies') === 'bb30x1.5', { what: 'the address' });
    await menu.getByRole('spinbutton', { name: 'Candles of Bollinger 30, 1.5' }).fill('0');
    await menu.getByText('“0” is no length: write a whole number from 1 to 500').waitFor();
    await page.keyboard.press('Escape');
    await until(() => button.evaluate((element) => element.matches(':focus')), {
      what: 'the focus on the button',
    });
    await page.reload();
    await until(async () => (await studiesOn(page))[0]?.study === 'bb30x1.5', { what: 'the study after a reload' });
    await page.getByRole('button', { name: 'Remove Bollinger 30, 1.5' }).click();
    await until(() => !page.url().includes('studies'), { what: 'an address without it' });
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('that a link asks for wrongly are quoted', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${house.address}/stock/AAPL?${VIEW}&studies=sma20,macd,sma0`);
    await page.getByText('“macd” is no study: write sma20, ema50 or bb20x2').waitFor();
    await until(async () => (await studiesOn(page)).map(({ study }) => study).join() === 'sma20', {
      what: 'the good one',
    });
    await page.context().close();
  });

  it('and the other tools stand in one row at 1280 pixels, and say on a phone that there are more', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${house.address}/stock/AAPL?${VIEW}`);
    const tools = page.getByRole('toolbar', { name: 'Chart' });
    await tools.waitFor();
    const room = await tools.evaluate((row) => ({
      needed: row.scrollWidth,
      there: row.clientWidth,
      height: row.clientHeight,
    }));
    assert.ok(room.needed <= room.there, `${room.needed} of ${room.there} pixels`);
    assert.ok(room.height < 60);
    await page.setViewportSize({ width: 390, height: 844 });
    await until(async () => (await tools.getAttribute('data-more')) === 'end', { what: 'a sign that there is more' });
    await tools.evaluate((row) => row.scrollTo({ left: 9999 }));
    await until(async () => (await tools.getAttribute('data-more')) === 'start', { what: 'a sign for the way back' });
    await page.context().close();
  });

  it('and the tools are those of the history page, too', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(`${house.address}/history?stock=AAPL&studies=sma20`);
    await until(async () => (await studiesOn(page))[0]?.study === 'sma20', { what: 'the study of the address' });
    for (const name of ['Studies 1', 'Compare', 'Measure', 'Image', 'Full screen']) {
      await page.getByRole('toolbar', { name: 'Chart' }).getByRole('button', { name }).waitFor();
    }
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('are in the picture that is saved of a chart, whose name says stock and range', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(`${house.address}/stock/AAPL?${VIEW}&studies=sma20`);
    await until(async () => (await studiesOn(page)).length === 1, { what: 'the study' });
    const size = await page.locator('.chart').boundingBox();
    await page.getByRole('button', { name: 'Image' }).click();
    const coming = page.waitForEvent('download');
    await page.getByRole('button', { name: /^Save image/ }).click();
    const download = await coming;
    assert.match(download.suggestedFilename(), /^AAPL \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d to .*\d\d\.\d\d\.\d\d\.png$/);
    const bytes: Buffer[] = [];
    for await (const part of await download.createReadStream()) bytes.push(part);
    const png = Buffer.concat(bytes);
    assert.equal(png.subarray(1, 4).toString(), 'PNG');
    assert.ok(png.readUInt32BE(16) >= Math.floor(size?.width ?? 0));
    // Above the chart: its name, its range, two lines of the legend; below it: when it was made.
    assert.ok(png.readUInt32BE(20) >= Math.floor(size?.height ?? 0) + 100);
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('have the whole screen when it is asked for, and give it back', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${house.address}/stock/AAPL?${VIEW}`);
    const button = page.getByRole('button', { name: 'Full screen' });
    await button.click();
    const fills = (): Promise<boolean> =>
      page
        .locator(':is(:fullscreen, .fills-window) .chart')
        .count()
        .then((count) => count > 0);
    await until(fills, { what: 'a chart that fills the screen' });
    await page.getByRole('button', { name: 'Full screen', pressed: true }).click();
    await until(async () => !(await fills()), { what: 'the page again' });
    // A frame or a phone may not allow it.
    await page.evaluate("Element.prototype.requestFullscreen = () => Promise.reject(new TypeError('not allowed'))");
    await button.click();
    await page.locator('.fills-window .chart').waitFor();
    await page.keyboard.press('Escape');
    await until(async () => !(await fills()), { what: 'the page again after Escape' });
    await page.context().close();
  });
});
