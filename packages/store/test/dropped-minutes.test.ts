import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { dayFromNow } from '../src/partitions.ts';
import { seal } from './sealing-kit.ts';
import { ask, openTestStore, startTestServer, type TestServer } from './store-test-kit.ts';

const DAY = dayFromNow(-20);

/** 20,000 ticks of four stocks on two exchanges, over three hours of the day, with their rollups. */
const FILL = `
  INSERT INTO stock_prices (timestamp, stock_name, exchange_name, price, seq)
  SELECT '${DAY}T09:30Z'::timestamptz + n * interval '540 milliseconds', 'S' || n % 4,
    CASE n % 8 WHEN 0 THEN 'NYSE' ELSE 'NASDAQ' END, (100 + n % 37 - n % 11)::numeric / 10, n
  FROM generate_series(1, 20000) AS n`;

/** All but the seq, which sealed ticks need not have any more. */
const MINUTES = `
  SELECT stock_name, exchange_name, bucket::text, count, sum, open, high, low, close, open_time::text, high_time::text,
    low_time::text, close_time::text, weighted_sum
  FROM price_rollups WHERE width = 'minute' ORDER BY 1, 2, bucket`;

describe('minutes of a sealed day that were dropped', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server[Symbol.asyncDispose]());

  async function dropped() {
    const opened = await openTestStore(server);
    const { url } = opened;
    await ask(url, FILL);
    const minutes = await ask<{ stock_name: string }>(url, MINUTES);
    assert.equal((await seal(url, DAY)).state, 'sealed');
    const [gone] = await ask<{ n: string }>(url, 'SELECT drop_minutes($1) AS n', [DAY]);
    assert.equal(Number(gone?.n), minutes.length);
    assert.deepEqual(await ask(url, MINUTES), []);
    return { ...opened, minutes, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() };
  }
  const stocks = (url: string) =>
    ask(url, 'SELECT stock_name AS stock, exchange_name AS exchange FROM dropped_minutes');

  it('are no difference to hours and days, and ticks tell them', async () => {
    await using opened = await dropped();
    assert.deepEqual(await opened.store.verifyRollups(DAY), []);
    assert.equal((await stocks(opened.url)).length, 5);
  });

  it('come back of a stock that gets a late tick, and with it', async () => {
    await using opened = await dropped();
    const { url, store, minutes } = opened;
    await ask(
      url,
      `INSERT INTO stock_prices (timestamp, stock_name, exchange_name, price)
       VALUES ('${DAY}T10:00:30.000001Z', 'S1', 'NASDAQ', 7), ('${DAY}T23:00Z', 'S1', 'NASDAQ', 8)`,
    );
    assert.deepEqual(await store.verifyRollups(DAY), []);
    const back = await ask<{ stock_name: string }>(url, MINUTES);
    assert.equal(back.length, minutes.filter((row) => row.stock_name === 'S1').length + 1);
    assert.equal((await stocks(url)).length, 4);
    assert.deepEqual(
      await ask(url, `SELECT has_minutes FROM sealed_days`),
      [{ has_minutes: true }],
      'so that they are dropped again when the late ticks are sealed',
    );
  });

  it('come back as they were when they are built anew', async () => {
    await using opened = await dropped();
    await opened.store.rebuildRollups(DAY);
    assert.deepEqual(await ask(opened.url, MINUTES), opened.minutes);
    assert.deepEqual(await opened.store.verifyRollups(DAY), []);
    assert.deepEqual(await ask(opened.url, 'SELECT minutes_from::text FROM raw_retention'), [
      { minutes_from: '-infinity' },
    ]);
  });

  it('come back as they were when blocks go, be it by retention', async () => {
    await using opened = await dropped();
    // Be it one by one, as taking an import back does it.
    await ask(opened.url, 'DELETE FROM sealed_blocks WHERE place = 1');
    assert.equal(await opened.store.applyRetention(10), 1);
    assert.deepEqual(await ask(opened.url, MINUTES), opened.minutes);
    assert.deepEqual(await ask(opened.url, 'SELECT * FROM dropped_minutes'), []);
  });

  it('stay where somebody writes to the day at the same moment', async () => {
    await using opened = await openTestStore(server);
    const { url } = opened;
    await ask(url, FILL);
    await seal(url, DAY);
    const insert = `INSERT INTO stock_prices VALUES ('${DAY}T10:00:30.000001Z', 'S1', 'NASDAQ', 7)`;
    for (let turn = 0; turn < 8; turn++) {
      await Promise.all([ask(url, 'SELECT drop_minutes($1)', [DAY]), ask(url, insert)]);
      assert.deepEqual(await opened.store.verifyRollups(DAY), []);
      await ask(url, `DELETE FROM stock_prices WHERE price = 7`);
    }
  });
});
