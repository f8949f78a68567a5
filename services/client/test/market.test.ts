import assert from 'node:assert/strict';
import { afterEach, describe, it, mock } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { BoardRow, LaneName } from '@tickwatch/core';
import type { Market as TheMarket } from '../src/board/market.ts';
import type { BoardBatch } from '../src/live/board-batch.ts';
import type { BoardListener, LiveFeed } from '../src/live/live-feed.ts';
import { batchOfOne } from './live-ticks.ts';

// The settings ask the page for its theme.
Object.assign(globalThis, {
  addEventListener: () => {},
  matchMedia: () => ({ matches: false, addEventListener: () => {} }),
  document: { documentElement: { dataset: {}, style: {} } },
});
const { Market } = await import('../src/board/market.ts');
const { zone } = await import('../src/settings.ts');
const { goLive, goToMoment } = await import('../src/moment/moment.ts');

const LANE: LaneName = 'NASDAQ/0';
const now = new Date().toISOString().replace('Z', '000Z');
const before = new Date(Date.now() - 10).toISOString().replace('Z', '000Z');

function boardRow(stock: string, price: number): BoardRow {
  return {
    ...{ stock_name: stock, exchange_name: 'NASDAQ', price, timestamp: before },
    ...{ previous_close: null, previous_close_time: null, change: null, change_percent: null },
    ...{ open: 10, high: 20, low: 5, ticks: 3, ticks_per_minute: 1, sparkline: [] },
  };
}

class FakeFeed {
  readonly batches: BoardBatch[] = [];
  received = 0;
  listener: BoardListener | undefined;

  watch(): void {}
  async ready(): Promise<void> {}
  board(listener: BoardListener): void {
    this.listener = listener;
  }
  recentBoard(): Iterable<BoardBatch> {
    return this.batches;
  }
  tick(stock: string, price: number): void {
    this.tell(batchOfOne(stock, price, now, this.batches.length + 1));
  }
  tell(batch: BoardBatch): void {
    this.batches.push(batch);
    this.listener?.onBatch(batch);
  }
}

/** Answers each path by a function; what it gives besides rows leads to the next page. */
function answer(rowsOf: (path: string) => { rows: readonly BoardRow[]; next?: string; status?: number }): string[] {
  const asked: string[] = [];
  mock.method(globalThis, 'fetch', async (path: string) => {
    asked.push(path);
    const { rows, next, status = 200 } = rowsOf(path);
    const headers = { 'X-Position': `${LANE}=0`, ...(next === undefined ? {} : { Link: `<${next}>; rel="next"` }) };
    return new Response(JSON.stringify(rows), { headers, status });
  });
  return asked;
}

async function until(what: string, done: () => boolean): Promise<void> {
  for (const deadline = performance.now() + 60_000; !done(); await turn()) {
    if (performance.now() > deadline) assert.fail(`waited 60 s for ${what}`);
  }
}

describe('the market', () => {
  afterEach(() => mock.restoreAll());

  it('is loaded by pages of the board, not by a request a stock, and is live from the first page on', async () => {
    mock.method(globalThis, 'setInterval', () => 0);
    const feed = new FakeFeed();
    let market: TheMarket | undefined;
    const asked = answer((path) => {
      if (!path.includes('cursor')) return { rows: [boardRow('A', 11)], next: '/api/board?cursor=2' };
      // Comes while the second page is on its way: it is not in that page's figures.
      feed.tick('B', 30);
      return { rows: [boardRow('B', 12), boardRow('C', 13)] };
    });
    market = new Market(feed as unknown as LiveFeed);
    await market.start(['NASDAQ'], Promise.resolve());
    assert.equal(market.state.value.state, 'ready');
    assert.equal(asked.length, 2);
    assert.match(asked[0] ?? '', /^\/api\/board\?timezone=America%2FNew_York&day=last&sparkline=minutes&limit=1000$/);
    const row = (stock: string) => market?.rows.get(`NASDAQ:${stock}`) ?? assert.fail(`there is no ${stock}`);
    assert.deepEqual(row('A').day, { open: 10, high: 20, low: 5 });
    assert.deepEqual([row('B').price, row('B').day], [30, { open: 10, high: 30, low: 5 }]);
    assert.equal(row('C').price, 13);
  });

  it('asks once for the stocks that came by live ticks only, and what the API does not know has its own ticks’ day', async () => {
    mock.method(globalThis, 'setInterval', () => 0);
    const feed = new FakeFeed();
    const asked = answer((path) => ({ rows: path.includes('stocks=') ? [boardRow('NEW', 7)] : [] }));
    const market = new Market(feed as unknown as LiveFeed);
    await market.start(['NASDAQ'], Promise.resolve());
    for (const stock of ['NEW', 'NEWER', 'A,B']) feed.tick(stock, 8);
    const row = (stock: string) => market.rows.get(`NASDAQ:${stock}`);
    assert.equal(row('NEW')?.day, undefined);
    await until('the days', () => row('NEW')?.day !== undefined && row('A,B')?.dayState === 'ready');
    assert.deepEqual(row('NEW')?.day, { open: 10, high: 20, low: 5 });
    assert.deepEqual(row('NEWER')?.day, { open: 8, high: 8, low: 8 });
    assert.equal(row('NEWER')?.change, 0);
    assert.equal(asked.length, 2, asked.join(' '));
    assert.ok(asked.every((path) => path.startsWith('/api/board?')));
  });

  it('is loaded also where the address asks for rows first that no API has', async () => {
    mock.method(globalThis, 'setInterval', () => 0);
    const asked = answer((path) =>
      path.includes('exchange=') ? { rows: [], status: 400 } : { rows: [boardRow('A', 11)] },
    );
    const market = new Market(new FakeFeed() as unknown as LiveFeed);
    market.lead = { exchange: '\0' };
    await market.start(['NASDAQ'], Promise.resolve());
    assert.deepEqual([market.state.value.state, market.rows.size, asked.length], ['ready', 1, 2]);
  });

  it('is asked for again at once by whoever does not want to wait for the next try', async () => {
    mock.method(globalThis, 'setInterval', () => 0);
    // The longest wait of a first try, and no shorter one.
    mock.method(Math, 'random', () => 1);
    let status = 503;
    answer(() => ({ rows: [boardRow('A', 11)], status }));
    const market = new Market(new FakeFeed() as unknown as LiveFeed);
    await market.start(['NASDAQ'], Promise.resolve());
    assert.equal(market.state.value.state, 'failed');
    status = 200;
    const later = mock.method(globalThis, 'setTimeout');
    market.retry();
    assert.deepEqual(
      later.mock.calls.map(({ arguments: [, ms] }) => ms),
      [0],
    );
    await until('the board', () => market.state.value.state === 'ready');
  });

  describe('of a zone that is chosen while an answer is on its way', () => {
    /** Chooses a zone when another is asked for. @returns rows of which the open tells whether they are of its day */
    const choosing = (name: string, path: string, stock: string) => {
      const isChosen = path.includes(name);
      if (!isChosen) zone.value = `Asia/${name}` as typeof zone.value;
      return { rows: [{ ...boardRow(stock, 11), open: isChosen ? 2 : 1 }] };
    };

    it('has the figures, where it was the first answer', async () => {
      mock.method(globalThis, 'setInterval', () => 0);
      answer((path) => choosing('Tokyo', path, 'A'));
      const market = new Market(new FakeFeed() as unknown as LiveFeed);
      await market.start(['NASDAQ'], Promise.resolve());
      await until('the figures of Tokyo’s day', () => market.rows.get('NASDAQ:A')?.day?.open === 2);
    });

    it('has the figures, where it was that of a new stock', async () => {
      mock.method(globalThis, 'setInterval', () => 0);
      const feed = new FakeFeed();
      answer((path) => (path.includes('stocks=') ? choosing('Kolkata', path, 'NEW') : { rows: [] }));
      const market = new Market(feed as unknown as LiveFeed);
      await market.start(['NASDAQ'], Promise.resolve());
      feed.tick('NEW', 8);
      await until('its day', () => market.rows.get('NASDAQ:NEW')?.day !== undefined);
      assert.equal(market.rows.get('NASDAQ:NEW')?.day?.open, 2);
    });
  });

  it('forgets what it has when the page goes to a moment, and shows what was there then, and nothing that comes live', async () => {
    mock.method(globalThis, 'setInterval', () => 0);
    const feed = new FakeFeed();
    const asked = answer((path) => ({
      rows: path.includes('time=') ? [boardRow('A', 5)] : [boardRow('A', 11), boardRow('B', 12)],
    }));
    const market = new Market(feed as unknown as LiveFeed);
    await market.start(['NASDAQ'], Promise.resolve());
    const row = market.rows.get('NASDAQ:A');
    goToMoment(Date.now() * 1000 - 60e6);
    market.onMoment();
    assert.equal(market.changing.value, true);
    feed.listener?.onBatch(batchOfOne('A', 99, now, 1));
    await until('the board of the moment', () => market.rows.size === 1);
    assert.equal(market.changing.value, false);
    assert.deepEqual([market.rows.get('NASDAQ:A') === row, row?.price, row?.dayTicks], [true, 5, 3]);
    assert.ok(asked.filter((path) => path.includes('/api/board')).length > 0);
    goLive();
    market.onMoment();
    await until('the board of now', () => market.rows.size === 2);
    assert.equal(row?.price, 11);
  });

  it('shows no price of another moment where that of the chosen one can’t be had', async () => {
    mock.method(globalThis, 'setInterval', () => 0);
    let status = 200;
    answer(() => ({ rows: [boardRow('A', 11)], status }));
    const market = new Market(new FakeFeed() as unknown as LiveFeed);
    await market.start(['NASDAQ'], Promise.resolve());
    status = 503;
    goToMoment(Date.now() * 1000 - 60e6);
    market.onMoment();
    await until('no price', () => Number.isNaN(market.rows.get('NASDAQ:A')?.price));
    goLive();
    status = 200;
    market.onMoment();
    await until('the price', () => market.rows.get('NASDAQ:A')?.price === 11);
  });
});
