import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createPostgresStore } from '../src/index.ts';
import { ask, databaseOfBefore, startTestServer, type TestServer } from './store-test-kit.ts';

/** The last migration of the version before totals. */
const BEFORE = 10;

const DATA = `
  SELECT create_day_partition('2026-02-03');
  INSERT INTO stock_prices VALUES
    ('2026-02-03 10:00Z', 'X', 'NASDAQ', 10), ('2026-02-03 10:00:01Z', 'X', 'NASDAQ', 'NaN'),
    ('2026-02-03 10:05Z', 'X', 'NASDAQ', 12.50), ('2026-02-04 10:00Z', 'X', 'NYSE', '-Infinity'),
    ('infinity', 'X', 'NASDAQ', 5), ('20000-01-01', 'X', 'NASDAQ', 6), ('0044-03-15 BC', 'X', 'NASDAQ', 8),
    ('1965-02-03', 'OLD', 'NYSE', 7), ('2020-05-05 10:00Z', 'Y', 'NYSE', '1e5000'),
    ('2020-05-05 10:00Z', 'Y', 'NYSE', 3);
  INSERT INTO stock_prices SELECT '2020-05-05Z'::timestamptz + n * interval '7 hours', 'Z' || n % 5, 'NYSE', n + 0.25
    FROM generate_series(1, 300) AS n`;

describe('a database of the version before totals', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server[Symbol.asyncDispose]());

  it('gets its totals, and what is no price and no time goes aside and is not lost', async () => {
    const url = await server.createDatabase();
    await databaseOfBefore(url, BEFORE, DATA);
    const warnings: string[] = [];
    await using store = createPostgresStore({
      connectionString: url,
      applicationName: 'test',
      onEvent: (event) => {
        if (event.type === 'migration_warned') warnings.push(event.warning);
      },
    });
    await store.migrate();
    assert.deepEqual(warnings, ['6 ticks with an unusable price or time were set aside in table set_aside_ticks']);

    const aside = await ask(
      url,
      `SELECT stock_name AS stock, exchange_name AS exchange, left(price::text, 9) AS price, isfinite("timestamp") AS finite
       FROM set_aside_ticks ORDER BY stock_name, exchange_name, price`,
    );
    assert.deepEqual(aside, [
      { stock: 'X', exchange: 'NASDAQ', price: '5', finite: false },
      { stock: 'X', exchange: 'NASDAQ', price: '6', finite: true },
      { stock: 'X', exchange: 'NASDAQ', price: '8', finite: true },
      { stock: 'X', exchange: 'NASDAQ', price: 'NaN', finite: true },
      { stock: 'X', exchange: 'NYSE', price: '-Infinity', finite: true },
      { stock: 'Y', exchange: 'NYSE', price: '100000000', finite: true },
    ]);
    for (const day of await store.daysWithData()) assert.deepEqual(await store.verifyRollups(day), []);
    assert.deepEqual(await store.verifyTotals(), []);
    const totals = await ask(
      url,
      "SELECT stock_name, exchange_name, count::int, last_price::text, scale FROM stock_totals WHERE stock_name < 'Z' ORDER BY 1, 2",
    );
    assert.deepEqual(totals, [
      { stock_name: 'OLD', exchange_name: 'NYSE', count: 1, last_price: '7', scale: 0 },
      { stock_name: 'X', exchange_name: 'NASDAQ', count: 2, last_price: '12.50', scale: 2 },
      { stock_name: 'Y', exchange_name: 'NYSE', count: 1, last_price: '3', scale: 0 },
    ]);
    await store.ensurePartitions(['2020-05-05']);
    await ask(url, "INSERT INTO stock_prices VALUES ('2020-05-05 11:00Z', 'Y', 'NYSE', 4)");
    for (const bad of ["now(), 'Y', 'NYSE', 'NaN'", "'infinity', 'Y', 'NYSE', 1", "'20000-01-01', 'Y', 'NYSE', 1"]) {
      await assert.rejects(ask(url, `INSERT INTO stock_prices VALUES (${bad})`), /violates check constraint/);
    }
    assert.deepEqual(await store.verifyTotals(), []);
  });
});
