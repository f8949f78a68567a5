import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { listenBackend, type TestBackend } from './test-backend.ts';
import { startTestDatabase, type TestDatabase } from './test-database.ts';
import { openReader } from './test-reader.ts';

/** Rows as `psql` may insert them: what the table takes must be answered, anything else must be refused with a word. */
const TAKEN: readonly (readonly [name: string, values: string])[] = [
  ['an empty name', "now(), '', '', 1.5"],
  ['a name of control characters', "now(), E'a\\tb\\nc\\u0001\\u007f', E'\\u0085X\\r', 2"],
  ['quotes, backslashes and commas', `now(), '"q''\\,;', 'N"Y', 3`],
  ['a name that is a path', "now(), '../a/b?c=d#e%2F', 'X', 4"],
  ['a long name', "now(), repeat('é', 255), repeat('N', 255), 5"],
  ['letters beyond the first plane', "now(), '😀𝔘', 'X', 6"],
  ['a price of 400 digits', "now(), 'HUGE', 'X', repeat('9', 400)::numeric"],
  ['a price of 400 decimals', "now(), 'TINY', 'X', ('0.' || repeat('0', 399) || '1')::numeric"],
  ['a price of zero', "now(), 'ZERO', 'X', 0.00"],
  ['a price below zero', "now(), 'CLK20', 'X', -37.63"],
  ['the first moment there is', "'1970-01-01Z', 'FIRST', 'X', 7"],
  ['the last moment there is', "'2254-12-31 23:59:59.999999Z', 'LAST', 'X', 8"],
  ['wildcards of a search', "now(), '100%_x', 'X', 9"],
];

const REFUSED = [
  "now(), 'BAD', 'X', 'NaN'",
  "now(), 'BAD', 'X', 'Infinity'",
  "now(), 'BAD', 'X', '-Infinity'",
  "now(), 'BAD', 'X', '1e400'",
  "now(), 'BAD', 'X', '-1e100000'",
  "now(), 'BAD', 'X', '1e-401'",
  "'infinity', 'BAD', 'X', 1",
  "'-infinity', 'BAD', 'X', 1",
  "'1969-12-31 23:59:59Z', 'BAD', 'X', 1",
  "'0044-03-15 BC', 'BAD', 'X', 1",
  "'20000-01-01', 'BAD', 'X', 1",
];

const ROUTES = [
  '/api/stocks',
  '/api/stocks?limit=1',
  '/api/latest?decimals=string',
  '/api/board',
  '/api/board?sort=change_percent&limit=1',
  '/api/board?sort=price&order=asc&limit=1&timezone=Asia/Tokyo',
  '/api/latest/{}',
  '/api/asof/{}?time=2254-12-31T23:59:59.999999Z',
  '/api/prices/{}',
  '/api/prices/{}?format=csv',
  '/api/prices/{}?limit=1',
  '/api/prices/{}?points=10',
  '/api/ticks',
  '/api/ticks?format=csv',
  '/api/ticks?limit=1&decimals=string',
  '/api/ticks?stocks={}',
  '/api/average/{}',
  '/api/candles/{}?interval=1d',
  '/api/udf/search?query={}',
  '/api/udf/symbols?symbol={}',
  '/api/udf/config',
];

describe('rows of any hand', () => {
  let database: TestDatabase;
  let api: TestBackend;
  let close: () => Promise<void>;
  before(async () => {
    database = await startTestDatabase();
    const reader = openReader(database.url);
    api = await listenBackend(reader);
    close = async () => {
      await api[Symbol.asyncDispose]();
      await reader[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    };
  });
  after(() => close());

  it('that are no ticks are refused with the name of what they break, alone and among others', async () => {
    for (const values of REFUSED) {
      const insert = `INSERT INTO stock_prices VALUES (now(), 'GOOD', 'X', 1), (${values})`;
      await assert.rejects(
        database.client.query(insert),
        /violates check constraint "(?:price_is_a_usable_number|timestamp_is_from_1970_to_2254)"/,
        values,
      );
    }
    const { rows } = await database.client.query('SELECT FROM stock_prices');
    assert.equal(rows.length, 0);
  });

  for (const [name, values] of TAKEN) {
    it(`break no answer: ${name}`, async () => {
      await database.client.query('TRUNCATE day_prices, late_prices');
      const insert = `INSERT INTO stock_prices VALUES (${values}), (${values}) RETURNING stock_name`;
      const { rows } = await database.client.query<{ stock_name: string }>(insert);
      const stock = encodeURIComponent(rows[0]?.stock_name ?? '');
      for (const route of ROUTES) {
        if (stock === '' && /\{\}$|\{\}\?/.test(route)) continue;
        const answer = await api.get(route.replace('{}', stock));
        const text = await answer.text();
        assert.equal(answer.status, 200, `${route} ${text.slice(0, 200)}`);
        if (!route.includes('csv')) assert.doesNotThrow(() => JSON.parse(text), `${route} ${text.slice(0, 200)}`);
        const next = /<(.*)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1];
        if (next !== undefined) assert.equal((await api.get(next)).status, 200, next);
      }
    });
  }

  it('a search finds a name as it is written, wildcards and all, and the best match first', async () => {
    await database.client.query(`TRUNCATE day_prices, late_prices; INSERT INTO stock_prices
      SELECT now(), name, 'X', 1 FROM unnest(ARRAY['XAB', 'ABC', 'AB', '100%', '1000', 'a_b', 'acb', 'Ünï']) AS name`);
    const search = async (query: string): Promise<readonly string[]> => {
      const found = await (await api.get(`/api/udf/search?query=${encodeURIComponent(query)}`)).json();
      return (found as { symbol: string }[]).map(({ symbol }) => symbol);
    };
    assert.deepEqual(await search('ab'), ['AB', 'ABC', 'XAB']);
    assert.deepEqual(await search('100%'), ['100%']);
    assert.deepEqual(await search('A_B'), ['a_b']);
    assert.deepEqual(await search('Ünï'), ['Ünï']);
    assert.deepEqual(await search('x:acb'), ['acb']);
    assert.equal((await search('')).length, 8);
  });

  it('stocks and latest prices come in pages that hold each stock once', async () => {
    await database.client.query(`TRUNCATE day_prices, late_prices; INSERT INTO stock_prices
      SELECT now(), name, exchange, 1 FROM unnest(ARRAY['B', 'A', '😀', U&'\\FFFD', 'a', 'A,B']) AS name,
        unnest(ARRAY['NYSE', 'NASDAQ']) AS exchange`);
    for (const path of ['/api/stocks', '/api/latest', '/api/stocks?exchange=NYSE']) {
      const whole = await api.get(path);
      assert.equal(whole.headers.get('link'), null);
      const expected = (await whole.json()) as object[];
      assert.equal(expected.length, path.includes('NYSE') ? 6 : 12);
      const rows: object[] = [];
      for (let next: string | undefined = `${path}${path.includes('?') ? '&' : '?'}limit=5`; next !== undefined; ) {
        const answer = await api.get(next);
        rows.push(...((await answer.json()) as object[]));
        next = /<(.*)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1];
      }
      assert.deepEqual(rows, expected);
    }
    for (const bad of ['limit=0', 'limit=10001', 'cursor=nonsense', 'cursor=W10']) {
      assert.equal((await api.get(`/api/stocks?${bad}`)).status, 422, bad);
    }
  });
});
