import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { DecimalText, EpochMicros } from '@tickwatch/core';
import pg from 'pg';
import { createPostgresStore } from '../src/index.ts';
import { pageStatement } from '../src/reader/sql/page.ts';
import { priceCopyStatements } from '../src/reader/sql/price-copy.ts';
import { startTestServer, type TestServer } from './store-test-kit.ts';

describe('of millions of ticks, an answer', () => {
  let server: TestServer;
  let client: pg.Client;

  before(async () => {
    server = await startTestServer();
    const connectionString = await server.createDatabase();
    await using store = createPostgresStore({ connectionString, applicationName: 'copy-test' });
    await store.migrate();
    client = new pg.Client({ connectionString });
    await client.connect();
    await client.query(
      `SELECT create_day_partition(day::date) FROM generate_series('2026-09-10'::date, '2026-09-12', '1 day') day`,
    );
    await client.query(
      `INSERT INTO stock_prices SELECT '2026-09-10'::timestamptz + n * interval '10 seconds', 'LONG', 'NYSE', 100 + n % 100
         FROM generate_series(1, 20000) n`,
    );
    await client.query('ANALYZE day_prices, late_prices');
  });
  after(async () => {
    await client.end();
    await server[Symbol.asyncDispose]();
  });

  const explain = async (query: string, values: readonly unknown[] = []): Promise<string> => {
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN (COSTS OFF) ${query}`, [...values]);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  };
  const time = (Date.parse('2026-09-12T12:00:00Z') * 1000) as EpochMicros;
  const late = { stock: 'LONG', exchange: 'NYSE', lane: 'NYSE/0', price: '1' as DecimalText, time, seq: 1 };
  const everything = { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY, exchange: undefined };

  for (const order of ['asc', 'desc'] as const) {
    it(`leaves in the order of the index (${order}) from its first row on, with and without a tail`, async () => {
      for (const tail of [[], [late]]) {
        const question = { ...everything, stock: 'LONG', order, tail };
        const { settings, copy } = priceCopyStatements(question, undefined);
        await client.query('BEGIN');
        await client.query(settings);
        const plan = await explain(/^COPY \((.*)\) TO STDOUT$/s.exec(copy)?.[1] ?? assert.fail(copy));
        await client.query('ROLLBACK');
        assert.match(plan, /^Incremental Sort\n.*\n\s*Presorted Key: [^,\n]*timestamp[^,\n]*\n/, plan);
        assert.match(plan, /Index Scan/, plan);
        assert.doesNotMatch(plan, /Seq Scan/, plan);
        // The few ticks of a tail are sorted by themselves.
        assert.equal(plan.match(/-> {2}Sort$/gm)?.length ?? 0, tail.length, plan);
      }
    });

    it(`gives a page (${order}) without sorting what is behind it, with and without a tail`, async () => {
      const after = {
        time: (time - 86_400_000_000) as EpochMicros,
        seq: 7,
        price: '1',
        exchange: 'NYSE',
        seen: 1,
        also: [],
      };
      for (const tail of [[], [late]]) {
        const { text, values } = pageStatement(
          { ...everything, stock: 'LONG', order, tail, after, limit: 100 },
          'unsealed_prices',
        );
        const plan = await explain(text, values);
        assert.match(
          plan,
          /-> {2}Limit\n\s+-> {2}Incremental Sort\n.*\n\s*Presorted Key: [^,\n]*timestamp[^,\n]*\n/,
          plan,
        );
      }
    });
  }
});
