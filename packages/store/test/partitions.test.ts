import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { nowMicros } from '@tickwatch/core';
import pg from 'pg';
import { summarizeArrival } from '../src/summarize-arrival.ts';
import { ask, BatchMaker, lead, openTestStore, startTestServer, type TestServer } from './store-test-kit.ts';

const DAY = 86_400_000_000;
const WHERE_ROWS_ARE = `SELECT tableoid::regclass::text AS place, count(*)::int AS n
  FROM (SELECT tableoid FROM day_prices UNION ALL SELECT tableoid FROM late_prices) AS ticks GROUP BY 1 ORDER BY 1`;
const ROLLUPS = 'SELECT * FROM price_rollups ORDER BY stock_name, width, bucket, exchange_name';

function partitionOf(time: number): string {
  const [year, month, day] = new Date(time / 1000).toISOString().slice(0, 10).split('-');
  return `stock_prices_y${year}m${month}d${day}`;
}

describe('day partitions', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server[Symbol.asyncDispose]());

  it('take the ticks of their day; older stray ticks lie with the late ones', async () => {
    await using opened = await openTestStore(server);
    await using membership = await lead(opened.store);
    const make = new BatchMaker();
    const now = nowMicros();
    await membership.commit(make.batches([0, 3, 400].map((days) => make.tick('AAPL', '1', now - days * DAY))));
    const expected = [partitionOf(now - 3 * DAY), partitionOf(now), 'late_prices'].sort();
    assert.deepEqual(
      await ask(opened.url, WHERE_ROWS_ARE),
      expected.map((place) => ({ place, n: 1 })),
    );
  });

  it('have their index of arrival summarized by maintenance, also where no autovacuum does', async () => {
    await using opened = await openTestStore(server);
    const { url } = opened;
    const partition = partitionOf(nowMicros());
    await ask(url, `SELECT create_day_partition((now() AT TIME ZONE 'UTC')::date)`);
    await ask(url, `ALTER TABLE ${partition} SET (autovacuum_enabled = false)`);
    await ask(
      url,
      `INSERT INTO ${partition} SELECT date_trunc('day', now(), 'UTC') + n * interval '1 microsecond', 'AAPL', 'NYSE', n, n
         FROM generate_series(1, 20000) AS n`,
    );
    const writer = new pg.Client({ connectionString: url });
    await writer.connect();
    await summarizeArrival(writer);
    await writer.end();
    const left = await ask<{ ranges: number }>(
      url,
      `SELECT sum(brin_summarize_new_values(indexrelid))::int AS ranges FROM pg_index WHERE indrelid = '${partition}'::regclass
         AND indexrelid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'idx_day_prices_arrival'::regclass)`,
    );
    // A range that was not full then may have been summarized all the same: nothing is left.
    assert.deepEqual(left, [{ ranges: 0 }]);
  });

  it('leave late ticks of their day where they are, without reading one, and rollups are of all of them', async () => {
    await using opened = await openTestStore(server);
    const { store, url } = opened;
    await ask(
      url,
      "INSERT INTO stock_prices SELECT timestamptz '2020-05-05 23:59:59.999999Z' + n * interval '1 microsecond', 'AAPL', 'NYSE', n + 1 FROM generate_series(0, 9) AS n",
    );
    const rollups = await ask(url, ROLLUPS);
    const days = ['2020-05-06', '2020-05-05'];
    const writer = new pg.Client({ connectionString: url });
    await writer.connect();
    await writer.query('BEGIN; LOCK TABLE late_prices IN ACCESS EXCLUSIVE MODE');
    await Promise.all(Array.from({ length: 3 }, () => store.ensurePartitions(days)));
    await writer.query('COMMIT');
    await writer.end();
    assert.deepEqual(await ask(url, WHERE_ROWS_ARE), [{ place: 'late_prices', n: 10 }]);
    assert.deepEqual(await ask(url, ROLLUPS), rollups);
    await ask(url, "INSERT INTO stock_prices_y2020m05d06 VALUES ('2020-05-06 12:00:00Z', 'AAPL', 'NYSE', 5)");
    for (const day of days) assert.deepEqual(await store.verifyRollups(day), []);
    const [day] = await ask(url, "SELECT count::int FROM price_rollups WHERE width = 'day' AND bucket = '2020-05-06Z'");
    assert.deepEqual(day, { count: 10 });
    assert.deepEqual(await store.daysWithData('2020-01-01', '2020-12-31'), days.toReversed());
  });

  it('are not waited for when somebody else changes the table: the ticks are late, and those after them are not', async () => {
    await using opened = await openTestStore(server);
    const { store, url, events } = opened;
    const other = new pg.Client({ connectionString: url });
    await other.connect();
    await other.query('BEGIN; LOCK TABLE day_prices IN SHARE UPDATE EXCLUSIVE MODE');
    await using membership = await lead(store);
    const make = new BatchMaker();
    const time = nowMicros() - 2 * DAY;
    await membership.commit(make.batches([make.tick('AAPL', '1', time)]));
    assert.deepEqual(await ask(url, WHERE_ROWS_ARE), [{ place: 'late_prices', n: 1 }]);
    assert.ok(events.some((event) => event.type === 'partition_failed' && /lock/.test(event.error)));
    await other.query('COMMIT');
    await other.end();
    await store.ensurePartitions([new Date(time / 1000).toISOString().slice(0, 10)]);
    await membership.commit(make.batches([make.tick('AAPL', '2', time)]));
    assert.deepEqual(await ask(url, WHERE_ROWS_ARE), [
      { place: 'late_prices', n: 1 },
      { place: partitionOf(time), n: 1 },
    ]);
  });

  it('go when retention says so; rollups stay, and take late ticks of dropped days', async () => {
    await using opened = await openTestStore(server);
    const { store, url, events } = opened;
    const now = nowMicros();
    const today = Math.floor(now / DAY) * DAY;
    await using membership = await lead(store);
    const make = new BatchMaker();
    const old = today - 5 * DAY;
    await membership.commit(
      make.batches([
        make.tick('AAPL', '10', old),
        make.tick('AAPL', '30', old + 30_000_000),
        make.tick('AAPL', '7', today - 300 * DAY),
        make.tick('AAPL', '5', today),
      ]),
    );
    const rollups = await ask(url, ROLLUPS);
    assert.equal(await store.applyRetention(2), 1);
    assert.deepEqual(await ask(url, ROLLUPS), rollups);
    assert.deepEqual(await ask(url, WHERE_ROWS_ARE), [{ place: partitionOf(today), n: 1 }]);
    const [raw] = await ask<{ raw_from: Date }>(url, 'SELECT raw_from FROM raw_retention');
    assert.equal(raw?.raw_from.getTime(), (today - 2 * DAY) / 1000);
    assert.ok(events.some((event) => event.type === 'retention_applied' && event.droppedDays === 1));

    await membership.commit(make.batches([make.tick('AAPL', '50', old + 20_000_000)]));
    await ask(url, 'DELETE FROM stock_prices WHERE price = 50');
    const late = await ask(
      url,
      `SELECT count::int, sum::int, high::int, open::int, close::int FROM price_rollups
       WHERE bucket = to_timestamp($1) ORDER BY width`,
      [old / 1e6],
    );
    assert.deepEqual(late, Array(3).fill({ count: 3, sum: 90, high: 50, open: 10, close: 30 }));
  });
});
