import assert from 'node:assert/strict';
import { availableParallelism, loadavg } from 'node:os';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { openPage } from '../browser/browser.ts';
import { startFlood } from '../browser/flood.ts';
import { liveOf } from '../browser/inspected.ts';
import { browser, house, openHouse } from '../browser/opened-house.ts';
import { until } from '../servers/index.ts';

const STOCKS = Array.from({ length: 300 }, (_, index) => ({
  ...{ stock: `S${String(index).padStart(3, '0')}`, exchange: index % 2 === 0 ? 'NASDAQ' : 'NYSE' },
}));
const TICKS_PER_SECOND = 5000;
const SECONDS = 12;

describe('a board of 300 stocks under 5,000 ticks a second', () => {
  openHouse(undefined, { flags: ['--js-flags=--expose-gc', '--enable-precise-memory-info'] });

  it('draws a good part of the frames that the machine gives any page, and its heap does not grow', {
    timeout: 180_000,
  }, async (context) => {
    await using _flood = startFlood(house, STOCKS, TICKS_PER_SECOND);
    const { page, complaints } = await openPage(browser);
    await page.goto(house.address);
    await until(async () => (await page.locator('tbody tr').count()) > 10, { what: 'the rows' });
    // The page's memory of live ticks is full after ten seconds at this rate, later where the machine is slow.
    await until(async () => (await liveOf(page)).received > 10 * TICKS_PER_SECOND, {
      everyMs: 500,
      what: 'a full memory of ticks',
    });
    // What the machine gives any page just now, with the same flood going on: the figure to hold ours against.
    const { page: blank } = await openPage(browser);
    const possible = (await measure(blank, 4000)).fps;
    await blank.close();
    const before = await measure(page, 1000);
    const run = await measure(page, SECONDS * 1000);
    const received = (await liveOf(page)).received;
    context.diagnostic(
      `${run.fps.toFixed(1)} frames/s (an empty page: ${possible.toFixed(1)}), longest frame ${run.longest.toFixed(0)} ms, ${run.rate.toFixed(0)} ticks/s in the page, ` +
        `heap ${before.heap.toFixed(1)} → ${run.heap.toFixed(1)} MB, ${received} ticks received`,
    );
    assert.ok(run.rate > TICKS_PER_SECOND * 0.5, `only ${run.rate} ticks/s came in`);
    // A ratio within one run, and a loose one: how fast it is says the line above, this is for gross regressions.
    const crowded = (loadavg()[0] ?? 0) > 3 * availableParallelism();
    assert.ok(run.fps >= possible * (crowded ? 0.3 : 0.5), `${run.fps} frames/s, an empty page has ${possible}`);
    assert.ok(run.heap < before.heap + 6, `heap grew from ${before.heap} to ${run.heap} MB`);
    assert.deepEqual(complaints.list, []);
  });
});

interface Measured {
  readonly fps: number;
  readonly longest: number;
  readonly rate: number;
  /** MB after a collection. */
  readonly heap: number;
}

/** Counts frames as the page sees them, over some time. */
function measure(page: Page, millis: number): Promise<Measured> {
  return page.evaluate(`(async () => {
    const start = performance.now();
    const received = globalThis.tickwatch?.live().received ?? 0;
    let frames = 0;
    let longest = 0;
    let last = start;
    await new Promise((resolve) => {
      const frame = (now) => {
        frames++;
        longest = Math.max(longest, now - last);
        last = now;
        if (now - start < ${millis}) requestAnimationFrame(frame);
        else resolve();
      };
      requestAnimationFrame(frame);
    });
    const seconds = (performance.now() - start) / 1000;
    const rate = ((globalThis.tickwatch?.live().received ?? 0) - received) / seconds;
    gc();
    return { fps: frames / seconds, longest, rate, heap: performance.memory.usedJSHeapSize / 1e6 };
  })()`);
}
