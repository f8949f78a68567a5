import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type DecimalText, type EpochMicros, parseTime, type SequencedTick } from '@tickwatch/core';
import { decimalMean, decimalsOf, type PageKey, type TickReader } from '@tickwatch/store';
import { describeAsked, randomAsked } from './asked.ts';
import { commit, randomTicks, STOCKS, Tail } from './market.ts';
import {
  type Asked,
  candleKey,
  groupBy,
  highest,
  inRange,
  keyOf,
  lowest,
  meanOf,
  timeWeightedMeanOf,
  toFixedPoint,
} from './oracle.ts';
import { Random } from './random.ts';
import { listenBackend, type TestBackend } from './test-backend.ts';
import { startTestDatabase, type TestDatabase } from './test-database.ts';
import { openReader } from './test-reader.ts';

const FROM = parseTime('2026-03-05T03:00:00Z') as number;
const UNTIL = parseTime('2026-03-07T21:00:00Z') as number;
const QUESTIONS = 40;

describe('prices at and below zero, compared with the oracle', () => {
  const random = new Random(20_200_420);
  const ticks = randomTicks(random, 1500, FROM, UNTIL).map(withSign);
  let database: TestDatabase;
  let reader: TickReader;
  let api: TestBackend;

  before(async () => {
    database = await startTestDatabase();
    await commit(database.client, ticks.slice(0, 1400));
    const tail = new Tail();
    tail.received.push(...ticks);
    reader = openReader(database.url, [tail]);
    api = await listenBackend(reader);
  });
  after(async () => {
    await api[Symbol.asyncDispose]();
    await reader[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  function withSign(tick: SequencedTick): SequencedTick {
    const kind = random.next();
    const price = kind < 0.5 ? tick.price : kind < 0.6 ? '0' : `-${tick.price}`;
    return { ...tick, price: price as DecimalText };
  }

  const questionOf = (asked: Asked) => ({ ...asked, start: asked.start as EpochMicros, end: asked.end as EpochMicros });

  it('averages, extremes and time-weighted means are exact, rounded away from zero', async () => {
    for (let i = 0; i < QUESTIONS; i++) {
      const asked = randomAsked(random, ticks, FROM, UNTIL);
      const expected = inRange(ticks, asked);
      const { row } = (await reader.summary(questionOf(asked))).value;
      const text = describeAsked(asked);
      assert.equal(row?.count ?? 0, expected.length, text);
      if (row === undefined) continue;
      assert.equal(decimalMean(row.sum, String(row.count)), meanOf(expected), text);
      assert.equal(toFixedPoint(row.low), lowest(expected), text);
      assert.equal(toFixedPoint(row.high), highest(expected), text);
      if (row.weightedMicros === '0') continue;
      const weighted = decimalMean(row.weightedSum, row.weightedMicros, decimalsOf(row.sum) + 12);
      assert.equal(weighted, timeWeightedMeanOf(expected), text);
    }
  });

  it('candles and points have the lowest and the highest by value', async () => {
    for (let i = 0; i < QUESTIONS; i++) {
      const asked = randomAsked(random, ticks, FROM, UNTIL);
      const { value = [] } = await reader.candles(questionOf(asked), { interval: '1h', timeZone: 'UTC', fill: 'none' });
      const groups = [...groupBy(inRange(ticks, asked), (tick) => candleKey(tick.time, '1h', 'UTC')).values()];
      const fixed = (text: string | null): bigint => toFixedPoint(text ?? '');
      assert.deepEqual(
        value.map(({ low, high, average }) => [fixed(low), fixed(high), average]),
        groups.map((group) => [lowest(group), highest(group), meanOf(group)]),
      );
      const points = (await reader.points(questionOf(asked), 40)).value?.ticks ?? [];
      const range = inRange(ticks, asked);
      if (range.length === 0) continue;
      assert.equal(lowest(points), lowest(range));
      assert.equal(highest(points), highest(range));
    }
  });

  it('pages go through all of them in order, by the cursors that the API gives out', async () => {
    const all = inRange(ticks, { stock: STOCKS[0], exchange: undefined, start: undefined, end: undefined });
    const seen: string[] = [];
    for (let after: PageKey | undefined, more = true; more; ) {
      const { value } = await reader.page({ stock: STOCKS[0] }, { order: 'asc', limit: 97, after });
      seen.push(...value.ticks.map(keyOf));
      after = value.next;
      more = after !== undefined;
    }
    assert.deepEqual(seen, all.map(keyOf));
    const prices: string[] = [];
    for (let path: string | undefined = `/api/prices/${STOCKS[0]}?limit=101&decimals=string`; path !== undefined; ) {
      const reply = await api.get(path);
      assert.equal(reply.status, 200, path);
      const rows = (await reply.json()) as { readonly price: string }[];
      prices.push(...rows.map(({ price }) => price));
      path = /<([^>]+)>; rel="next"/.exec(reply.headers.get('link') ?? '')?.[1];
    }
    assert.deepEqual(
      prices.map(toFixedPoint),
      all.map(({ price }) => toFixedPoint(price)),
    );
  });

  it('every answer of the API writes them', async () => {
    const stock = encodeURIComponent(STOCKS[0]);
    const paths = [
      `/api/prices/${stock}`,
      `/api/prices/${stock}?format=csv`,
      `/api/prices/${stock}?points=50`,
      `/api/average/${stock}`,
      `/api/candles/${stock}?interval=1h`,
      `/api/asof/${stock}?time=2026-03-06`,
      '/api/stocks',
      '/api/latest',
      `/api/udf/history?symbol=${stock}&resolution=60&from=${FROM / 1e6}&to=${UNTIL / 1e6}`,
    ];
    for (const path of paths) {
      const reply = await api.get(path);
      assert.equal(reply.status, 200, `${path}: ${await reply.clone().text()}`);
      if (!/stocks|latest|asof|average/.test(path)) assert.match(await reply.text(), /[":,[]-\d/, path);
    }
  });
});
