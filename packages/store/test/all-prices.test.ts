import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { sealByHand } from './fixtures/seal-by-hand.ts';
import { ask, eventually, openTestStore, startTestServer, type TestServer, type TestStore } from './store-test-kit.ts';

const COUNTED = `SELECT coalesce(sum(count), 0)::int AS n FROM price_rollups WHERE width = 'day'`;

describe('stock_prices, by SQL', () => {
  let server: TestServer;
  let opened: TestStore;
  let client: pg.Client;
  const warnings: string[] = [];
  before(async () => {
    server = await startTestServer();
  });
  after(() => server[Symbol.asyncDispose]());

  /** A test on a database of its own. */
  function inNewDatabase(title: string, test: () => Promise<void>): void {
    it(title, async () => {
      await using store = await openTestStore(server);
      opened = store;
      client = new pg.Client({ connectionString: opened.url });
      await client.connect();
      warnings.length = 0;
      client.on('notice', ({ message = '' }) => warnings.push(message));
      try {
        await test();
      } finally {
        await client.end();
      }
    });
  }

  async function rows(sql: string): Promise<readonly object[]> {
    return (await client.query(sql)).rows;
  }

  async function isAllCounted(ticks: number): Promise<void> {
    assert.deepEqual(await rows('SELECT count(*)::int AS n FROM stock_prices'), [{ n: ticks }]);
    assert.deepEqual(await rows(COUNTED), [{ n: ticks }]);
    assert.deepEqual(await rows('SELECT FROM changed_prices'), []);
    for (const day of await opened.store.daysWithData()) assert.deepEqual(await opened.store.verifyRollups(day), []);
    assert.deepEqual(await opened.store.verifyTotals(), []);
  }

  inNewDatabase(
    'takes ticks in every form that SQL has, of four columns and of five, and gives them back',
    async () => {
      const given =
        await rows(`INSERT INTO stock_prices VALUES (now(), 'A', 'NYSE', 1.50, DEFAULT), (now(), 'A', 'NYSE', 2, 7)
      RETURNING stock_name, price, seq > 1e15 AS numbered`);
      assert.deepEqual(given, [
        { stock_name: 'A', price: '1.50', numbered: true },
        { stock_name: 'A', price: '2', numbered: false },
      ]);
      await rows(
        `INSERT INTO stock_prices (price, exchange_name, "timestamp", stock_name) VALUES (3, 'NYSE', '1999-12-31Z', 'B')`,
      );
      await rows(
        `PREPARE one AS INSERT INTO stock_prices VALUES ($1, $2, $3, $4); EXECUTE one ('2026-02-03Z', 'C', 'NYSE', 4)`,
      );
      await rows(`INSERT INTO stock_prices SELECT * FROM stock_prices WHERE stock_name = 'B'`);
      assert.deepEqual(
        await rows(`WITH kept AS (INSERT INTO stock_prices SELECT now(), 'D', 'NYSE', n FROM generate_series(1, 1000) AS n RETURNING price)
        SELECT sum(price)::int AS sum FROM kept`),
        [{ sum: 500_500 }],
      );
      const lines = Array.from({ length: 1000 }, (_, i) => `2026-02-0${1 + (i % 9)} 10:00Z\tE\tNYSE\t${i}.25\n`);
      const copy = copyFrom('COPY stock_prices ("timestamp", stock_name, exchange_name, price) FROM STDIN');
      await pipeline(Readable.from(lines), client.query(copy));
      await isAllCounted(2005);
      await assert.rejects(rows(`INSERT INTO stock_prices VALUES (now(), NULL, 'NYSE', 1)`), /not-null/);
      await assert.rejects(
        pipeline(Readable.from([...lines, 'now\tE\tNYSE\tNaN\n']), client.query(copyFrom(copy.text))),
        /usable_number/,
      );
      await isAllCounted(2005);
    },
  );

  inNewDatabase('gives up ticks that are not sealed, and names the day to unseal of those that are', async () => {
    await rows(`SELECT create_day_partition('2026-02-04')`);
    await rows(`INSERT INTO stock_prices SELECT timestamptz '2026-02-03 12:00Z' + n * interval '1 hour', 'A', 'NYSE', n, 5
      FROM generate_series(1, 24) AS n, generate_series(1, 2)`);
    await rows(`INSERT INTO day_prices VALUES ('2026-02-04 12:30Z', 'A', 'NYSE', 25)`);
    await sealByHand(opened.url, '2026-02-03');
    await rows(`INSERT INTO stock_prices VALUES ('2026-02-03 12:30Z', 'A', 'NYSE', 50)`);
    const { rowCount } = await client.query('DELETE FROM stock_prices WHERE price >= 24');
    assert.equal(rowCount, 4);
    await isAllCounted(46);
    const refused = rows(`DELETE FROM stock_prices WHERE "timestamp" > '2026-02-03 20:00Z'`);
    await assert.rejects(refused, /a tick of A .* is sealed: .*\(npm run unseal -- --day 2026-02-03\)/);
    for (const none of ['price = 1', 'false']) {
      await assert.rejects(
        rows(`UPDATE stock_prices SET price = 2 WHERE ${none}`),
        /delete the old one and insert the new/,
      );
    }
    await assert.rejects(rows('TRUNCATE day_prices'), /there are ticks beside day_prices/);
    await isAllCounted(46);
    await rows('TRUNCATE day_prices, late_prices, sealed_blocks, sealed_days');
    await isAllCounted(0);
  });

  inNewDatabase('unpacks the blocks of the days and stocks that are asked for, and no others', async () => {
    await rows(`INSERT INTO stock_prices SELECT '2025-11-01Z'::timestamptz + n * interval '6 hours', stock, 'NYSE', n
      FROM generate_series(0, 399) AS n, unnest(ARRAY['A', 'B']) AS stock`);
    for (let day = 60; day < 100; day += 1) {
      await sealByHand(opened.url, new Date(Date.UTC(2025, 10, 1 + day)).toISOString().slice(0, 10));
    }
    await isAllCounted(800);
    assert.deepEqual(await rows('SELECT count(*)::int AS n FROM unsealed_prices'), [{ n: 480 }]);
    // Whoever unpacks one of these is told.
    await rows(
      `UPDATE sealed_blocks SET checksum = '' WHERE stock_name = 'B' OR NOT (first_time >= '2026-02-03Z' AND first_time < '2026-02-05Z')`,
    );
    const whole = [{ n: 8, sum: '3036' }];
    const sum = 'SELECT count(*)::int AS n, sum(price) FROM';
    const days = `"timestamp" >= '2026-02-03Z' AND "timestamp" < '2026-02-05Z'`;
    assert.deepEqual(await rows(`${sum} stock_prices WHERE stock_name = 'A' AND ${days}`), whole);
    const between = `ticks_between('A', now() - (now() - timestamptz '2026-02-03Z'), '2026-02-04Z'::timestamptz + interval '1 day')`;
    assert.deepEqual(await rows(`${sum} ${between}`), whole);
    assert.deepEqual(await rows(`${sum} ticks_between(NULL, '2026-02-09Z')`), [{ n: 0, sum: null }]);
    assert.deepEqual(warnings, []);
    await rows(`${sum} stock_prices WHERE stock_name = 'B' AND ${days}`);
    assert.equal(warnings.length, 2);
    assert.match(warnings[0] ?? '', /^block 1 of B on NYSE, 2026-02-0[34], is unreadable/);
  });

  inNewDatabase('has every tick once while days are sealed, and rollups fit them', async () => {
    await rows(`SELECT create_day_partition('2026-02-01'::date + n) FROM generate_series(0, 14) AS n`);
    await rows(`INSERT INTO day_prices
      SELECT '2026-02-01Z'::timestamptz + n * interval '2 minutes', 'A', 'NYSE', n FROM generate_series(0, 10799) AS n`);
    const day = (n: number) => `2026-02-${String(1 + (n % 15)).padStart(2, '0')}`;
    const sum = 'SELECT count(*)::int AS n, sum(price)::int AS sum FROM';
    const between = [`ticks_between('A')`, `ticks_between(NULL, '2026-02-01Z', '2026-02-16Z')`];
    const questions = ['stock_prices', ...between].map((source) => `${sum} ${source}`);
    const waiting = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;
    for (let n = 0; n < 15; n += 1) {
      let answers: Promise<readonly unknown[]> = Promise.resolve([]);
      await sealByHand(opened.url, day(n), async () => {
        // They begin before the blocks can be seen, and get on when the partition is gone.
        answers = Promise.all([...questions.map((sql) => ask(opened.url, sql)), opened.store.verifyRollups(day(n))]);
        await eventually('who waits', async () => ((await rows(waiting)).length >= 4 ? true : undefined));
      });
      assert.deepEqual(await answers, [...questions.map(() => [{ n: 10_800, sum: 58_314_600 }]), []]);
    }
  });

  inNewDatabase(
    'has every tick once, whether its spans are those of the sealed days or of some time before',
    async () => {
      const insert = `INSERT INTO stock_prices SELECT '2024-06-01Z'::timestamptz + n * interval '16 days', 'A', 'NYSE', n FROM generate_series(0, 39) AS n`;
      await rows(insert);
      const all = await rows('SELECT "timestamp", price FROM stock_prices ORDER BY 1');
      const times = all.map((row) => ('timestamp' in row ? (row.timestamp as Date).toISOString() : ''));
      for (const time of times.filter((_, i) => i % 3 !== 0)) await sealByHand(opened.url, time.slice(0, 10));
      const spans = await rows('SELECT first_day FROM stock_prices_spans');
      const look = async () => {
        assert.deepEqual(await rows('SELECT "timestamp", price FROM stock_prices ORDER BY 1'), all);
        for (const [i, time] of times.entries()) {
          const one = `SELECT price::int FROM stock_prices WHERE "timestamp" >= '${time}' AND "timestamp" <= '${time}'`;
          assert.deepEqual(await rows(one), [{ price: i }]);
        }
      };
      await look();
      for (const change of [
        "DELETE FROM sealed_days WHERE day > '2025-01-01'",
        'DELETE FROM sealed_days',
        'SELECT 1',
      ]) {
        await rows(`${change}; SELECT renew_stock_prices()`);
        await look();
      }
      assert.ok(spans.length > 10 && (await rows('SELECT FROM stock_prices_spans')).length === 1);
    },
  );
});
