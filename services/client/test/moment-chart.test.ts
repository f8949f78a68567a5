import assert from 'node:assert/strict';
import { afterEach, describe, it, mock } from 'node:test';
import { type Gap, parseTime } from '@tickwatch/core';
import type { Market } from '../src/board/market.ts';
import { HistoryQuestion } from '../src/history/history-question.ts';
import type { LiveFeed } from '../src/live/live-feed.ts';
import { goLive, goToMoment } from '../src/moment/moment.ts';
import { PageFeed } from '../src/moment/page-feed.ts';
import { ChartModel } from '../src/stock/chart-model.ts';
import { holeThen } from '../src/stock/hole-then.ts';
import { KnownStock } from '../src/stock/known-stock.ts';
import { rangeNow } from '../src/stock/wanted-range.ts';
import { followWith } from './live-ticks.ts';

const T0 = Date.parse('2026-11-22T10:00:00Z') / 1000;
const LIVE: LiveFeed = {
  state: { peek: () => ({ state: 'live', since: 0 }) } as LiveFeed['state'],
  received: 0,
  watch: () => {},
  ready: async () => {},
  board: () => () => {},
  recentBoard: () => [],
  follow: followWith(),
};

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('Z', '000Z');
}

/** The API, of a stock that ticked once a minute from {@link T0} on, up to ten minutes ago. */
function answer(path: string): Response {
  const { pathname, searchParams: query } = new URL(path, 'http://page');
  const end = (parseTime(query.get('end_time') ?? query.get('time') ?? '') ?? (T0 + 1800) * 1e6) / 1e6;
  const minutes = Math.floor((end - T0) / 60);
  if (pathname === '/api/board')
    return Response.json(
      minutes < 0 ? [] : [{ stock_name: 'AAPL', exchange_name: 'NASDAQ', timestamp: iso(T0 + minutes * 60) }],
    );
  if (pathname.startsWith('/api/average/')) return Response.json({ count: minutes + 1, complete: true, holes: [] });
  const candles = Array.from({ length: minutes + 1 }, (_, minute) => ({
    ...{ time: iso(T0 + minute * 60), open: minute, high: minute, low: minute, close: minute },
    ...{ count: 1, average: minute, complete: true },
  }));
  return Response.json(candles);
}

async function settled(): Promise<void> {
  for (let turns = 0; turns < 20; turns++) await new Promise((resolve) => setImmediate(resolve));
}

describe('under a moment of the past', () => {
  afterEach(() => {
    goLive();
    mock.restoreAll();
  });

  it('a chart holds nothing that came after it, from the leap on, and asks for what is to be shown', async () => {
    mock.method(globalThis, 'fetch', async (path: string) => answer(path));
    let leaps = 0;
    const model = new ChartModel({
      ...{ name: { stock: 'AAPL', exchange: undefined }, live: new PageFeed(LIVE), interval: '1m', zone: 'UTC' },
      ...{ newest: 0, onChange: () => {}, onMoment: () => leaps++ },
    });
    const range = { from: T0, to: Number.POSITIVE_INFINITY };
    await model.show(range);
    assert.equal(model.window.bars.length, 31);
    goToMoment((T0 + 630) * 1e6);
    assert.equal(leaps, 1);
    // The candle that runs at the moment is no whole one yet.
    assert.equal(model.window.bars.at(-1)?.time, T0 + 9 * 60);
    await model.show(range);
    assert.equal(model.window.bars.at(-1)?.time, T0 + 10 * 60);
    // The newest of the moment that is left may be half a candle at the one that is shown now.
    goToMoment((T0 + 1230) * 1e6);
    assert.equal(model.window.bars.at(-1)?.time, T0 + 9 * 60);
    goLive();
    await model.show(range);
    assert.equal(model.window.bars.length, 31);
    model.dispose();
  });

  it('a chart counts a tick once that is of before the moment and comes after it', async () => {
    mock.method(globalThis, 'fetch', async (path: string) => answer(path));
    const feed = new PageFeed(LIVE);
    const model = new ChartModel({
      ...{ name: { stock: 'AAPL', exchange: undefined }, live: feed, interval: '1m', zone: 'UTC' },
      ...{ newest: 0, onChange: () => {}, onMoment: () => {} },
    });
    goToMoment((T0 + 630) * 1e6);
    await model.show({ from: T0, to: Number.POSITIVE_INFINITY });
    feed.playFrom(() => []);
    const counts = () => model.window.bars.slice(-2).map(({ count }) => count);
    const tick = (seconds: number, seq: number) => ({
      ...{ stock_name: 'AAPL', exchange_name: 'NASDAQ', price: 5, timestamp: iso(T0 + seconds), seq },
    });
    assert.deepEqual(counts(), [1, 1]);
    feed.play('NASDAQ/0', [tick(631, 1), tick(600, 2), tick(540, 3)]);
    assert.deepEqual(counts(), [1, 2]);
    // A candle that is loaded again is of a later moment than the rest.
    const late = { price: 5, lane: 'NASDAQ/0', seq: 9, latest: false } as const;
    assert.equal(model.window.take({ ...late, time: T0 + 630 }), 'none');
    assert.equal(model.window.take({ ...late, time: T0 + 630.000001 }), 'last');
    model.dispose();
  });

  it('an answer that is on its way when the page leaps is of another moment, and is not shown', async () => {
    const model = new ChartModel({
      ...{ name: { stock: 'AAPL', exchange: undefined }, live: new PageFeed(LIVE), interval: '1m', zone: 'UTC' },
      ...{ newest: 0, onChange: () => {}, onMoment: () => {} },
    });
    let send: () => void = () => {};
    mock.method(globalThis, 'fetch', async (path: string) => {
      await new Promise<void>((resolve) => {
        send = resolve;
      });
      return answer(path);
    });
    const shown = model.show({ from: T0, to: Number.POSITIVE_INFINITY });
    await settled();
    goToMoment((T0 + 630) * 1e6);
    send();
    await shown;
    assert.equal(model.window.bars.length, 0);
    model.dispose();
  });

  it('a stock is not known that had no tick yet, and is known again later', async () => {
    mock.method(globalThis, 'fetch', async (path: string) => answer(path));
    const known = new KnownStock({ stock: 'AAPL', exchange: undefined }, { rows: new Map() } as unknown as Market);
    await settled();
    assert.equal(known.state.peek(), 'known');
    goToMoment((T0 - 60) * 1e6);
    await known.atMoment();
    assert.equal(known.state.peek(), 'unknown');
    assert.equal(known.lastTick(), undefined);
    goToMoment((T0 + 630) * 1e6);
    await known.atMoment();
    assert.equal(known.state.peek(), 'known');
    assert.equal(known.lastTick(), T0 + 600);
    known.dispose();
  });

  it('a question about the past ends at the moment, goes on while it is before its end, and lies ahead before its begin', async () => {
    mock.method(globalThis, 'fetch', async (path: string) => answer(path));
    const query = { stock: 'AAPL', exchange: undefined, start: T0 * 1e6, end: (T0 + 1200) * 1e6, cursor: undefined };
    const question = new HistoryQuestion({ ...query, order: 'asc' }, new PageFeed(LIVE));
    const end = question.start();
    const answered = async () => {
      await settled();
      const told = question.answer.peek();
      return { count: told.state === 'ready' ? told.average.count : told.state, goesOn: question.isLive.peek() };
    };
    assert.deepEqual(await answered(), { count: 21, goesOn: false });
    goToMoment((T0 + 630) * 1e6);
    assert.equal(question.changing.peek(), true);
    assert.deepEqual(await answered(), { count: 11, goesOn: true });
    goToMoment((T0 - 60) * 1e6);
    assert.deepEqual(await answered(), { count: 'ahead', goesOn: true });
    goLive();
    assert.deepEqual(await answered(), { count: 21, goesOn: false });
    end();
  });

  it('a hole that goes on has no end, and nobody has counted what it costs', () => {
    const hole = { from_time: iso(T0), to_time: iso(T0 + 60), messages: 7 } as Gap;
    assert.equal(holeThen(hole, undefined), hole);
    assert.equal(holeThen(hole, (T0 + 61) * 1e6), hole);
    const open = holeThen(hole, (T0 + 30) * 1e6);
    assert.deepEqual([open.to_time, open.messages], [null, null]);
  });

  it('a range that lies ahead is shown as long before the moment', () => {
    const ahead = { kind: 'past', from: T0, to: T0 + 600 } as const;
    assert.deepEqual(rangeNow(ahead, T0 - 60), { from: T0 - 660, to: Number.POSITIVE_INFINITY });
    assert.deepEqual(rangeNow(ahead, T0 + 60), { from: T0, to: T0 + 600 });
  });
});
