import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { SequencedTick } from '@tickwatch/core';
import type { TickReader } from '@tickwatch/store';
import { tick } from './contract-api.ts';
import { commit, Tail } from './market.ts';
import { listenBackend, type TestBackend } from './test-backend.ts';
import { startTestDatabase, type TestDatabase } from './test-database.ts';
import { openReader } from './test-reader.ts';

const NOON = '2026-09-10T12:00:00Z';
const BEFORE = '2026-09-10T11:59:59Z';

/** A tick before, then 10, 12, 11 of one time stamp: neither by price nor by its reverse. */
function arrived(stock: string, firstSeq: number): readonly SequencedTick[] {
  return [
    tick(stock, 'NYSE', '5', BEFORE, firstSeq),
    ...['10', '12', '11'].map((price, i) => tick(stock, 'NYSE', price, NOON, firstSeq + 1 + i)),
  ];
}

describe('ticks of one time stamp are in the order in which they came', () => {
  let database: TestDatabase;
  let reader: TickReader;
  let api: TestBackend;

  before(async () => {
    database = await startTestDatabase();
    const { client } = database;
    const tail = new Tail();
    const split = arrived('SPLIT', 21);
    const live = arrived('TAIL', 31);
    await commit(client, arrived('TABLE', 11));
    await commit(client, split.slice(0, 3));
    tail.received.push(...split, ...live);
    tail.from.set('NYSE/0', 20);
    // What stood in the table before the migration, in an order that is neither of them.
    await commit(client, [...arrived('OLD', 1)].map((old) => ({ ...old, seq: 0 })).toReversed());
    reader = openReader(database.url, [tail]);
    api = await listenBackend(reader);
  });
  after(async () => {
    await api[Symbol.asyncDispose]();
    await reader[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  const json = async (path: string) => (await (await api.get(path)).json()) as Record<string, unknown>;
  const pricesOf = (body: unknown) => (body as { price: number }[]).map(({ price }) => price);

  for (const [stock, where, order, lastSeq] of [
    ['TABLE', 'in the table', [10, 12, 11], '14'],
    ['TAIL', 'in a subscriber’s memory', [10, 12, 11], '34'],
    ['SPLIT', 'in both', [10, 12, 11], '24'],
    ['OLD', 'in the table from before it kept their order, by price', [10, 11, 12], '0'],
  ] as const) {
    it(`${where}: in candles, averages, latest, as-of and UDF`, async () => {
      const [first, , last] = order;
      for (const interval of ['1s', '1m', '1h', '1d']) {
        const answer = await api.get(`/api/candles/${stock}?interval=${interval}&start_time=${NOON}`);
        const [candle] = (await answer.json()) as Record<string, number>[];
        assert.deepEqual([candle?.open, candle?.close], [first, last], interval);
        assert.equal(answer.headers.get('x-last-seq'), lastSeq);
      }
      for (let i = 0; i < 2; i++) {
        const average = await json(`/api/average/${stock}?start_time=${NOON}`);
        assert.deepEqual([average.first, average.last, average.count], [first, last, 3]);
      }
      const all = await json(`/api/average/${stock}?end_time=2026-09-10T12:00:01Z`);
      assert.deepEqual([all.first, all.last, all.time_weighted_average], [5, last, (5 + last) / 2]);
      assert.equal((await json(`/api/latest/${stock}`)).price, last);
      assert.equal((await json(`/api/asof/${stock}?time=${NOON}`)).price, last);
      assert.equal((await json(`/api/asof/${stock}?time=2026-09-10T13:00:00Z`)).price, last);
      const stocks = (await (await api.get('/api/stocks')).json()) as { stock_name: string; price: number }[];
      assert.equal(stocks.find(({ stock_name: name }) => name === stock)?.price, last);
      const bars = await json(`/api/udf/history?symbol=${stock}&resolution=1&from=1789041600&to=1789041660`);
      assert.deepEqual([bars.o, bars.c], [[first], [last]]);
    });

    it(`${where}: in pages, streams, files and points, both ways`, async () => {
      for (const way of ['asc', 'desc'] as const) {
        const expected = way === 'asc' ? [5, ...order] : [...order.toReversed(), 5];
        const paged: number[] = [];
        let path: string | undefined = `/api/prices/${stock}?limit=1&order=${way}`;
        while (path !== undefined) {
          const page = await api.get(path);
          paged.push(...pricesOf(await page.json()));
          path = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
        }
        assert.deepEqual(paged, expected);
        assert.deepEqual(pricesOf(await (await api.get(`/api/prices/${stock}?order=${way}`)).json()), expected);
        const csv = await (await api.get(`/api/prices/${stock}?order=${way}&format=csv`)).text();
        assert.deepEqual(csv.match(/(?<=,)\d+$/gm)?.map(Number), expected);
        const ndjson = await (await api.get(`/api/prices/${stock}?order=${way}&format=ndjson`)).text();
        assert.deepEqual(ndjson.match(/(?<="price":)\d+/g)?.map(Number), expected);
      }
      const points = await api.get(`/api/prices/${stock}?points=4&start_time=${NOON}`);
      assert.deepEqual(pricesOf(await points.json()), order);
    });
  }

  it('a page’s cursor holds while its ticks are being committed, also among equal ones', async () => {
    const tail = new Tail();
    const last = 1000;
    const equal = [1, 2, 3, 4].map((seq) => tick('EQUAL', 'NASDAQ', '7', NOON, last + seq));
    await commit(database.client, [tick('EQUAL', 'NASDAQ', '7', NOON, last)]);
    tail.received.push(...equal);
    tail.from.set('NASDAQ/0', last);
    await using live = openReader(database.url, [tail]);
    const seqs: number[] = [];
    let after: Parameters<TickReader['page']>[1]['after'];
    for (const more of [equal.slice(0, 2), equal.slice(2), []]) {
      const { value } = await live.page({ stock: 'EQUAL' }, { order: 'asc', limit: 2, after });
      seqs.push(...value.ticks.map(({ seq }) => seq));
      after = value.next;
      if (more.length > 0) await commit(database.client, more);
    }
    assert.deepEqual([seqs, after], [[1000, 1001, 1002, 1003, 1004], undefined]);
  });

  it('a cursor of an earlier version is refused with a word', async () => {
    const cursor = Buffer.from(JSON.stringify(['asc', 1, '1', 'NYSE', 1])).toString('base64url');
    const answer = await api.get(`/api/prices/TABLE?cursor=${cursor}`);
    assert.equal(answer.status, 422);
    assert.match(await answer.text(), /not one that this server gave out/);
  });
});
