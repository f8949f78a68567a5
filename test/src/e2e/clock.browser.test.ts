import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { openPage } from '../browser/browser.ts';
import { liveOf, seriesOf, visibleOn } from '../browser/inspected.ts';
import { browser, house, openHouse } from '../browser/opened-house.ts';
import { publishHours, publishTick } from '../browser/prepared.ts';
import { setClockShift, shiftClock } from '../browser/shifted-clock.ts';
import { until } from '../servers/index.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const WRONG = [
  [5 * MINUTE, 'Clock 5 min ahead'],
  [-5 * MINUTE, 'Clock 5 min behind'],
  [HOUR, 'Clock 1 h 00 ahead'],
  [-HOUR, 'Clock 1 h 00 behind'],
] as const;

describe('a page on a machine whose clock is wrong', () => {
  let ticking: ReturnType<typeof setInterval>;

  // It ends before the house does.
  after(() => clearInterval(ticking));
  openHouse(async () => {
    await publishHours(house);
    // All of them: on a day of trading one that is silent for a minute is told in the status.
    ticking = setInterval(() => {
      for (const stock of ['AAPL', 'MSFT', 'TSLA', 'DIS'])
        void publishTick(house, stock, (220 + Math.random()).toFixed(2));
    }, 500);
  });

  for (const [shift, warning] of WRONG) {
    it(`shows prices live and a chart up to now, and says: ${warning}`, async () => {
      const { page, complaints } = await openPage(browser);
      await shiftClock(page, shift);
      await page.goto(house.address);
      await until(async () => (await statusOf(page)).includes(warning), { what: `“${warning}”` });
      assert.doesNotMatch(await statusOf(page), /silent/i);
      const row = page.locator('tbody tr', { hasText: 'AAPL' });
      await until(async () => /^(now|\d s)$/.test((await row.locator('[data-cell=age]').textContent()) ?? ''), {
        what: 'an age of seconds',
      });
      await page.goto(`${house.address}/stock/AAPL`);
      await until(async () => (await seriesOf(page))?.ready === true, { what: 'the series' });
      await until(async () => (await visibleOn(page)) !== undefined, { what: 'the chart' });
      const now = Date.now() / 1000;
      const bars = (await seriesOf(page))?.bars ?? [];
      assert.ok(bars.length > 60, `${bars.length} bars`);
      assert.ok(Math.abs((bars.at(-1)?.[0] ?? 0) - now) < 60, 'the newest bar is not of now');
      const visible = await visibleOn(page);
      assert.ok(visible !== undefined && Math.abs(now - visible.from - 900) < 120, JSON.stringify(visible));
      assert.deepEqual(complaints.list, []);
      await page.close();
    });
  }

  it('notices when the clock is set while the page is open, and goes by the server’s all the time', async () => {
    const { page, complaints } = await openPage(browser);
    await shiftClock(page, 0);
    await page.goto(house.address);
    await until(async () => (await liveOf(page)).received > 0, { what: 'live ticks' });
    const row = page.locator('tbody tr', { hasText: 'AAPL' });
    for (const [shift, warning] of [
      [HOUR, 'Clock 1 h 00 ahead'],
      [-5 * MINUTE, 'Clock 5 min behind'],
    ] as const) {
      await setClockShift(page, shift);
      await until(async () => (await statusOf(page)).includes(warning), { what: `“${warning}”` });
      await until(async () => /^(now|\d s)$/.test((await row.locator('[data-cell=age]').textContent()) ?? ''), {
        what: 'an age of seconds',
      });
    }
    await setClockShift(page, 0);
    await until(async () => !(await statusOf(page)).includes('Clock'), { what: 'no warning' });
    assert.deepEqual(complaints.list, []);
    await page.close();
  });
});

async function statusOf(page: Page): Promise<string> {
  return (await page.locator('.status').textContent()) ?? '';
}
