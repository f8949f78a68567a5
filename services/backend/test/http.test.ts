import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { type ContractApi, startContractApi, tick } from './contract-api.ts';
import { commit } from './market.ts';
import { listenBackend } from './test-backend.ts';

describe('what holds for every route', () => {
  let contract: ContractApi;

  before(async () => {
    contract = await startContractApi();
  });
  after(async () => {
    await contract[Symbol.asyncDispose]();
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
      ['/api/candles/AAPL?interval=7h', 422, 'interval'],
      ['/api/candles/AAPL?interval=1d&align=noon', 422, 'align'],
      ['/api/candles/AAPL?interval=1s&fill=null&start_time=2020-01-01', 422, 'interval'],
      ['/api/candles/AAPL?interval=1d&timezone=Mars', 422, 'timezone'],
      ['/api/prices/AAPL?timezone=Mars', 422, 'timezone'],
      ['/api/asof/AAPL', 422, 'time'],
      ['/api/prices/%ff', 400],
      ['/api/nothing', 404],
      ['/api/prices', 404],
    ];
    for (const [path, status, parameter] of wrong) {
      const answer = await contract.api.get(path);
      assert.equal(answer.status, status, path);
      assert.equal(answer.headers.get('content-type'), 'application/problem+json', path);
      const problem = (await answer.json()) as { status: number; parameter?: string };
      assert.deepEqual([problem.status, problem.parameter], [status, parameter], path);
    }
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const answer = await contract.api.get('/api/stocks', {
        method,
        ...(method === 'POST' ? { body: 'x'.repeat(100_000) } : {}),
      });
      assert.equal(answer.status, 405, method);
      assert.equal(answer.headers.get('allow'), 'GET, HEAD');
    }
    assert.equal((await contract.api.get('/api/stocks', { method: 'HEAD' })).status, 200);
  });

  it('what was given and what would be right stand in the error', async () => {
    for (const [path, given, right] of [
      ['/api/candles/AAPL?interval=7h', '"7h"', '1s, 5s, 10s'],
      ['/api/prices/AAPL?start_time=soon', '"soon"', 'epoch seconds, milliseconds'],
      ['/api/prices/AAPL?limit=ten', '"ten"', 'integer'],
      ['/api/prices/AAPL?timezone=new%20york', '"new york"', 'America/New_York'],
      ['/api/prices/AAPL?timezone=Mars', '"Mars"', 'an IANA name'],
    ]) {
      const { detail } = (await contract.json(path ?? '')) as { detail: string };
      assert.ok(detail.includes(given ?? '') && detail.includes(right ?? ''), detail);
    }
  });

  it('a closed range may be kept, is asked for again and answered 304; one that touches now is not kept', async () => {
    for (const path of [
      '/api/prices/AAPL',
      '/api/average/AAPL',
      '/api/candles/AAPL?interval=1h',
      '/api/prices/AAPL?points=4',
    ]) {
      const closed = `${path}${path.includes('?') ? '&' : '?'}end_time=2026-09-10T10:00:00Z`;
      const first = await contract.api.get(closed);
      await first.arrayBuffer();
      const tag = first.headers.get('etag') ?? '';
      assert.equal(first.headers.get('cache-control'), 'no-cache', path);
      assert.equal((await contract.api.get(closed, { headers: { 'if-none-match': tag } })).status, 304, path);
      const open = await contract.api.get(path);
      await open.arrayBuffer();
      assert.deepEqual([open.headers.get('cache-control'), open.headers.get('etag')], ['no-store', null], path);
    }
  });

  it('a late tick changes the ETag of its range', async () => {
    const path = '/api/average/LATE?end_time=2026-09-10T10:00:00Z';
    const tag = (await contract.api.get(path)).headers.get('etag') ?? '';
    await commit(contract.database.client, [tick('LATE', 'NYSE', '5', '2026-09-10T08:00:00Z', 4)]);
    const answer = await contract.api.get(path, { headers: { 'if-none-match': tag } });
    assert.equal(answer.status, 200);
    assert.equal(((await answer.json()) as { count: number }).count, 1);
  });

  it('answers are compressed for who takes gzip', async () => {
    const many = Array.from({ length: 900 }, (_, i) =>
      tick('MANY', 'NYSE', '1.50', i * 1_000_000 + 1_789_030_800_000_000, 10 + i),
    );
    await commit(contract.database.client, many);
    for (const path of ['/api/prices/MANY', '/api/prices/MANY?limit=300']) {
      const plain = await contract.api.get(path, { headers: { 'accept-encoding': 'identity' } });
      const zipped = await contract.api.get(path, { headers: { 'accept-encoding': 'br;q=1, gzip' } });
      assert.deepEqual([plain.headers.get('content-encoding'), zipped.headers.get('content-encoding')], [null, 'gzip']);
      assert.equal(await zipped.text(), await plain.text());
    }
  });

  it('the system says how it is', async () => {
    const system = (await contract.json('/api/system')) as { ready: boolean; database_version: string };
    assert.equal(system.ready, true);
    assert.match(system.database_version, /^\d+/);
    assert.match(await contract.text('/api/ledger'), /"stored":3/);
    await contract.database.client.query(`INSERT INTO metrics SELECT now() - interval '1 minute', 's', 'insert_success', 'insert_latency', n / 100.0, 'seconds' FROM generate_series(1, 100) n
      UNION ALL SELECT now() - interval '1 minute', 's', 'flush', 'flush_rows', 50, 'rows'`);
    const latency = (await contract.json('/api/metrics/insert-latency?buckets=1')) as {
      steps: Record<string, number>[];
    };
    const { time: _time, ...step } = latency.steps[0] ?? {};
    for (const name of ['p95', 'p99']) step[name] = Math.floor((step[name] ?? 0) * 100) / 100;
    assert.deepEqual(step, { flushes: 100, p50: 0.505, p95: 0.95, p99: 0.99, max: 1, rows_per_flush: 50 });
    assert.equal(await contract.text('/healthz'), '{"alive":true}');
    assert.equal((await contract.api.get('/readyz')).status, 200);
    assert.match(await contract.text('/metrics'), /http_request_seconds_bucket.*reader_tail_reachable/s);
  });

  it('the OpenAPI document describes every route, and its pages load from here alone', async () => {
    const document = (await contract.json('/api/openapi.json')) as { openapi: string; paths: Record<string, object> };
    assert.equal(document.openapi, '3.1.0');
    for (const path of ['/api/prices/{stock_name}', '/api/average/{stock_name}', '/api/stocks', '/api/udf/history']) {
      assert.ok(document.paths[path] !== undefined, path);
    }
    const page = await contract.api.get('/api/docs/');
    assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'self'/);
    const html = await page.text();
    assert.doesNotMatch(html, /(?:src|href)="https?:/);
    for (const [, link] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
      // The way home leads to the client, which something else serves.
      if (link === '/') continue;
      assert.equal(
        (await contract.api.get(new URL(link ?? '', `${contract.api.origin}/api/docs/`).pathname)).status,
        200,
        link,
      );
    }
  });

  it('how many requests are left is said, and too many are refused', async () => {
    await using limited = await listenBackend(contract.reader, {}, { rateLimitPerMinute: 2 });
    const first = await limited.get('/api/stocks');
    assert.deepEqual([first.headers.get('ratelimit-limit'), first.headers.get('ratelimit-remaining')], ['2', '1']);
    await limited.get('/api/stocks');
    const refused = await limited.get('/api/stocks');
    assert.equal(refused.status, 429);
    assert.equal(refused.headers.get('content-type'), 'application/problem+json');
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
    assert.equal((await limited.get('/healthz')).status, 200);
  });

  it('requests are counted for all of an IPv6 client’s /64 together', async () => {
    await using limited = await listenBackend(contract.reader, {}, { rateLimitPerMinute: 2, trustProxy: ['loopback'] });
    const from = async (address: string): Promise<number> =>
      (await limited.get('/api/stocks', { headers: { 'x-forwarded-for': address } })).status;
    assert.equal(await from('2001:db8:1:2::1'), 200);
    assert.equal(await from('2001:db8:1:2:ffff::2'), 200);
    assert.equal(await from('2001:DB8:1:2::3'), 429);
    assert.equal(await from('2001:db8:1:3::1'), 200);
    assert.deepEqual(
      [await from('::ffff:192.0.2.1'), await from('192.0.2.1'), await from('192.0.2.1')],
      [200, 200, 429],
    );
    assert.equal(await from('::ffff:192.0.2.2'), 200);
  });

  it('what is no API route goes to the client’s files where there are some', async () => {
    await using both = await listenBackend(contract.reader, {
      fallback: (_request, response) => response.end('a page'),
    });
    assert.equal(await (await both.get('/stock/AAPL')).text(), 'a page');
    assert.equal((await both.get('/api/nothing')).status, 404);
  });

  it('what is no HTTP is answered 400 as well', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const broken = request(
        `${contract.api.origin}/healthz`,
        { headers: { 'x-long': 'x'.repeat(20_000) } },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      );
      broken.on('error', reject).end();
    });
    assert.equal(status, 431);
  });
});
