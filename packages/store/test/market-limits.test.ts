import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type DecimalText, type EpochMicros, nowMicros, type SequencedTick } from '@tickwatch/core';
import pg from 'pg';
import { LateDamageError, type MarketQuestion, marketTick, type TickReader } from '../src/index.ts';
import { chunkOf } from '../src/reader/market/market-window.ts';
import { marketWindows } from '../src/reader/market/market-windows.ts';
import { openSnapshot } from '../src/reader/snapshot.ts';
import { DamagedBlocks } from '../src/reader/ticks/damaged-blocks.ts';
import { openReader } from './reading-kit.ts';
import { dayBegin, fill, seal } from './sealing-kit.ts';
import { ask, BatchMaker, lead, openTestStore, startTestServer } from './store-test-kit.ts';

const DAY = '2026-03-02';
const FIRST = dayBegin(DAY);
const ALL: MarketQuestion = { from: FIRST, until: FIRST + 86_400_000_000 };

/** So many of some stocks, one a second. */
function manyTicks(count: number): readonly SequencedTick[] {
  return Array.from({ length: count }, (_, i) => ({
    stock: `S${i % 7}`,
    exchange: 'NASDAQ',
    price: '1.50' as DecimalText,
    time: (FIRST + i * 1_000_000) as EpochMicros,
    seq: i + 1,
  }));
}

async function timesOf(reader: TickReader, question: MarketQuestion): Promise<readonly number[]> {
  const times: number[] = [];
  const { chunks } = await reader.market(question);
  for await (const chunk of chunks) for (let i = 0; i < chunk.count; i++) times.push(marketTick(chunk, i).time);
  return times;
}

describe('the stream of the market', () => {
  it('is the same where there is no room for unpacked blocks', async () => {
    await using server = await startTestServer();
    await using store = await openTestStore(server);
    const ticks = manyTicks(5000);
    await ask(store.url, `SELECT create_day_partition('${DAY}')`);
    await fill(store.url, 'day_prices', ticks);
    await seal(store.url, DAY);
    const pool = new pg.Pool({ connectionString: store.url, max: 1 });
    for (const blockBytes of [1, 10_000, undefined]) {
      const client = await pool.connect();
      const connection = { client, answerTimeoutMs: 30_000 };
      const snapshot = await openSnapshot(connection, [], undefined, () => undefined, new DamagedBlocks(() => {}));
      const times: number[] = [];
      const limits = { stallMs: 30_000, ...(blockBytes === undefined ? {} : { blockBytes }) };
      for await (const window of marketWindows(snapshot, ALL, limits, 500)) {
        times.push(...chunkOf(window, window.from, window.until).times);
      }
      await client.query('COMMIT');
      client.release();
      assert.deepEqual(
        times,
        ticks.map(({ time }) => time),
      );
    }
    await pool.end();
  });

  it('says that a block is damaged: at the end where nobody knew, from the start the next time', async () => {
    await using server = await startTestServer();
    await using store = await openTestStore(server);
    const made = manyTicks(100);
    await ask(store.url, `SELECT create_day_partition('${DAY}')`);
    await fill(store.url, 'day_prices', made);
    await ask(store.url, `INSERT INTO coverage (exchange_name, from_time) VALUES ('NASDAQ', '${DAY}')`);
    await seal(store.url, DAY);
    await ask(store.url, `UPDATE sealed_blocks SET payload = '\\x00' WHERE stock_name = 'S3'`);
    await using reader = openReader(store.url);
    const question = { from: FIRST, until: FIRST + 90_000_000 };
    const before = await reader.market(question);
    if (before.missing.complete) {
      await assert.rejects(async () => {
        for await (const _ of before.chunks);
      }, LateDamageError);
    } else for await (const _ of before.chunks);
    const { missing, chunks } = await reader.marketPage({ ...question, limit: 1000 });
    assert.equal(missing.complete, false);
    assert.ok(missing.holes.some(({ reason }) => reason === 'block_damaged'));
    const stocks = chunks.flatMap((chunk) => Array.from({ length: chunk.count }, (_, i) => marketTick(chunk, i).stock));
    assert.deepEqual([...new Set(stocks)].sort(), ['S0', 'S1', 'S2', 'S4', 'S5', 'S6']);
  });

  it('gives its connection back when it is left, and goes no further when its asker has gone', async () => {
    await using server = await startTestServer();
    await using store = await openTestStore(server);
    await ask(store.url, `SELECT create_day_partition('${DAY}')`);
    await fill(store.url, 'day_prices', manyTicks(5000));
    await using reader = openReader(store.url, {
      limits: {
        questions: { permits: 1, queue: 0, waitMs: 30_000 },
        exports: { permits: 1, queue: 0, waitMs: 30_000 },
      },
    });
    for (let i = 0; i < 5; i++) {
      const { chunks } = await reader.market(ALL);
      for await (const chunk of chunks) {
        assert.ok(chunk.count > 0);
        break;
      }
    }
    assert.equal(reader.load().exports, 0);
    const leaving = new AbortController();
    const { chunks } = await reader.market(ALL, { signal: leaving.signal });
    await assert.rejects(async () => {
      for await (const _ of chunks) leaving.abort();
    });
    assert.equal(reader.load().exports, 0);
    assert.equal((await timesOf(reader, ALL)).length, 5000);
  });

  it('knows how many lanes an exchange had when its number of lanes has changed', async () => {
    await using server = await startTestServer();
    await using store = await openTestStore(server);
    const lanesOf = async (): Promise<unknown> =>
      await ask(store.url, 'SELECT exchange_name, from_seq::int, lanes FROM lane_layouts ORDER BY from_seq');
    await using membership = await lead(store.store, ['NASDAQ/0', 'NASDAQ/1']);
    const batches = new BatchMaker();
    await membership.commit(
      batches.batches([batches.tick('A', '1', nowMicros()), batches.tick('B', '1', nowMicros())]),
    );
    assert.deepEqual(await lanesOf(), []);
    await ask(store.url, `UPDATE ingest_positions SET lanes = 2 WHERE lane = 'NASDAQ/1'`);
    await ask(store.url, `UPDATE ingest_positions SET lanes = 2, seq = 900 WHERE lane = 'NASDAQ/0'`);
    assert.deepEqual(await lanesOf(), [{ exchange_name: 'NASDAQ', from_seq: 3, lanes: 2 }]);
    await ask(store.url, `UPDATE ingest_positions SET lanes = 1, seq = 950 WHERE lane = 'NASDAQ/0'`);
    assert.deepEqual(await lanesOf(), [
      { exchange_name: 'NASDAQ', from_seq: 3, lanes: 2 },
      { exchange_name: 'NASDAQ', from_seq: 901, lanes: 1 },
    ]);
  });
});
