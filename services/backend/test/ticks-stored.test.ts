import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { EpochMicros, SequencedTick } from '@tickwatch/core';
import { createPostgresStore, type TickReader } from '@tickwatch/store';
import { tick } from './contract-api.ts';
import { commit, Tail } from './market.ts';
import { Random } from './random.ts';
import { listenBackend, type TestBackend } from './test-backend.ts';
import { startTestDatabase, type TestDatabase } from './test-database.ts';
import { openReader } from './test-reader.ts';

const MIDNIGHT = Date.parse('2026-09-11T00:00:00Z') * 1000;
const START = Date.parse('2026-09-10T23:59:50Z') * 1000;
const STORED = 6000;
const RECEIVED = 200;
const STOCKS = ['AAPL', 'TSLA', 'BTC:USD', 'A,B'];

interface Row {
  readonly stock_name: string;
  readonly exchange_name: string;
  readonly price: string;
  readonly timestamp: string;
  readonly seq: number | null;
}

describe('ticks of many stocks, of a database and what was received after it', () => {
  let database: TestDatabase;
  let reader: TickReader;
  let api: TestBackend;
  const arrived = market();

  before(async () => {
    database = await startTestDatabase();
    await commit(database.client, arrived.slice(0, STORED));
    const tail = new Tail();
    tail.received.push(...arrived.slice(STORED));
    tail.from.set('NASDAQ/0', STORED);
    reader = openReader(database.url, [tail]);
    api = await listenBackend(reader);
  });
  after(async () => {
    await api[Symbol.asyncDispose]();
    await reader[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  const rows = async (query: string): Promise<readonly Row[]> => {
    const answer = await api.get(`/api/ticks?decimals=string&${query}`);
    assert.equal(answer.status, 200, query);
    return (await answer.json()) as readonly Row[];
  };

  it('all are there in the order in which they came, over midnight and into what is not stored yet', async () => {
    const all = await rows('');
    assert.deepEqual(
      all.map(({ seq, price, stock_name }) => [seq, price, stock_name]),
      arrived.map(({ seq, price, stock }) => [seq, price, stock]),
    );
  });

  it('those of a stock are its prices', async () => {
    for (const stock of STOCKS) {
      const day = 'start_time=2026-09-11T00:00:00Z&end_time=2026-09-11T00:00:05Z';
      const of = await rows(`${day}&stocks=${encodeURIComponent(stock)}&exchange=NASDAQ`);
      const prices = await api.get(`/api/prices/${encodeURIComponent(stock)}?decimals=string&${day}`);
      const expected = (await prices.json()) as readonly Pick<Row, 'timestamp' | 'price'>[];
      const inOrderOfTime = of.toSorted((a, b) => compare(a.timestamp, b.timestamp));
      assert.deepEqual(
        inOrderOfTime.map(({ timestamp, price }) => [timestamp, price]),
        expected.map(({ timestamp, price }) => [timestamp, price]),
      );
      assert.ok(of.length > 100);
    }
  });

  it('pages of any length, one behind the other, are the whole', async () => {
    const whole = await rows('');
    for (const limit of [1, 999, 5000]) {
      // Of one tick each, the first few will do.
      const enough = limit === 1 ? 40 : whole.length;
      const read: Row[] = [];
      let path: string | undefined = `/api/ticks?decimals=string&limit=${limit}`;
      while (path !== undefined && read.length < enough) {
        const answer = await api.get(path);
        const page = (await answer.json()) as readonly Row[];
        assert.ok(page.length === limit || !/rel="next"/.test(answer.headers.get('link') ?? ''));
        read.push(...page);
        path = /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1];
      }
      assert.deepEqual(read, whole.slice(0, read.length));
      assert.ok(read.length >= enough);
    }
  });

  it('every page says how far it reaches; a place of nobody is refused', async () => {
    const answer = await api.get('/api/ticks?limit=1');
    assert.equal(answer.headers.get('x-position'), `NASDAQ/0=${STORED + RECEIVED},NYSE/0=0`);
    const next = /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1] ?? '';
    const forged = await api.get(next.replace(/(cursor=[\w-]{12}\.).*/, '$1W10'));
    assert.equal(forged.status, 422);
    assert.equal(((await forged.json()) as { parameter: string }).parameter, 'cursor');
  });
});

describe('ticks of many stocks of a day that is sealed', () => {
  it('are in the order of their times, those of one time in the order in which they came, in pages as well', async () => {
    await using database = await startTestDatabase();
    await using store = createPostgresStore({ connectionString: database.url, applicationName: 'backend-test' });
    // Many share a time stamp.
    const arrived = market().map((one) => ({ ...one, time: (Math.floor(one.time / 50_000) * 50_000) as EpochMicros }));
    await commit(database.client, arrived);
    await store.sealDay('2026-09-10');
    await using reader = openReader(database.url, [new Tail()]);
    await using api = await listenBackend(reader);
    const day = 'end_time=2026-09-10';
    const ofDay = arrived.filter(({ time }) => time < MIDNIGHT).sort((a, b) => a.time - b.time || a.seq - b.seq);
    const expected = ofDay.map(({ stock, price }) => [stock, price]);
    assert.ok(expected.length > 1000);
    const whole = (await (await api.get(`/api/ticks?decimals=string&${day}`)).json()) as readonly Row[];
    const cells = ({ stock_name, price }: Row) => [stock_name, price];
    assert.deepEqual(whole.map(cells), expected);
    // Packed, a tick keeps its number only where another one of its stock has its time stamp.
    assert.ok(whole.every(({ seq }, i) => seq === null || seq === ofDay[i]?.seq));
    assert.ok(whole.some(({ seq }) => seq === null) && whole.some(({ seq }) => seq !== null));
    const read: Row[] = [];
    for (let path: string | undefined = `/api/ticks?decimals=string&limit=777&${day}`; path !== undefined; ) {
      const answer = await api.get(path);
      read.push(...((await answer.json()) as readonly Row[]));
      path = /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1];
    }
    assert.deepEqual(read, whole);
  });
});

/** About a millisecond apart; one in twenty up to two seconds late. */
function market(): readonly SequencedTick[] {
  const random = new Random(1818);
  let time = START;
  return Array.from({ length: STORED + RECEIVED }, (_, i) => {
    time += random.integer(0, 4000);
    const late = random.next() < 0.05 ? random.integer(1, 2_000_000) : 0;
    return tick(random.pick(STOCKS), 'NASDAQ', random.pick(['1.50', '1.5', '220', '0.0001']), time - late, i + 1);
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
