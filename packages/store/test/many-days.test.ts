import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type DecimalText, type EpochMicros, formatMicros, MICROS_PER_DAY } from '@tickwatch/core';
import pg from 'pg';
import type { TickReader } from '../src/index.ts';
import { insertTicks, openReader, readChunks, readText } from './reading-kit.ts';
import { openTestStore, startTestServer, type TestServer, type TestStore } from './store-test-kit.ts';

const DAYS = 400;
const FIRST = Date.parse('2024-01-01T12:00:30Z') * 1000;
/** Tables and indexes that one answer may hold at once; one of all days would hold some 1200. */
const MOST_LOCKS = 300;

describe('with years of days that are not sealed', () => {
  let server: TestServer;
  let open: TestStore;
  let client: pg.Client;
  let reader: TickReader;
  const ticks = Array.from({ length: DAYS }, (_, day) => ({
    stock: 'AAPL',
    exchange: 'NYSE',
    price: '1.5' as DecimalText,
    time: (FIRST + day * MICROS_PER_DAY) as EpochMicros,
    seq: day + 1,
  }));

  before(async () => {
    server = await startTestServer();
    open = await openTestStore(server);
    client = new pg.Client({ connectionString: open.url });
    await client.connect();
    for (const { time } of ticks)
      await client.query('SELECT create_day_partition($1)', [formatMicros(time).slice(0, 10)]);
    await insertTicks(client, ticks, 'day_prices');
    reader = openReader(open.url);
  });
  after(async () => {
    await reader[Symbol.asyncDispose]();
    await client.end();
    await open[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  /** Asks, and counts the locks that are held meanwhile. */
  async function locksDuring(ask: () => Promise<unknown>): Promise<number> {
    let isDone = false;
    const asked = ask().finally(() => {
      isDone = true;
    });
    let most = 0;
    while (!isDone) {
      const { rows } = await client.query<{ locks: number }>(
        `SELECT count(*)::int AS locks FROM pg_locks WHERE locktype = 'relation' AND pid <> pg_backend_pid()`,
      );
      most = Math.max(most, rows[0]?.locks ?? 0);
    }
    await asked;
    return most;
  }

  const stock = 'AAPL';
  const questions: Readonly<Record<string, () => Promise<unknown>>> = {
    'a page': () => reader.page({ stock }, { order: 'asc', limit: 300 }),
    'a page from the end': () => reader.page({ stock }, { order: 'desc', limit: 300 }),
    'all prices': () => readText(reader, { stock }, 'asc'),
    'all columns': () => readChunks(reader, { stock }, 'desc'),
    'an average': () => reader.summary({ stock, start: (FIRST + 1) as EpochMicros }),
    'candles of a second': () => reader.candles({ stock }, { interval: '1s', fill: 'none', timeZone: 'UTC' }),
    'the newest candles': () =>
      reader.newestCandles({ stock, exchange: 'NYSE', end: ticks.at(-1)?.time as EpochMicros }, '1s', 300),
    points: () => reader.points({ stock }, 40),
  };
  for (const [what, ask] of Object.entries(questions)) {
    it(`${what} of all of them, four at once, takes locks on few days`, async () => {
      const locks = await locksDuring(() => Promise.all([ask(), ask(), ask(), ask()]));
      assert.ok(locks <= 4 * MOST_LOCKS, `${locks} locks`);
    });
  }

  it('all ticks are there', async () => {
    assert.equal((await readChunks(reader, { stock }, 'asc')).length, DAYS);
    assert.equal((await reader.page({ stock }, { order: 'desc', limit: 399 })).value.ticks.length, 399);
    const { value } = await reader.candles({ stock }, { interval: '1s', fill: 'none', timeZone: 'UTC' });
    assert.equal(value.length, DAYS);
  });
});
