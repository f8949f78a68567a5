import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { DecimalText, EpochMicros } from '@tickwatch/core';
import pg from 'pg';
import type { RangeQuestion, TickReader } from '../src/index.ts';
import { keepPlans, plansAnew } from '../src/reader/kept-plans.ts';
import { insertTicks, openReader } from './reading-kit.ts';
import { seal } from './sealing-kit.ts';
import { openTestStore, startTestServer, type TestServer, type TestStore } from './store-test-kit.ts';

const DAY = 86_400_000_000;
const FIRST = Date.parse('2026-03-01T00:00:30Z') * 1000;

describe('plans that are kept', () => {
  let server: TestServer;
  let open: TestStore;
  let pool: pg.Pool;
  before(async () => {
    server = await startTestServer();
    open = await openTestStore(server);
    pool = new pg.Pool({ connectionString: open.url, max: 1 });
  });
  after(async () => {
    await pool.end();
    await open[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  it('are for statements by themselves only: in a transaction, and after one that failed, each connection does as it was told', async () => {
    const client = await pool.connect();
    const connection = { client, answerTimeoutMs: 30_000 };
    const modes = async () => [
      (await client.query('SHOW plan_cache_mode')).rows[0].plan_cache_mode,
      (await client.query('SHOW enable_seqscan')).rows[0].enable_seqscan,
    ];
    const kept = ['force_generic_plan', 'off'];
    const anew = ['force_custom_plan', 'on'];
    try {
      await keepPlans(connection, true);
      assert.deepEqual(await modes(), kept);
      await client.query(`BEGIN; ${plansAnew(connection)}`);
      assert.deepEqual(await modes(), anew);
      await assert.rejects(client.query('SELECT 1 / 0'));
      await client.query('COMMIT');
      assert.deepEqual(await modes(), kept);
      await keepPlans(connection, false);
      assert.deepEqual(await modes(), anew);
      assert.equal(plansAnew(connection), '');
    } finally {
      client.release();
    }
  });

  it('give the same averages as before, over sealed and unsealed days in turns on one connection, also when they were made while nothing was stored', async () => {
    const limits = { permits: 1, queue: 100, waitMs: 30_000 };
    const reader: TickReader = openReader(open.url, { limits: { questions: limits, exports: limits } });
    const count = async (from: number, until: number): Promise<string> => {
      const question = { stock: 'AAPL', start: from as EpochMicros, end: until as EpochMicros } as RangeQuestion;
      const { row } = (await reader.summary(question)).value;
      return `${row?.count ?? 0} of ${row?.sum ?? 0}`;
    };
    try {
      const minute = 60_000_000;
      const aligned = FIRST - 30_000_000;
      for (let i = 0; i < 3; i++) assert.equal(await count(aligned, aligned + DAY - 1), '0 of 0');
      const ticks = Array.from({ length: 3 * 1440 }, (_, i) => ({
        stock: 'AAPL',
        exchange: 'NYSE',
        price: `${i + 1}.25` as DecimalText,
        time: (FIRST + i * minute) as EpochMicros,
        seq: i + 1,
      }));
      const client = await pool.connect();
      await insertTicks(client, ticks, 'stock_prices');
      client.release();
      for (const day of ['2026-03-01', '2026-03-02']) await seal(open.url, day);
      for (let i = 0; i < 4; i++) {
        assert.equal(await count(aligned, aligned + DAY - 1), '1440 of 1037880.00');
        assert.equal(await count(FIRST, FIRST + minute), '2 of 3.50');
        assert.equal(await count(FIRST + 2 * DAY, FIRST + 2 * DAY + minute), '2 of 5763.50');
        assert.equal(await count(FIRST + 1, FIRST + 3 * DAY), '4319 of 9334438.75');
        const page = await reader.page({ stock: 'AAPL' }, { order: 'asc', limit: 2 });
        assert.deepEqual(
          page.value.ticks.map(({ price }) => price),
          ['1.25', '2.25'],
        );
      }
    } finally {
      await reader[Symbol.asyncDispose]();
    }
  });
});
