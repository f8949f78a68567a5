import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { seriousFaults } from '../browser/axe.ts';
import { openPage } from '../browser/browser.ts';
import { at, cover, recordGap } from '../browser/known-holes.ts';
import { browser, house, openHouse } from '../browser/opened-house.ts';
import { publishTick } from '../browser/prepared.ts';
import { storedStocks } from '../browser/stored.ts';
import { until } from '../servers/index.ts';

const DAY = 86_400;
const WEDNESDAY = 3;

/** Wednesday a week ago, in the middle of a session whatever the season; epoch seconds. */
function lastWednesday(): number {
  const today = Math.floor(Date.now() / 1000 / DAY) * DAY;
  const weekday = new Date(today * 1000).getUTCDay();
  return today - (((weekday - WEDNESDAY + 7) % 7) + 7) * DAY + 16 * 3600;
}

const HOLE = lastWednesday();
/** As the page of a browser in American English writes it: `Wed, Nov 18, 2026`. */
const HOLE_DAY = new Date(HOLE * 1000).toLocaleDateString('en-US', {
  ...{ timeZone: 'UTC', weekday: 'short', year: 'numeric', month: 'short', day: 'numeric' },
} as const);

/** What of an element's look is no colour. */
const LOOK = `(element) => {
  const { backgroundImage, borderTopStyle, borderTopWidth } = getComputedStyle(element);
  return [backgroundImage.split('(')[0], borderTopStyle, borderTopWidth].join(' ');
}`;

describe('the timeline of coverage', () => {
  openHouse(async () => {
    await publishTick(house, 'AAPL', '220.00');
    await publishTick(house, 'TSLA', '700.00');
    await storedStocks(house, 2);
    await cover(house, 'NASDAQ', HOLE - 30 * DAY);
    await cover(house, 'NYSE', HOLE - 30 * DAY);
    await recordGap(house, { exchange: 'NASDAQ', from: HOLE, to: HOLE + 600, messages: 4321 });
  });

  const focused = (page: Page): Promise<string | null> =>
    page.evaluate(`document.activeElement?.getAttribute('aria-label') ?? null`);

  it('has a mark for each of ninety days, whose shape tells its state', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(`${house.address}/system`);
    const day = page.getByRole('button', { name: new RegExp(`^NASDAQ, ${HOLE_DAY}: 1 hole`) });
    await day.waitFor();
    assert.equal(await page.locator('.days').first().locator('.day').count(), 90);
    assert.match(await page.locator('.coverage .scale').innerText(), /^[A-Z][a-z]{2}, [A-Z][a-z]{2} \d+, \d{4}/);
    const looks = new Set<string>();
    for (const state of ['complete', 'holes', 'closed', 'unknown']) {
      looks.add(await page.evaluate<string>(`(${LOOK})(document.querySelector('.days .day.${state}'))`));
    }
    assert.equal(looks.size, 4, [...looks].join('; '));
    await day.hover();
    await page
      .locator('.day-details')
      .getByText(/1 hole.*4,321 messages missing; nobody was listening/)
      .waitFor();
    await page
      .locator('.day-details li')
      .getByText(/^NASDAQ, .*nobody was listening, 4,321 messages/)
      .waitFor();
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('is one stop of the Tab key, and arrows go from day to day and to the other exchange', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${house.address}/system`);
    const days = page.getByRole('toolbar', { name: 'Coverage by day' });
    await days.waitFor();
    assert.equal(await days.locator('[tabindex="0"]').count(), 1);
    await days.locator('[tabindex="0"]').focus();
    const last = await focused(page);
    await page.keyboard.press('ArrowLeft');
    const before = await focused(page);
    assert.notEqual(before, last);
    assert.match(before ?? '', /^NASDAQ, /);
    await page.keyboard.press('ArrowDown');
    assert.match((await focused(page)) ?? '', /^NYSE, /);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowRight');
    assert.equal(await focused(page), last);
    await page.keyboard.press('Home');
    for (let step = 0; step < 90 && !((await focused(page)) ?? '').includes(HOLE_DAY); step++) {
      await page.keyboard.press('ArrowRight');
    }
    await page
      .locator('.day-details li')
      .getByText(/4,321 messages/)
      .waitFor();
    await page.keyboard.press('Tab');
    assert.equal(await days.evaluate((element) => element.contains(element.ownerDocument.activeElement)), false);
    await page.context().close();
  });

  for (const [look, options] of [
    ['on a phone', { viewport: { width: 390, height: 844 } }],
    ['in the dark', { colorScheme: 'dark' }],
    ['in forced colours', { forcedColors: 'active' }],
  ] as const) {
    it(`fits the page and has no serious fault of accessibility ${look}`, async () => {
      const { page } = await openPage(browser, { ...options, reducedMotion: 'reduce' });
      await page.goto(`${house.address}/system`);
      await page.locator('.days .day.holes').first().focus();
      await page.locator('.day-details li').first().waitFor();
      const [wide, room] = await page
        .locator('.coverage')
        .evaluate((element) => [element.scrollWidth, element.clientWidth]);
      assert.ok((wide ?? 0) <= (room ?? 0), `${wide} px in ${room}`);
      assert.deepEqual(await seriousFaults(page), []);
      await page.context().close();
    });
  }

  it('names a hole that is open now first of all, until it ends', async () => {
    const { page } = await openPage(browser);
    let open = true;
    await page.route('**/api/gaps?*', async (route) => {
      const gap = {
        ...{ id: null, lane: 'NASDAQ/0', exchange_name: 'NASDAQ', from_seq: null, to_seq: null, stocks: null },
        ...{ from_time: at(HOLE), to_time: null, messages: null, reason: 'not_listening' },
        ...{ detail: 'the connection is lost', filled: false, filled_stocks: [] },
      };
      await route.fulfill({ json: open ? [gap] : [] });
    });
    await page.goto(`${house.address}/system`);
    await page.getByText(/^Missing now: NASDAQ, since .*: nobody was listening the connection is lost/).waitFor();
    open = false;
    await until(async () => (await page.getByText('Missing now').count()) === 0, { what: 'the end of the hole' });
    await page.context().close();
  });
});
