import assert from 'node:assert/strict';
import { afterEach, describe, it, mock } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { Candle, LiveTick } from '@tickwatch/core';
import type { Followed, TickListener } from '../src/live/live-feed.ts';
import { RecentTicks } from '../src/live/seam.ts';
import { ChartModel, type ChartModelOptions } from '../src/stock/chart-model.ts';

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

interface Answered {
  readonly candles: readonly Candle[];
  readonly position: number | undefined;
  readonly last: number;
  /** What happens after it is made and before it is there. */
  readonly meanwhile?: () => void;
}

/** Answers of `/api/candles`, one after the other; the last one again and again. */
function answer(...answers: Answered[]): void {
  mock.method(globalThis, 'fetch', async (path: string) => {
    // The tick next to a range: there is one before it, and none after it.
    if (path.startsWith('/api/prices/'))
      return new Response(JSON.stringify(path.includes('start_time') ? [] : [{ timestamp: time(-90) }]));
    const { candles, position, last, meanwhile } = (answers.length > 1 ? answers.shift() : answers[0]) ?? assert.fail();
    meanwhile?.();
    const reached = position === undefined ? '' : `NASDAQ/0=${position}`;
    const headers = { 'X-Position': reached, 'X-Last-Tick': time(last), 'X-Last-Seq': String(position ?? 0) };
    return new Response(JSON.stringify(candles), { headers });
  });
}

async function shown(
  feed: FakeFeed,
  options: Partial<ChartModelOptions> = {},
  to = Number.POSITIVE_INFINITY,
): Promise<ChartModel> {
  const model = new ChartModel({
    ...{ name: { stock: 'AAPL', exchange: undefined }, live: feed, interval: '1m', zone: 'UTC', newest: 0 },
    ...{ onChange: () => {}, onMoment: () => {} },
    ...options,
  });
  await model.show({ from: MINUTE, to });
  return model;
}

/** Resolves when the first bar counts so many ticks. */
async function counted(model: ChartModel, count: number): Promise<void> {
  const until = performance.now() + 60_000;
  while (model.window.bars[0]?.count !== count && performance.now() < until) await setTimeout(10);
  assert.equal(bar(model).count, count);
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

  for (const [when, cuts] of [
    ['opened', 1],
    ['opened and again while that is mended', 2],
  ] as const) {
    it(`hold what was missed while the chart was being ${when}, though nothing more comes`, async () => {
      const feed = new FakeFeed();
      // Each answer was made before the cut, which ticks 6 and 7 fell into.
      const behind = { candles: [candle(12, 5)], position: 5, last: 30, meanwhile: () => feed.cut() };
      answer(...Array.from({ length: cuts }, () => behind), { candles: [candle(14, 7)], position: 7, last: 32 });
      const model = await shown(feed);
      await counted(model, 7);
      model.dispose();
    });
  }

  it('are asked for once when the cut was before they were', async () => {
    let asked = 0;
    const feed = new FakeFeed();
    answer({ candles: [candle(12, 5)], position: 5, last: 30, meanwhile: () => asked++ });
    feed.ready = async () => feed.cut();
    const model = await shown(feed);
    await setTimeout(200);
    assert.equal(asked, 1);
    model.dispose();
  });

  describe('of the past', () => {
    const end = MINUTE + 60;

    it('take a late tick, and hold one that was missed', async () => {
      answer(
        { candles: [candle(12, 5)], position: 5, last: 30 },
        // It fell among them: only the database knows where.
        { candles: [candle(12, 6)], position: 6, last: 30 },
        { candles: [candle(12, 7)], position: 7, last: 30 },
      );
      const feed = new FakeFeed();
      const model = await shown(feed, {}, end);
      assert.equal(model.window.live, false);
      feed.tick(6, 20, 19);
      assert.deepEqual(bar(model), { close: 12, count: 6 });
      feed.cut();
      await counted(model, 7);
      assert.deepEqual([model.window.start, model.window.end], [MINUTE, end]);
      model.dispose();
    });

    it('stay what they were where the range was asked to end there', async () => {
      let asked = 0;
      answer({ candles: [candle(12, 5)], position: 5, last: 30, meanwhile: () => asked++ });
      const feed = new FakeFeed();
      const model = await shown(feed, { bounds: { from: MINUTE, to: end } });
      feed.tick(6, 20, 19);
      feed.cut();
      await setTimeout(200);
      assert.deepEqual([bar(model), asked], [{ close: 12, count: 5 }, 1]);
      model.dispose();
    });

    it('miss no late tick while they are led to now, whichever is sooner: the answer or the tick', async () => {
      answer(
        { candles: [candle(12, 5)], position: 5, last: 30 },
        { candles: [], position: 7, last: 0 },
        { candles: [candle(12, 7)], position: 7, last: 30 },
      );
      const feed = new FakeFeed();
      const model = await shown(feed, {}, end);
      await model.loadNewer();
      assert.equal(model.window.live, true);
      feed.tick(6, 20, 19);
      feed.tick(7, 21, 19);
      await counted(model, 7);
      model.dispose();
    });
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
    const moved = model.show({ from: MINUTE - 86_400, to: MINUTE + 60 });
    await Promise.all([moved, model.loadOlder()]);
    assert.equal(model.window.start, MINUTE - 86_400);
    model.dispose();
  });

  it('are drawn anew when old ones are let go, so that what is drawn does not grow either', async () => {
    answer({ candles: [], position: undefined, last: 0 });
    const feed = new FakeFeed();
    const changes = new Set<string>();
    const model = await shown(feed, { interval: '1s', onChange: (change) => changes.add(change) });
    feed.tick(1, 1, 10);
    changes.clear();
    for (let second = 2; model.window.start < MINUTE + 1; second++) feed.tick(second, second, 10);
    assert.deepEqual([...changes], ['last', 'order']);
    model.dispose();
  });
});
