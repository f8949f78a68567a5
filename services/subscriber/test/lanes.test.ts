import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { laneOfStock } from '@tickwatch/core';
import { InProcessBus } from '@tickwatch/feed';
import { type Ledger, startTestDatabases, type TestDatabases, TestIngest } from './ingest-kit.ts';

const FOUR = new Map([['NYSE', 4]]);
const ONE = new Map([['NYSE', 1]]);
/** Stocks of every lane. */
const STOCKS = Array.from({ length: 40 }, (_, i) => `S${i}`);

function messages(from: number, to: number): string[] {
  return Array.from(
    { length: to - from + 1 },
    (_, i) => `${STOCKS[(from + i) % STOCKS.length]}:(${from + i}, ${from + i})`,
  );
}

function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, i) => String(i + 1));
}

function led({ lanes }: Ledger): number {
  return Object.values(lanes).filter(({ state }) => state === 'leading').length;
}

describe('an exchange of several lanes', () => {
  let postgres: TestDatabases;
  before(async () => {
    postgres = await startTestDatabases();
  });
  after(() => postgres[Symbol.asyncDispose]());

  it('has a position for each lane, and each stock is in one of them', async () => {
    const database = await postgres.newDatabase().create();
    await using ingest = await TestIngest.start(database.url, { lanes: FOUR });
    await ingest.leads();
    await ingest.sink.publish('NYSE', messages(1, 200));
    await ingest.stored(200);
    const rows = await database.ask<{ lane: string; stored: number }>(
      'SELECT lane, stored::int FROM ingest_positions ORDER BY lane',
    );
    const expected = [0, 1, 2, 3].map((k) => ({
      lane: `NYSE/${k}`,
      stored: 5 * STOCKS.filter((stock) => laneOfStock(stock, 4) === k).length,
    }));
    assert.deepEqual(rows, expected);
    assert.deepEqual(await database.prices(), numbers(200));
  });

  it('a message with ticks of several lanes is sorted into them; what is no tick counts once', async () => {
    const database = await postgres.newDatabase().create();
    await using ingest = await TestIngest.start(database.url, { lanes: FOUR });
    await ingest.leads();
    const objects = [7, 8, 9].map((n) => ({ stock_name: STOCKS[n], price: n, timestamp: n }));
    await ingest.sink.publish('NYSE', [[...messages(1, 6), 'no tick'].join('\n'), JSON.stringify(objects, null, 2)]);
    const { total } = await ingest.stored(9);
    assert.deepEqual({ received: total.received, rejected: total.rejected }, { received: 10, rejected: 1 });
    assert.deepEqual(await database.prices(), numbers(9));
    const [row] = await database.ask('SELECT message, reason FROM rejected_messages');
    assert.deepEqual(row, { message: 'no tick', reason: 'bad_form' });
  });

  it('is shared by the subscribers that live: one that goes leaves its lanes to them, one that comes gets its share', async () => {
    const database = await postgres.newDatabase().create();
    const bus = new InProcessBus();
    const start = (): Promise<TestIngest> => TestIngest.start(database.url, { bus, lanes: FOUR });
    await using first = await start();
    await first.until('all four', (ledger) => led(ledger) === 4);
    await using second = await start();
    const third = await start();
    const shared = async (...all: TestIngest[]): Promise<void> => {
      for (const one of all) await one.until('a share', (ledger) => led(ledger) === 1 || led(ledger) === 2);
    };
    await shared(first, second, third);
    await first.sink.publish('NYSE', messages(1, 100));
    await database.holds(100);
    await third[Symbol.asyncDispose]();
    await first.sink.publish('NYSE', messages(101, 200));
    await database.holds(200);
    for (const one of [first, second]) await one.until('a half', (ledger) => led(ledger) === 2);
    await using again = await start();
    await shared(first, second, again);
    await first.sink.publish('NYSE', messages(201, 300));
    await database.holds(300);
    assert.deepEqual(await database.prices(), numbers(300));
  });

  it('loses nothing when the number of lanes changes between two starts: the old ones are drained', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tickwatch-lanes-'));
    try {
      const database = postgres.newDatabase();
      let published = 0;
      for (const lanes of [ONE, FOUR, new Map([['NYSE', 2]])]) {
        await using ingest = await TestIngest.start(database.url, { lanes, spoolFolder: folder });
        await ingest.storeIsAway();
        await ingest.sink.publish('NYSE', messages(published + 1, published + 50));
        published += 50;
        await ingest.until('waiting', ({ total }) => total.waiting === 50);
      }
      await database.create();
      await using last = await TestIngest.start(database.url, { lanes: ONE, spoolFolder: folder });
      await last.stored(published);
      await last.until('drained', ({ lanes }) =>
        Object.values(lanes).every(({ state }) => /leading|following/.test(state)),
      );
      assert.deepEqual(await database.prices(), numbers(published));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('many exchanges', () => {
  it('share memory: sixty refuse no earlier and no later than two', async () => {
    await using postgres = await startTestDatabases();
    for (const count of [2, 60]) {
      const exchanges = Array.from({ length: count }, (_, i) => `X${i}`);
      const lanes = new Map(exchanges.map((exchange) => [exchange, 1]));
      const database = postgres.newDatabase();
      await using ingest = await TestIngest.start(database.url, { lanes, maxRows: 100, spoolBytes: 65_536 });
      await ingest.storeIsAway();
      for (let sent = 0; sent < 60_000; sent += 1200) {
        const each = 1200 / count;
        for (const exchange of exchanges) {
          await ingest.sink.publish(
            exchange,
            Array.from({ length: each }, (_, i) => `A:(${i + 1}, 1)`),
          );
        }
      }
      const { total } = await ingest.until('all', (ledger) => ledger.total.received === 60_000);
      assert.ok(total.refused > 20_000 && total.waiting > 10_000, JSON.stringify(total));
      await database.create();
      await ingest.until('stored', (ledger) => ledger.total.waiting === 0);
      await database.holds(60_000 - total.refused);
    }
  });
});
