import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { MAX_OUTLIERS, type Outliers, type Problem } from '@tickwatch/core';
import type { TickReader } from '@tickwatch/store';
import { listenBackend, type TestBackend } from './test-backend.ts';
import { startTestDatabase, type TestDatabase } from './test-database.ts';
import { openReader } from './test-reader.ts';

describe('GET /api/outliers/{stock_name}', () => {
  let database: TestDatabase;
  let reader: TickReader;
  let api: TestBackend;
  const ask = async (path: string): Promise<Outliers> => {
    const response = await api.get(`/api/outliers/${path}`);
    assert.equal(response.status, 200, await response.clone().text());
    return (await response.json()) as Outliers;
  };
  const timesOf = (rows: Outliers): string[] => rows.map(({ timestamp }) => timestamp.slice(11, 19));

  before(async () => {
    database = await startTestDatabase();
    await database.client.query(`
      INSERT INTO outliers ("timestamp", stock_name, exchange_name, seq, price, median, deviation) VALUES
        ('2026-11-20 10:00:00Z', 'AAPL', 'NASDAQ', 1, 2200.40, 220.4, 0.1),
        ('2026-11-20 11:00:00Z', 'AAPL', 'NASDAQ', 2, 0, 220.4, 0.1),
        ('2026-11-20 11:00:00Z', 'AAPL', 'NASDAQ', 3, -5, 220.4, 0.1),
        ('2026-11-20 12:00:00.123456Z', 'AAPL', 'NYSE', 1, 1.0000000000000000000000000000000000000001, 220.4, 1e-7),
        ('2026-11-20 10:00:00Z', 'A/B C', 'NYSE', 2, 1, 2, 0)`);
    await database.client.query(`
      INSERT INTO outliers ("timestamp", stock_name, exchange_name, seq, price, median, deviation)
      SELECT '2026-11-21Z'::timestamptz + i * interval '1 s', 'FLOOD', 'NYSE', i, i, 1, 0 FROM generate_series(1, 1500) AS i`);
    reader = openReader(database.url);
    api = await listenBackend(reader);
  });
  after(async () => {
    await api[Symbol.asyncDispose]();
    await reader[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  it('lists the marks of a stock ascending, with all their digits, and what was usual', async () => {
    const text = await (await api.get('/api/outliers/AAPL')).text();
    const price = '1.0000000000000000000000000000000000000001';
    assert.ok(
      text.endsWith(
        `{"timestamp":"2026-11-20T12:00:00.123456Z","stock_name":"AAPL","exchange_name":"NYSE","price":${price},"median":220.4,"deviation":0.0000001}]`,
      ),
      text,
    );
    const rows = await ask('AAPL?decimals=string');
    assert.deepEqual(
      rows.map((row) => row.price),
      ['2200.40', '0', '-5', price],
    );
    assert.equal((await ask('A%2FB%20C')).length, 1);
    assert.deepEqual(await ask('NONE'), []);
  });

  it('takes both ends of a range into it, and an exchange', async () => {
    assert.deepEqual(timesOf(await ask('AAPL?start_time=2026-11-20T11:00:00Z&end_time=2026-11-20T12:00:00Z')), [
      '11:00:00',
      '11:00:00',
    ]);
    assert.deepEqual(timesOf(await ask('AAPL?start_time=2026-11-20&end_time=2026-11-20&exchange=NYSE')), ['12:00:00']);
    assert.deepEqual(await ask('AAPL?start_time=2026-11-20&timezone=Asia/Tokyo&end_time=2026-11-20T09:00:00Z'), []);
  });

  it('is bounded: of very many the newest', async () => {
    const rows = await ask('FLOOD');
    assert.equal(rows.length, MAX_OUTLIERS);
    assert.deepEqual([rows[0]?.price, rows.at(-1)?.price], [501, 1500]);
    const before = await ask(`FLOOD?end_time=${new Date(Date.parse(rows[0]?.timestamp ?? '') - 1000).toISOString()}`);
    assert.deepEqual([before.length, before.at(-1)?.price], [500, 500]);
  });

  it('refuses what it does not know, and names the parameter', async () => {
    for (const [query, parameter] of [
      ['start=2026-11-20', 'start'],
      ['start_time=yesterday', 'start_time'],
      ['start_time=2026-11-21&end_time=2026-11-20', 'start_time'],
      ['exchange=', 'exchange'],
      ['decimals=float', 'decimals'],
    ] as const) {
      const response = await api.get(`/api/outliers/AAPL?${query}`);
      assert.equal(response.status, 422, query);
      assert.equal(((await response.json()) as Problem).parameter, parameter);
    }
  });
});
