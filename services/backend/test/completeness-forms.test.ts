import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { type Candle, parseTime } from '@tickwatch/core';
import { tick } from './contract-api.ts';
import { type HolesApi, startHolesApi } from './holes-api.ts';
import { forgetHoles, insertCoverage, insertHoles, rangeOf } from './holes-kit.ts';
import type { TestBackend } from './test-backend.ts';
import { listenBackend } from './test-backend.ts';
import { startTestDatabase, type TestDatabase } from './test-database.ts';
import { openReader } from './test-reader.ts';

const MINUTE = 60_000_000;
const NINE = parseTime('2026-09-10T09:00:00Z') as number;
const TEN = NINE + 60 * MINUTE;

describe('answers of each form say whether they are complete', () => {
  let holesApi: HolesApi;
  let database: TestDatabase;
  let api: TestBackend;

  before(async () => {
    const ticks = [tick('AAPL', 'NASDAQ', '1', NINE, 1), tick('AAPL', 'NASDAQ', '2', NINE + 90 * MINUTE, 2)];
    holesApi = await startHolesApi(ticks, () => undefined);
    ({ database, api } = holesApi);
  });
  after(() => holesApi[Symbol.asyncDispose]());
  beforeEach(() => holesApi.forget([{ from: NINE }]));

  it('candles say it each, filled ones too, and only as far as they were asked for', async () => {
    await insertHoles(database.client, [{ from: NINE + 15 * MINUTE, to: NINE + 20 * MINUTE }]);
    const candles = async (query: string): Promise<readonly string[]> => {
      const answer = await api.get(`/api/candles/AAPL?${query}`);
      const all = (await answer.json()) as readonly Candle[];
      return [
        answer.headers.get('x-complete') ?? '',
        ...all.filter(({ complete }) => !complete).map((candle) => candle.time.slice(11, 16)),
      ];
    };
    const range = rangeOf(NINE, TEN + 60 * MINUTE);
    assert.deepEqual(await candles(`interval=1h&${range}`), ['false', '09:00']);
    assert.deepEqual(await candles(`interval=5m&fill=null&${range}`), ['false', '09:15', '09:20']);
    assert.deepEqual(await candles(`interval=5m&fill=previous&${range}`), ['false', '09:15', '09:20']);
    assert.deepEqual(await candles(`interval=1h&fill=null&${rangeOf(NINE + 21 * MINUTE, TEN)}`), ['true']);
    assert.deepEqual(await candles(`interval=1h&fill=null&${rangeOf(NINE, NINE + 15 * MINUTE - 1)}`), ['true']);
    assert.deepEqual(await candles(`interval=1h&fill=null&${rangeOf(NINE, NINE + 15 * MINUTE)}`), ['false', '09:00']);
    assert.deepEqual(await candles(`interval=1d&timezone=America/New_York&${range}`), ['false', '04:00']);
    assert.deepEqual(await candles(`interval=1M&${range}`), ['false', '00:00']);
    assert.deepEqual(await candles(`interval=1h&fill=null&${rangeOf(NINE - 60 * MINUTE, TEN)}`), [
      'false',
      '08:00',
      '09:00',
    ]);
  });

  it('prices in each form, pages and points say it in headers, with a link that leads to the holes', async () => {
    await insertHoles(database.client, [{ from: NINE + 15 * MINUTE, to: NINE + 20 * MINUTE }]);
    for (const form of ['', 'format=ndjson', 'format=csv', 'limit=1', 'points=4', 'order=desc']) {
      for (const [range, complete] of [
        [rangeOf(NINE, TEN), 'false'],
        [rangeOf(NINE, NINE + MINUTE), 'true'],
      ]) {
        const answer = await api.get(`/api/prices/AAPL?${range}&${form}&exchange=NASDAQ`);
        await answer.arrayBuffer();
        assert.equal(answer.headers.get('x-complete'), complete, form);
        const link = /<([^>]+)>; rel="gaps"/.exec(answer.headers.get('link') ?? '')?.[1] ?? '';
        const gaps = (await (await api.get(link)).json()) as readonly unknown[];
        assert.equal(gaps.length, complete === 'true' ? 0 : 1, link);
      }
    }
    const page = await api.get(`/api/prices/AAPL?limit=1`);
    assert.match(
      page.headers.get('link') ?? '',
      /^<\/api\/prices\/AAPL\?limit=1&cursor=[^>]+>; rel="next", <\/api\/gaps\?stock=AAPL>; rel="gaps"$/,
    );
  });

  it('a 304 is not given when only the completeness changed', async () => {
    const paths = ['prices/AAPL?', 'prices/AAPL?points=4&', 'average/AAPL?', 'candles/AAPL?interval=1h&'];
    for (const path of paths) {
      const url = `/api/${path}${rangeOf(NINE, TEN)}`;
      await forgetHoles(database.client);
      await insertCoverage(database.client, [{ from: NINE }]);
      await insertHoles(database.client, [{ from: NINE + MINUTE, to: NINE + 2 * MINUTE }]);
      const first = await api.get(url);
      await first.arrayBuffer();
      const headers = { 'if-none-match': first.headers.get('etag') ?? '' };
      assert.equal((await api.get(url, { headers })).status, 304, path);
      await insertCoverage(database.client, [{ from: NINE, to: TEN, source: 'a file' }]);
      const again = await api.get(url, { headers });
      assert.equal(again.status, 200, path);
      assert.equal(again.headers.get('x-complete'), 'true', path);
    }
  });

  it('says that ticks of before are missing from lists of ticks, and from no figure', async () => {
    await using database = await startTestDatabase();
    await database.client.query(
      `INSERT INTO stock_prices VALUES ('2026-09-10T10:00Z', 'OLD', 'NYSE', 1), ('2026-09-12T10:00Z', 'OLD', 'NYSE', 2)`,
    );
    await database.client.query(`INSERT INTO coverage (exchange_name, from_time) VALUES ('NYSE', '2026-09-10T10:00Z')`);
    await database.client.query(
      `INSERT INTO ingest_positions (lane, exchange_name, covered_until) VALUES ('NYSE/0', 'NYSE', '2026-09-13T00:00Z')`,
    );
    await database.client.query(`SELECT drop_raw_before('2026-09-11', 100)`);
    await using reader = openReader(database.url);
    await using api = await listenBackend(reader);
    const complete = async (path: string) => (await api.get(path)).headers.get('x-complete');
    const end = 'end_time=2026-09-12T12:00:00Z';
    for (const [path, isComplete] of [
      [`/api/average/OLD?${end}`, 'true'],
      [`/api/candles/OLD?interval=1h&${end}`, 'true'],
      [`/api/prices/OLD?${end}`, 'false'],
      [`/api/prices/OLD?format=ndjson&${end}`, 'false'],
      [`/api/prices/OLD?limit=10&${end}`, 'false'],
      [`/api/prices/OLD?start_time=2026-09-11&${end}`, 'true'],
      [`/api/prices/OLD?start_time=2026-09-11&limit=10&${end}`, 'true'],
    ])
      assert.equal(await complete(path as string), isComplete, path);
  });
});
