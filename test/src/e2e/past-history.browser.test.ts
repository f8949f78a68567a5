import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { allFaults } from '../browser/axe.ts';
import { openPage } from '../browser/browser.ts';
import { momentOn, seriesOf } from '../browser/inspected.ts';
import { at, HOLE, NIGHT } from '../browser/known-holes.ts';
import { layoutFaults } from '../browser/layout.ts';
import { browser, house, openHouse } from '../browser/opened-house.ts';
import { publishPast, then } from '../browser/past-moments.ts';
import { until } from '../servers/index.ts';

const HOUR = 3600;
const RANGE = `/history?stock=AAPL&start=${at(NIGHT.open)}&end=${at(NIGHT.open + HOUR)}`;
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const LYING = { ...PHONE, viewport: { width: 844, height: 390 } };

describe('the history at a moment of the past', () => {
  openHouse(async () => {
    await publishPast(house);
  });

  /** How many ticks the figures tell, and how many the API has of the range up to a moment, epoch µs. */
  const figure = async (page: Page): Promise<string> =>
    (await page.locator('.history .figure', { hasText: 'Ticks' }).first().locator('dd').textContent()) ?? '';
  async function counted(until: number): Promise<string> {
    const query = new URLSearchParams({ start_time: at(NIGHT.open), end_time: String(until) });
    const answer = await fetch(`${house.address}/api/average/AAPL?${query}`);
    return String(((await answer.json()) as { count: number }).count);
  }

  it('has the figures, the candles, the prices and the file of what was known then', async () => {
    const { page, complaints } = await openPage(browser);
    const moment = (NIGHT.open + 600) * 1e6;
    await page.goto(house.address + then(RANGE, moment / 1e6));
    const expected = await counted(moment);
    await until(async () => (await figure(page)) === expected, { what: 'the figures then' });
    await until(async () => (await seriesOf(page))?.bars.at(-1)?.[0] === moment / 1e6, { what: 'the candles then' });
    await page.getByRole('button', { name: /Oldest first/ }).click();
    await page.locator('.prices tbody tr', { hasText: '09:40:00.000000' }).first().waitFor();
    assert.equal(await page.locator('.prices tbody tr', { hasText: '09:40:15' }).count(), 0);
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: /^NDJSON/ }).click();
    const file = await saved;
    assert.match(file.suggestedFilename(), /_2024-03-06T144000\.ndjson$/);
    const lines = (await (await file.createReadStream()).toArray()).join('').trim().split('\n');
    assert.equal(lines.length, Number(expected));
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('goes with the page: farther, to before its range, and back to live', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(house.address + then(RANGE, NIGHT.open + 600));
    await until(async () => (await figure(page)) === (await counted((NIGHT.open + 600) * 1e6)), { what: 'figures' });
    await page.keyboard.press('h');
    await until(async () => (await momentOn(page)) === HOLE.from * 1e6, { what: 'the hole' });
    await until(async () => (await figure(page)) === (await counted(HOLE.from * 1e6)), { what: 'figures there' });
    const slider = page.getByRole('slider', { name: 'Moment that is shown' });
    await slider.focus();
    await page.keyboard.press('Home');
    await page.getByText('This range lies ahead').waitFor();
    await page.keyboard.press('n');
    await until(async () => (await figure(page)) === (await counted((NIGHT.open + HOUR) * 1e6)), { what: 'all of it' });
    assert.equal(await page.getByText('The range has no end yet').count(), 0);
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('begins presets such as the last quarter of an hour before the moment', async () => {
    const { page, complaints } = await openPage(browser);
    const moment = NIGHT.open + 1200;
    await page.goto(house.address + then('/history?stock=AAPL', moment));
    await page.getByRole('button', { name: '15 min' }).click();
    await until(() => Promise.resolve(new URL(page.url()).searchParams.get('end')), { what: 'an end' });
    const { searchParams } = new URL(page.url());
    assert.equal(Date.parse(searchParams.get('end') ?? '') / 1000, moment);
    assert.equal(Date.parse(searchParams.get('start') ?? '') / 1000, moment - 900);
    await until(async () => (await figure(page)) === '61', { what: 'the ticks of it' });
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  for (const [view, address] of [
    ['a chart', '/stock/AAPL?interval=1m'],
    ['charts side by side', '/split?charts=AAPL~LATE'],
    ['the history', RANGE],
  ] as const) {
    it(`can be read by all and fits on a phone: ${view}`, async () => {
      for (const options of [{}, { colorScheme: 'dark' as const }, PHONE, LYING]) {
        const { page, complaints } = await openPage(browser, options);
        await page.goto(house.address + then(address, HOLE.from + 300));
        await page.getByText('Not live').first().waitFor();
        await until(async () => (await seriesOf(page))?.ready, { what: 'a chart' });
        await page.getByRole('button', { name: 'Next tick' }).waitFor();
        assert.deepEqual(await allFaults(page), []);
        assert.deepEqual(await layoutFaults(page), []);
        assert.deepEqual(complaints.list, []);
        await page.context().close();
      }
    });
  }
});
