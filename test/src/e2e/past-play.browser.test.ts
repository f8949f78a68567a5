import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { openPage, parameter } from '../browser/browser.ts';
import { momentOn, seriesOf } from '../browser/inspected.ts';
import { HOLE, NIGHT } from '../browser/known-holes.ts';
import { browser, house, openHouse } from '../browser/opened-house.ts';
import { chartIsOfMoment, publishPast, QUICK_FROM, QUICK_SECONDS, then } from '../browser/past-moments.ts';
import { until } from '../servers/index.ts';

const QUICK = '/stock/QUICK?interval=1s&span=120';

interface Seen {
  /** Epoch µs. */
  readonly moment: number;
  /** Ticks on the chart since the first one of all, and when its newest candle begins, epoch seconds. */
  readonly count: number;
  readonly last: number;
  /** Time of the stock's newest tick as the board has it, epoch µs. */
  readonly board: number;
}

describe('what is played of the past', () => {
  openHouse(async () => {
    await publishPast(house);
  });

  /** What the page shows, frame by frame, from now on. */
  async function watch(page: Page): Promise<() => Promise<readonly Seen[]>> {
    await page.evaluate(`(() => {
      globalThis.seen = [];
      const look = () => {
        // The moment is read last: what is shown was due by then.
        const bars = tickwatch.series()?.bars ?? [];
        const board = tickwatch.stocks().find(({ stock }) => stock === 'QUICK')?.time ?? 0;
        const count = bars.reduce((sum, bar) => sum + bar[5], 0);
        seen.push({ count, last: bars.at(-1)?.[0] ?? 0, board, moment: tickwatch.moment() });
        requestAnimationFrame(look);
      };
      look();
    })()`);
    return () => page.evaluate<readonly Seen[]>('globalThis.seen');
  }

  const speed = (page: Page, times: number) => page.getByLabel('Speed').selectOption(`${times}`);

  it('comes tick by tick, in order, none early and none twice, at ten times its pace, and holds while it is paused', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(house.address + then(QUICK, QUICK_FROM - 1));
    await page.getByText('Not live').waitFor();
    await until(async () => (await seriesOf(page)) === undefined || (await seriesOf(page))?.ready, { what: 'a page' });
    await speed(page, 10);
    const seen = await watch(page);
    const began = performance.now();
    await page.keyboard.press('p');
    await until(async () => ((await momentOn(page)) ?? 0) > (QUICK_FROM + 20) * 1e6, { what: 'twenty seconds' });
    await page.keyboard.press('p');
    const played = (((await momentOn(page)) ?? 0) - (QUICK_FROM - 1) * 1e6) / 1e6;
    const seconds = (performance.now() - began) / 1000;
    assert.ok(played / seconds <= 11, `${played} s in ${seconds} s`);
    const all = await seen();
    for (const [index, { moment, count, last, board }] of all.entries()) {
      const before = all[index - 1];
      // Ten ticks a second, the first one at QUICK_FROM.
      const due = Math.max(0, Math.floor((moment / 1e6 - QUICK_FROM) * 10 + 1e-6) + 1);
      assert.ok(count <= due, `${count} ticks on the chart, ${due} due`);
      assert.ok(last * 1e6 <= moment && board <= moment, `a tick of ${board} and a candle of ${last} at ${moment}`);
      if (before === undefined) continue;
      assert.ok(moment >= before.moment && count >= before.count && board >= before.board, 'nothing goes back');
    }
    assert.ok(new Set(all.map(({ count }) => count)).size > 5, 'they come one after the other');
    const held = await momentOn(page);
    await chartIsOfMoment(page, house, 'QUICK', 'the chart, paused');
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(await momentOn(page), held);
    await chartIsOfMoment(page, house, 'QUICK', 'the chart, paused for a while');
    assert.equal(parameter(page, 'moment')?.slice(0, 16), new Date((held ?? 0) / 1000).toISOString().slice(0, 16));
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('goes over a hole, which opens and closes on the way', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(house.address + then('/stock/AAPL?interval=1m&span=3600', HOLE.from - 60));
    await chartIsOfMoment(page, house, 'AAPL', 'the chart before the hole');
    await speed(page, 300);
    await page.keyboard.press('p');
    await page.locator('.coverage-strip .missing').first().waitFor();
    await page.keyboard.press('p');
    const inside = (await momentOn(page)) ?? 0;
    assert.ok(inside > HOLE.from * 1e6, String(inside));
    await page.keyboard.press('p');
    await until(async () => ((await momentOn(page)) ?? 0) > (HOLE.to + 120) * 1e6, { what: 'the hole’s end' });
    await page.keyboard.press('p');
    await page.locator('.coverage-strip .missing[aria-label*="1,234 messages"]').first().waitFor();
    await chartIsOfMoment(page, house, 'AAPL', 'the chart behind the hole');
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('leaves out a night, in which nothing comes, when it is told to', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(house.address + then('/stock/AAPL?interval=1m', NIGHT.close + 60));
    await chartIsOfMoment(page, house, 'AAPL', 'the chart after the session');
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await page.getByRole('button', { name: /^Nothing until .*09:30:00 · Skip/ }).click();
    await until(async () => ((await momentOn(page)) ?? 0) >= NIGHT.open * 1e6, { what: 'the next session' });
    await page.keyboard.press('p');
    assert.ok(((await momentOn(page)) ?? 0) < (NIGHT.open + 120) * 1e6);
    await page.getByRole('button', { name: 'Skip' }).waitFor({ state: 'detached' });
    await chartIsOfMoment(page, house, 'AAPL', 'the chart of the next session');
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });

  it('goes on from wherever the page is led while it plays, and all of it has come at the end', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(house.address + then(QUICK, QUICK_FROM + 5));
    await chartIsOfMoment(page, house, 'QUICK', 'the chart as it stood');
    await speed(page, 60);
    await page.keyboard.press('p');
    await until(async () => ((await momentOn(page)) ?? 0) > (QUICK_FROM + 30) * 1e6, { what: 'half of it' });
    await page.getByRole('slider', { name: 'Moment that is shown' }).focus();
    await page.keyboard.press('ArrowLeft');
    await until(async () => ((await momentOn(page)) ?? 0) > (QUICK_FROM + QUICK_SECONDS) * 1e6, { what: 'all of it' });
    await page.keyboard.press('p');
    await chartIsOfMoment(page, house, 'QUICK', 'the chart at the end');
    const bars = (await seriesOf(page))?.bars ?? [];
    assert.equal(
      bars.reduce((sum, bar) => sum + (bar[5] ?? 0), 0),
      QUICK_SECONDS * 10,
    );
    assert.deepEqual(complaints.list, []);
    await page.context().close();
  });
});
