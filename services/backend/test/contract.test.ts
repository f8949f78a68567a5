import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { type DecimalText, type EpochMicros, nowMicros, parseTime, type SequencedTick } from '@tickwatch/core';
import type { TickReader } from '@tickwatch/store';
import { commit, Tail } from './market.ts';
import { listenBackend, type TestBackend } from './test-backend.ts';
import { startTestDatabase, type TestDatabase } from './test-database.ts';
import { openReader } from './test-reader.ts';

describe('the REST contract', () => {
  let database: TestDatabase;
  let reader: TickReader;
  let api: TestBackend;

  before(async () => {
    database = await startTestDatabase();
    await commit(database.client, [
      tick('AAPL', 'NASDAQ', '220.40', '2026-09-10T08:00:00.000001Z', 1),
      tick('AAPL', 'NASDAQ', '220.50', '2026-09-10T09:00:00Z', 2),
      tick('AAPL', 'NYSE', '0.00000001', '2026-09-10T09:00:00Z', 1),
      tick('AAPL', 'NASDAQ', '123456789012345.678901', '2026-09-11T00:00:00Z', 3),
      tick('BTC:USD', 'NYSE', '1', '2026-09-11T00:00:00Z', 2),
      tick('A/B é', 'NYSE', '2', '2026-09-11T00:00:00Z', 3),
    ]);
    reader = openReader(database.url, new Tail());
    const ledger = {
      ledger: async () => '{"exchanges":{"NYSE":{"received":3,"stored":3,"rejected":0,"refused":0,"waiting":0}}}',
    };
    api = await listenBackend(reader, { ledger });
  });

  after(async () => {
    await api[Symbol.asyncDispose]();
    await reader[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  const text = async (path: string, init?: RequestInit): Promise<string> => (await api.get(path, init)).text();
  const json = async (path: string): Promise<unknown> => JSON.parse(await text(path));

  it('prices are a bare array, ascending, with the digits that came in and six digits of time', async () => {
    const answer = await api.get('/api/prices/AAPL');
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('content-type') ?? '', /^application\/json/);
    assert.equal(
      (await answer.text()).replaceAll('\n', ''),
      '[{"timestamp":"2026-09-10T08:00:00.000001Z","price":220.40,"exchange_name":"NASDAQ"}' +
        ',{"timestamp":"2026-09-10T09:00:00.000000Z","price":0.00000001,"exchange_name":"NYSE"}' +
        ',{"timestamp":"2026-09-10T09:00:00.000000Z","price":220.50,"exchange_name":"NASDAQ"}' +
        ',{"timestamp":"2026-09-11T00:00:00.000000Z","price":123456789012345.678901,"exchange_name":"NASDAQ"}]',
    );
  });

  it('both ends of a range are inclusive, in every way to write a time', async () => {
    const ways = [
      ['2026-09-10T09:00:00Z', '2026-09-11T00:00:00Z'],
      ['2026-09-10T11:00:00%2B02:00', '2026-09-11T02:00:00+02:00'],
      ['2026-09-10T09:00:00', '2026-09-11'],
      ['2026-09-10 09:00', '2026-09-11 00:00:00.000'],
      ['1789030800', '1789084800'],
      ['1789030800000', '1789084800000.0'],
      ['1789030800000000', '1789084800000000'],
    ];
    for (const [start, end] of ways) {
      const prices = (await json(`/api/prices/AAPL?start_time=${start}&end_time=${end}`)) as unknown[];
      assert.equal(prices.length, 3, `${start} ${end}`);
    }
  });

  it('an unknown stock has no prices and no average, and is no error', async () => {
    assert.equal(await text('/api/prices/NOPE'), '[]\n');
    const average = (await json('/api/average/NOPE')) as Record<string, unknown>;
    assert.deepEqual([average.average_price, average.count, average.first], [null, 0, null]);
  });

  it('an average is exact and says what it was made of', async () => {
    assert.deepEqual(JSON.parse(await text('/api/average/AAPL?decimals=string&end_time=2026-09-10T10:00:00Z')), {
      stock_name: 'AAPL',
      exchange_name: null,
      start_time: null,
      end_time: '2026-09-10T10:00:00.000000Z',
      average_price: '146.96666667',
      count: 3,
      min: '0.00000001',
      max: '220.50',
      first: '220.40',
      last: '220.50',
      first_time: '2026-09-10T08:00:00.000001Z',
      last_time: '2026-09-10T09:00:00.000000Z',
      time_weighted_average: '220.4',
      raw_from: null,
    });
    assert.match(await text('/api/average/AAPL?exchange=NASDAQ'), /"average_price":41152263004262\.192967,/);
  });

  it('names with slashes, spaces and colons are found', async () => {
    assert.equal(((await json(`/api/prices/${encodeURIComponent('A/B é')}`)) as unknown[]).length, 1);
    assert.equal(((await json('/api/prices/BTC:USD')) as unknown[]).length, 1);
  });

  it('prices come as NDJSON and CSV, by Accept or by format', async () => {
    const ndjson = await api.get('/api/prices/AAPL?exchange=NYSE', { headers: { accept: 'application/x-ndjson' } });
    assert.match(ndjson.headers.get('content-type') ?? '', /ndjson/);
    assert.equal(
      await ndjson.text(),
      '{"timestamp":"2026-09-10T09:00:00.000000Z","stock_name":"AAPL","price":0.00000001,"exchange_name":"NYSE"}\n',
    );
    const header = 'timestamp,stock_name,exchange_name,price\n';
    const csv = await text('/api/prices/AAPL?format=csv&order=desc');
    assert.ok(csv.startsWith(`${header}2026-09-11T00:00:00.000000Z,AAPL,NASDAQ,123456789012345.678901\n`));
    assert.equal(csv, await text('/api/prices/AAPL?format=csv&order=desc&limit=100'));
    assert.equal(await text('/api/prices/NOPE', { headers: { accept: 'text/csv;q=0.9, text/html' } }), header);
  });

  it('pages lead to the next one by a link', async () => {
    const found: unknown[] = [];
    let path: string | undefined = '/api/prices/AAPL?limit=1&decimals=string';
    while (path !== undefined) {
      const page = await api.get(path);
      found.push(...((await page.json()) as unknown[]));
      path = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
    }
    assert.deepEqual(found, await json('/api/prices/AAPL?decimals=string'));
  });

  it('candles, filled and in a time zone', async () => {
    const candles = (await json('/api/candles/AAPL?interval=1d&timezone=America/New_York&decimals=string')) as {
      time: string;
      count: number;
    }[];
    assert.deepEqual(
      candles.map(({ time, count }) => [time, count]),
      [['2026-09-10T04:00:00.000000Z', 4]],
    );
    const filled = (await json(
      '/api/candles/AAPL?interval=4h&fill=previous&exchange=NASDAQ&decimals=string',
    )) as object[];
    assert.equal(filled.length, 5);
    assert.deepEqual(filled[1], {
      time: '2026-09-10T12:00:00.000000Z',
      open: '220.50',
      high: '220.50',
      low: '220.50',
      close: '220.50',
      count: 0,
      average: '220.50',
    });
  });

  it('stocks, latest and as-of', async () => {
    const stocks = (await json('/api/stocks')) as { stock_name: string; exchange_name: string; count: number }[];
    assert.deepEqual(
      stocks.map((stock) => [stock.stock_name, stock.exchange_name, stock.count]),
      [
        ['A/B é', 'NYSE', 1],
        ['AAPL', 'NASDAQ', 3],
        ['AAPL', 'NYSE', 1],
        ['BTC:USD', 'NYSE', 1],
      ],
    );
    assert.equal(((await json('/api/latest?exchange=NYSE')) as unknown[]).length, 3);
    assert.match(await text('/api/latest/AAPL'), /"price":123456789012345\.678901,/);
    assert.match(await text('/api/asof/AAPL?time=2026-09-10T08:30:00Z'), /"price":220\.40,/);
    assert.equal((await api.get('/api/asof/AAPL?time=2026-09-10T07:00:00Z')).status, 404);
    assert.equal((await api.get('/api/latest/NOPE')).status, 404);
  });

  it('a chart that speaks TradingView’s UDF finds symbols and bars', async () => {
    const symbol = (await json('/api/udf/symbols?symbol=NYSE:BTC:USD')) as { name: string; exchange: string };
    assert.deepEqual([symbol.name, symbol.exchange], ['BTC:USD', 'NYSE']);
    assert.equal(((await json('/api/udf/search?query=aap&limit=1')) as unknown[]).length, 1);
    assert.match(await text('/api/udf/time'), /^\d{10}$/);
    const bars = await text('/api/udf/history?symbol=NASDAQ:AAPL&resolution=60&from=1789027200&to=1789034400');
    assert.equal(
      bars,
      '{"s":"ok","t":[1789027200,1789030800],"o":[220.40,220.50],"h":[220.40,220.50],"l":[220.40,220.50],"c":[220.40,220.50],"v":[1,1]}',
    );
    assert.equal(
      await text('/api/udf/history?symbol=AAPL&resolution=60&from=1789040000&to=1789050000'),
      '{"s":"no_data","nextTime":1789030800}',
    );
  });

  it('every error is problem+json and names the parameter', async () => {
    const wrong: [string, number, string?][] = [
      ['/api/prices/AAPL?start_time=soon', 422, 'start_time'],
      ['/api/prices/AAPL?end_time=2026-02-30', 422, 'end_time'],
      ['/api/average/AAPL?start_time=2026-09-11&end_time=2026-09-10', 422, 'start_time'],
      ['/api/average/AAPL?start_time=-99999999999999', 422, 'start_time'],
      ['/api/prices/AAPL?limit=0', 422, 'limit'],
      ['/api/prices/AAPL?limit=ten', 422, 'limit'],
      ['/api/prices/AAPL?cursor=abc', 422, 'cursor'],
      ['/api/prices/AAPL?points=1', 422, 'points'],
      ['/api/prices/AAPL?points=10&limit=4', 422, 'limit'],
      ['/api/prices/AAPL?format=xml', 422, 'format'],
      ['/api/prices/AAPL?exchange=%00', 422, 'exchange'],
      ['/api/prices/%00', 422, 'stock_name'],
      [`/api/prices/${'x'.repeat(256)}`, 422, 'stock_name'],
      ['/api/candles/AAPL', 422, 'interval'],
      ['/api/candles/AAPL?interval=2h', 422, 'interval'],
      ['/api/candles/AAPL?interval=1s&fill=null&start_time=2020-01-01', 422, 'interval'],
      ['/api/candles/AAPL?interval=1d&timezone=Mars', 422, 'timezone'],
      ['/api/asof/AAPL', 422, 'time'],
      ['/api/prices/%ff', 400],
      ['/api/nothing', 404],
      ['/api/prices', 404],
    ];
    for (const [path, status, parameter] of wrong) {
      const answer = await api.get(path);
      assert.equal(answer.status, status, path);
      assert.equal(answer.headers.get('content-type'), 'application/problem+json', path);
      const problem = (await answer.json()) as { status: number; parameter?: string };
      assert.deepEqual([problem.status, problem.parameter], [status, parameter], path);
    }
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const answer = await api.get('/api/stocks', {
        method,
        ...(method === 'POST' ? { body: 'x'.repeat(100_000) } : {}),
      });
      assert.equal(answer.status, 405, method);
      assert.equal(answer.headers.get('allow'), 'GET, HEAD');
    }
    assert.equal((await api.get('/api/stocks', { method: 'HEAD' })).status, 200);
  });

  it('what is unknown in a query is let pass', async () => {
    assert.equal((await api.get('/api/prices/AAPL?shiny=1')).status, 200);
  });

  it('a closed range may be kept and is answered 304; one that touches now is not kept', async () => {
    for (const path of [
      '/api/prices/AAPL',
      '/api/average/AAPL',
      '/api/candles/AAPL?interval=1h',
      '/api/prices/AAPL?points=4',
    ]) {
      const closed = `${path}${path.includes('?') ? '&' : '?'}end_time=2026-09-10T10:00:00Z`;
      const first = await api.get(closed);
      await first.arrayBuffer();
      const tag = first.headers.get('etag') ?? '';
      assert.match(first.headers.get('cache-control') ?? '', /max-age=\d+/, path);
      assert.equal((await api.get(closed, { headers: { 'if-none-match': tag } })).status, 304, path);
      const open = await api.get(path);
      await open.arrayBuffer();
      assert.deepEqual([open.headers.get('cache-control'), open.headers.get('etag')], ['no-store', null], path);
    }
  });

  it('a late tick changes the ETag of its range', async () => {
    const path = '/api/average/LATE?end_time=2026-09-10T10:00:00Z';
    const tag = (await api.get(path)).headers.get('etag') ?? '';
    await commit(database.client, [tick('LATE', 'NYSE', '5', '2026-09-10T08:00:00Z', 4)]);
    const answer = await api.get(path, { headers: { 'if-none-match': tag } });
    assert.equal(answer.status, 200);
    assert.equal(((await answer.json()) as { count: number }).count, 1);
  });

  it('answers are compressed for who takes gzip', async () => {
    const many = Array.from({ length: 900 }, (_, i) =>
      tick('MANY', 'NYSE', '1.50', i * 1_000_000 + 1_789_030_800_000_000, 10 + i),
    );
    await commit(database.client, many);
    for (const path of ['/api/prices/MANY', '/api/prices/MANY?limit=300']) {
      const plain = await api.get(path, { headers: { 'accept-encoding': 'identity' } });
      const zipped = await api.get(path, { headers: { 'accept-encoding': 'br;q=1, gzip' } });
      assert.deepEqual([plain.headers.get('content-encoding'), zipped.headers.get('content-encoding')], [null, 'gzip']);
      assert.equal(await zipped.text(), await plain.text());
    }
  });

  it('the system says how it is', async () => {
    const system = (await json('/api/system')) as { ready: boolean; database_version: string };
    assert.equal(system.ready, true);
    assert.match(system.database_version, /^\d+/);
    assert.match(await text('/api/ledger'), /"stored":3/);
    await database.client.query(`INSERT INTO metrics SELECT now() - interval '1 minute', 's', 'insert_success', 'insert_latency', n / 100.0, 'seconds' FROM generate_series(1, 100) n
      UNION ALL SELECT now() - interval '1 minute', 's', 'flush', 'flush_rows', 50, 'rows'`);
    const latency = (await json('/api/metrics/insert-latency?buckets=1')) as { steps: Record<string, number>[] };
    const { time: _time, ...step } = latency.steps[0] ?? {};
    for (const name of ['p95', 'p99']) step[name] = Math.floor((step[name] ?? 0) * 100) / 100;
    assert.deepEqual(step, { flushes: 100, p50: 0.505, p95: 0.95, p99: 0.99, max: 1, rows_per_flush: 50 });
    assert.equal(await text('/healthz'), '{"alive":true}');
    assert.equal((await api.get('/readyz')).status, 200);
    assert.match(await text('/metrics'), /http_request_seconds_bucket.*reader_tail_reachable/s);
  });

  it('the OpenAPI document describes every route, and its pages load from here alone', async () => {
    const document = (await json('/api/openapi.json')) as { openapi: string; paths: Record<string, object> };
    assert.equal(document.openapi, '3.1.0');
    for (const path of ['/api/prices/{stock_name}', '/api/average/{stock_name}', '/api/stocks', '/api/udf/history']) {
      assert.ok(document.paths[path] !== undefined, path);
    }
    const page = await api.get('/api/docs/');
    assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'self'/);
    const html = await page.text();
    assert.doesNotMatch(html, /(?:src|href)="https?:/);
    for (const [, link] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
      assert.equal((await api.get(new URL(link ?? '', `${api.origin}/api/docs/`).pathname)).status, 200, link);
    }
  });

  it('how many requests are left is said, and too many are refused', async () => {
    await using limited = await listenBackend(reader, {}, { rateLimitPerMinute: 2 });
    const first = await limited.get('/api/stocks');
    assert.deepEqual([first.headers.get('ratelimit-limit'), first.headers.get('ratelimit-remaining')], ['2', '1']);
    await limited.get('/api/stocks');
    const refused = await limited.get('/api/stocks');
    assert.equal(refused.status, 429);
    assert.equal(refused.headers.get('content-type'), 'application/problem+json');
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
    assert.equal((await limited.get('/healthz')).status, 200);
  });

  it('what is no API route goes to the client’s files where there are some', async () => {
    await using both = await listenBackend(reader, { fallback: (_request, response) => response.end('a page') });
    assert.equal(await (await both.get('/stock/AAPL')).text(), 'a page');
    assert.equal((await both.get('/api/nothing')).status, 404);
  });

  it('what is no HTTP is answered 400 as well', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const broken = request(`${api.origin}/healthz`, { headers: { 'x-long': 'x'.repeat(20_000) } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      broken.on('error', reject).end();
    });
    assert.equal(status, 431);
  });
});

function tick(stock: string, exchange: string, price: string, time: string | number, seq: number): SequencedTick {
  const micros = typeof time === 'number' ? (time as EpochMicros) : parseTime(time);
  return { stock, exchange, price: price as DecimalText, time: micros ?? nowMicros(), seq };
}
