import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { TickListener } from '../src/live/live-feed.ts';
import { WarmUp } from '../src/stock/studies/warm-up.ts';
import { followWith } from './live-ticks.ts';

const T0 = Date.parse('2026-11-22T10:00:00Z') / 1000;
const WANTED = { interval: '1m', before: T0, count: 1 } as const;

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('Z', '000Z');
}

/** What the database has as the close of each minute; undefined: it can't be reached. */
let close: number | undefined = 10;

function answer(path: string): Response {
  if (close === undefined) return new Response('{}', { status: 503 });
  const url = new URL(path, 'http://page');
  const [start, end] = ['start_time', 'end_time'].map((name) => Number(url.searchParams.get(name)) / 1e6);
  if (url.pathname.startsWith('/api/prices/')) return Response.json([{ timestamp: iso(Math.floor(end ?? 0)) }]);
  const candles = [];
  for (let time = start ?? 0; time < (end ?? 0); time += 60)
    candles.push({ time: iso(time), open: 1, high: 1, low: 1, close, count: 1, average: 1, complete: true });
  return Response.json(candles);
}

async function settled(): Promise<void> {
  for (let turns = 0; turns < 50; turns++) await turn();
}

async function warmUp() {
  let listener: TickListener | undefined;
  const follow = followWith((one) => {
    listener = one;
  });
  const warm = new WarmUp({
    ...{ name: { stock: 'AAPL', exchange: undefined }, zone: 'UTC', live: { follow } },
    onLoaded: () => {},
  });
  warm.want(WANTED);
  await settled();
  assert.equal(warm.bars.at(-1)?.close, 10);
  const late = (time: number) =>
    listener?.onTicks('NASDAQ/0', [
      { stock_name: 'AAPL', exchange_name: 'NASDAQ', price: 1, timestamp: iso(time), seq: 1 },
    ]);
  return { warm, late, cut: () => listener?.onBreak() };
}

describe('candles before a chart’s window', () => {
  beforeEach(() => {
    close = 10;
    mock.method(globalThis, 'fetch', async (path: string) => answer(path));
    mock.timers.enable({ apis: ['setTimeout'] });
  });
  afterEach(() => {
    mock.timers.reset();
    mock.restoreAll();
  });

  it('are loaded again after a cut, for late ticks may have been missed', async () => {
    const { warm, cut } = await warmUp();
    close = 20;
    cut();
    mock.timers.tick(2000);
    await settled();
    assert.equal(warm.bars.at(-1)?.close, 20);
    warm.dispose();
  });

  it('are loaded again for a late tick, also when more of them could not be loaded meanwhile', async () => {
    const { warm, late } = await warmUp();
    close = undefined;
    late(T0 - 90);
    warm.want({ ...WANTED, count: 500 });
    await settled();
    close = 20;
    mock.timers.tick(2000);
    await settled();
    assert.ok(warm.bars.length >= 500);
    assert.deepEqual([...new Set(warm.bars.map((bar) => bar.close))], [20]);
    warm.dispose();
  });

  it('are loaded again for a late tick that fell into what was just being loaded', async () => {
    const { warm, late } = await warmUp();
    warm.want({ ...WANTED, count: 100 });
    late(T0 - 90 * 60);
    await settled();
    close = 20;
    mock.timers.tick(2000);
    await settled();
    assert.deepEqual([...new Set(warm.bars.map((bar) => bar.close))], [20]);
    warm.dispose();
  });
});
