import assert from 'node:assert/strict';
import { afterEach, describe, it, mock } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { LiveFeed } from '../src/live/live-feed.ts';
import { readChoices } from '../src/stock/chart-choices.ts';
import { ChartLoads } from '../src/stock/chart-loads.ts';
import { followWith } from './live-ticks.ts';

const DAY = 86_400;
const T0 = Date.parse('2026-11-20T10:00:00Z') / 1000;

const live = { follow: followWith() } as unknown as LiveFeed;

/** Of one-minute candles, at a range of the past that is on the chart. */
async function loadsOf(query: string): Promise<ChartLoads> {
  mock.method(globalThis, 'fetch', async () => {
    const time = new Date(T0 * 1000).toISOString();
    const candle = { time, open: 1, high: 1, low: 1, close: 1, count: 9, average: 1, complete: true };
    return new Response(JSON.stringify([candle]));
  });
  const range = { from: T0 - 600, to: T0 + 600 };
  const loads = new ChartLoads(
    {
      ...{ name: { stock: 'AAPL', exchange: undefined }, live, zone: 'utc', range, newest: 0 },
      ...{ exchanges: () => [], choices: readChoices(new URLSearchParams(query), 'candles') },
      rangeThen: async () => range,
    },
    () => {},
    () => {},
  );
  await loads.load(range);
  assert.ok(loads.isArrived);
  loads.settle();
  return loads;
}

describe('what a chart loads', () => {
  afterEach(() => mock.restoreAll());

  it('is not taken for what is there yet, though that has the same candles', async () => {
    const loads = await loadsOf('interval=1m');
    const loading = loads.load({ from: T0 - DAY, to: T0 - DAY + 600 });
    assert.ok(!loads.isArrived);
    await loading;
    assert.ok(loads.isArrived);
    loads.model.dispose();
  });

  it('is not there either while it can’t be loaded', async () => {
    const loads = await loadsOf('interval=1m');
    mock.method(globalThis, 'fetch', async () => new Response('{}', { status: 503 }));
    await loads.load({ from: T0 - DAY, to: T0 - DAY + 600 });
    assert.ok(!loads.isArrived);
    loads.model.dispose();
  });

  it('for a zoom is shown where the zoom has gone meanwhile', async () => {
    const loads = await loadsOf('');
    const zoomed = (places: number) => {
      const to = T0 + 600;
      return [
        { from: 0, to: places },
        { from: to - places * 5, to },
      ] as const;
    };
    loads.moved(...zoomed(2000), 240);
    assert.equal(loads.interval.peek(), '1m');
    assert.ok(loads.movedOn(...zoomed(2900)));
    await arrival(loads);
    assert.deepEqual(loads.target, { from: T0 + 600 - 2900 * 5, to: T0 + 600 });
    assert.ok(!loads.replaced());
    // Farther than what was asked for.
    loads.settle();
    loads.moved({ from: 0, to: 2000 }, { from: T0 - 120_000, to: T0 }, 240);
    loads.movedOn({ from: 0, to: 40_000 }, { from: T0 - 40_000 * 60, to: T0 });
    await arrival(loads);
    assert.ok(loads.replaced());
    await arrival(loads);
    assert.ok(loads.model.window.start <= T0 - 40_000 * 60);
    assert.ok(!loads.replaced());
    loads.model.dispose();
  });

  it('for a range that was chosen stays that, wherever the old candles are moved meanwhile', async () => {
    const loads = await loadsOf('');
    const range = { from: T0 - DAY, to: T0 - DAY + 600 };
    const loading = loads.load(range);
    assert.ok(!loads.movedOn({ from: 0, to: 2000 }, { from: T0 - 9400, to: T0 + 600 }));
    await loading;
    assert.deepEqual(loads.target, range);
    loads.model.dispose();
  });
});

async function arrival(loads: ChartLoads): Promise<void> {
  for (const end = performance.now() + 60_000; !loads.isArrived; ) {
    assert.ok(performance.now() < end, 'nothing came');
    await turn();
  }
}
