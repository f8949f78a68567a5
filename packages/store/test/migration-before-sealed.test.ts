import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createPostgresStore } from '../src/index.ts';
import { ask, asUser, databaseOfBefore, startTestServer, type TestServer } from './store-test-kit.ts';

/** The last migration of the version before sealed days. */
const BEFORE = 20;
const TICKS = `SELECT "timestamp", stock_name, exchange_name, price::text, seq FROM stock_prices
  ORDER BY stock_name, exchange_name, "timestamp", seq, price`;
const KNOWN = `SELECT to_jsonb(r) AS row FROM price_rollups AS r
  UNION ALL SELECT to_jsonb(t) FROM stock_totals AS t ORDER BY 1`;

/** Days with and without a partition, equal times that arrival or price tells apart, equal ticks. */
const DATA = `
  SELECT create_day_partition('2025-01-01'::date + n) FROM generate_series(0, 99) AS n;
  INSERT INTO stock_prices SELECT '2024-12-25Z'::timestamptz + n * interval '50 minutes', 'A' || n % 3, 'NYSE', n / 4.0
    FROM generate_series(0, 3999) AS n;
  INSERT INTO stock_prices VALUES
    ('2026-02-03 10:00Z', 'X', 'NASDAQ', 12.50, 8), ('2026-02-03 10:00Z', 'X', 'NASDAQ', 12.500, 7),
    ('2026-02-03 10:00Z', 'X', 'NASDAQ', 11, 0), ('2026-02-03 10:00Z', 'X', 'NASDAQ', 10, 0),
    ('2026-02-03 10:00Z', 'X', 'NASDAQ', 10, 0), ('2025-02-03 10:00Z', 'X', 'NASDAQ', 11, 5);
  CREATE ROLE old_publisher LOGIN PASSWORD 'secret';
  GRANT INSERT ON stock_prices TO old_publisher;
  GRANT SELECT ON stock_prices TO old_publisher WITH GRANT OPTION`;

describe('a database of the version before sealed days', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server[Symbol.asyncDispose]());

  it('keeps every tick and its place in the order, what is known of them, and who may read and write', async () => {
    const url = await server.createDatabase();
    await databaseOfBefore(url, BEFORE, DATA);
    try {
      const [ticks, known] = [await ask(url, TICKS), await ask(url, KNOWN)];
      const files = `SELECT relname, pg_relation_filenode(oid) FROM pg_class
        WHERE relname ~ '^stock_prices_y2025' AND relname !~ '_timestamp_seq_idx$' ORDER BY 1`;
      const filesBefore = await ask(url, files);
      await using store = createPostgresStore({ connectionString: url, applicationName: 'test' });
      await store.migrate();
      assert.deepEqual(await ask(url, TICKS), ticks);
      assert.deepEqual(await ask(url, KNOWN), known);
      assert.deepEqual(await ask(url, files), filesBefore, 'no tick is written again');
      const late = await ask(
        url,
        'SELECT DISTINCT ("timestamp" AT TIME ZONE \'UTC\')::date::text AS day FROM late_prices ORDER BY 1',
      );
      assert.equal(late.length, 40);
      assert.deepEqual(late.at(-1), { day: '2026-02-03' });

      const publisher = asUser(url, 'old_publisher', 'secret');
      await ask(
        publisher,
        `INSERT INTO stock_prices VALUES ('2025-02-03 10:00Z', 'X', 'NASDAQ', 9), ('2026-02-03 10:00Z', 'X', 'NASDAQ', 8)`,
      );
      assert.equal((await ask(publisher, TICKS)).length, ticks.length + 2);
      await ask(publisher, 'GRANT SELECT ON stock_prices TO PUBLIC');
      await assert.rejects(ask(publisher, 'DELETE FROM stock_prices'), /permission denied/);
      for (const day of await store.daysWithData()) assert.deepEqual(await store.verifyRollups(day), []);
      assert.deepEqual(await store.verifyTotals(), []);
    } finally {
      await ask(url, 'DROP OWNED BY old_publisher CASCADE; DROP ROLE old_publisher');
    }
  });
});
