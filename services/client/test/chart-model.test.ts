import assert from 'node:assert/strict';
import { afterEach, describe, it, mock } from 'node:test';
import type { Candle, LiveTick } from '@tickwatch/core';
import type { Followed, TickListener } from '../src/live/live-feed.ts';
import { RecentTicks } from '../src/live/seam.ts';
import type { WindowChange } from '../src/stock/candle-window.ts';
import { ChartModel } from '../src/stock/chart-model.ts';

const MINUTE = Date.parse('2026-11-22T10:00:00Z') / 1000;

/** The page's live feed, without a connection. */
class FakeFeed {
  #recent = new RecentTicks();
  readonly #listeners = new Set<TickListener>();

  ready = async (): Promise<void> => {};
  *recent(): Iterable<readonly [string, readonly LiveTick[]]> {
    yield ['NASDAQ/0', this.#recent.ticks];
  }
  follow(_name: unknown, _exchanges: unknown, listener: TickListener): Followed {
    this.#listeners.add(listener);
    const end = () => this.#listeners.delete(listener);
    return { ready: () => this.ready(), recent: () => this.recent(), end };
  }
  /** A tick at this second of the minute. */
  tick(seq: number, second: number, price: number): void {
    const { fresh } = this.#recent.add([
      { stock_name: 'AAPL', exchange_name: 'NASDAQ', price, timestamp: time(second), seq },
    ]);
    for (const listener of this.#listeners) listener.onTicks('NASDAQ/0', fresh);
  }
  /** The connection was cut, and what was missed can't be sent again. */
  cut(): void {
    this.#recent = new RecentTicks();
    for (const listener of this.#listeners) listener.onBreak();
  }
}

function time(second: number): string {
  return new Date((MINUTE + second) * 1000).toISOString().replace('Z', '000Z');
}

function candle(close: number, count: number): Candle {
  return { time: time(0), open: 10, high: 20, low: 10, close, count, average: 10, complete: true };
}

/** Answers of `/api/candles`, one after the other; the last one again and again. */
function answer(...answers: { candles: readonly Candle[]; position: number | undefined; last: number }[]): void {
  mock.method(globalThis, 'fetch', async () => {
    const { candles, position, last } = (answers.length > 1 ? answers.shift() : answers[0]) ?? assert.fail();
    const reached = position === undefined ? '' : `NASDAQ/0=${position}`;
    const headers = { 'X-Position': reached, 'X-Last-Tick': time(last), 'X-Last-Seq': String(position ?? 0) };
    return new Response(JSON.stringify(candles), { headers });
  });
}

async function shown(
  feed: FakeFeed,
  interval: '1s' | '1m' = '1m',
  onChange: (change: WindowChange) => void = () => {},
): Promise<ChartModel> {
  const name = { stock: 'AAPL', exchange: undefined };
  const model = new ChartModel({ name, live: feed, interval, zone: 'UTC', newest: 0, onChange, onMoment: () => {} });
  await model.show({ from: MINUTE, to: Number.POSITIVE_INFINITY });
  return model;
}

const bar = (model: ChartModel) => {
  const { close, count } = model.window.bars[0] ?? assert.fail('there is no bar');
  return { close, count };
};

describe('the candles of a chart', () => {
  afterEach(() => mock.restoreAll());

  it('keep their close when a tick comes later than ticks that only history has', async () => {
    answer({ candles: [candle(12, 5)], position: 5, last: 30 });
    const feed = new FakeFeed();
    const model = await shown(feed);
    feed.tick(6, 20, 19);
    assert.deepEqual(bar(model), { close: 12, count: 6 });
    feed.tick(7, 31, 13);
    assert.deepEqual(bar(model), { close: 13, count: 7 });
    model.dispose();
  });

  it('keep it also when such a tick came while history was being loaded after a cut', async () => {
    answer({ candles: [candle(10, 1)], position: 1, last: 1 }, { candles: [candle(12, 5)], position: 5, last: 30 });
    const feed = new FakeFeed();
    const model = await shown(feed);
    feed.cut();
    const reloaded = model.show({ from: MINUTE, to: Number.POSITIVE_INFINITY });
    // Later than all that the page has seen, earlier than what it missed.
    feed.tick(6, 20, 19);
    await reloaded;
    assert.deepEqual(bar(model), { close: 12, count: 6 });
    feed.tick(7, 31, 13);
    assert.deepEqual(bar(model), { close: 13, count: 7 });
    model.dispose();
  });

  it('are known to be of another range until those that were asked for are there, but not while a cut is mended', async () => {
    answer({ candles: [candle(10, 1)], position: 1, last: 1 });
    const feed = new FakeFeed();
    const model = await shown(feed);
    assert.equal(model.changing.peek(), false);
    const moved = model.show({ from: MINUTE - 600, to: MINUTE + 60 });
    assert.equal(model.changing.peek(), true);
    await moved;
    assert.equal(model.changing.peek(), false);
    feed.cut();
    assert.equal(model.changing.peek(), false);
    model.dispose();
  });

  it('close with the last tick that came of a time stamp, whatever its price', async () => {
    answer({ candles: [candle(12, 5)], position: 5, last: 30 });
    const feed = new FakeFeed();
    const model = await shown(feed);
    feed.tick(6, 30, 11);
    assert.deepEqual(bar(model), { close: 11, count: 6 });
    for (const [seq, price] of [
      [7, 10],
      [8, 12],
      [9, 11],
    ] as const) {
      feed.tick(seq, 31, price);
      assert.deepEqual(bar(model), { close: price, count: seq });
    }
    model.dispose();
  });

  it('hold what came live while history, which was empty, was being loaded', async () => {
    answer({ candles: [], position: undefined, last: 0 });
    const feed = new FakeFeed();
    const loading = shown(feed);
    feed.tick(1, 20, 11);
    feed.tick(2, 21, 12);
    const model = await loading;
    assert.deepEqual(bar(model), { close: 12, count: 2 });
    model.dispose();
  });

  it('are not mixed with older ones that were asked for before another range was shown', async () => {
    answer({ candles: [candle(10, 1)], position: 1, last: 1 });
    const model = await shown(new FakeFeed());
    const { fetch } = globalThis;
    mock.method(globalThis, 'fetch', (path: string) =>
      path.startsWith('/api/prices/')
        ? Promise.resolve(new Response(JSON.stringify([{ timestamp: time(-90) }])))
        : fetch(path),
    );
    const moved = model.show({ from: MINUTE - 86_400, to: MINUTE + 60 });
    await Promise.all([moved, model.loadOlder()]);
    assert.equal(model.window.start, MINUTE - 86_400);
    model.dispose();
  });

  it('are drawn anew when old ones are let go, so that what is drawn does not grow either', async () => {
    answer({ candles: [], position: undefined, last: 0 });
    const feed = new FakeFeed();
    const changes = new Set<string>();
    const model = await shown(feed, '1s', (change) => changes.add(change));
    feed.tick(1, 1, 10);
    changes.clear();
    for (let second = 2; model.window.start < MINUTE + 1; second++) feed.tick(second, second, 10);
    assert.deepEqual([...changes], ['last', 'order']);
    model.dispose();
  });
});
