import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { TickReader } from '@tickwatch/store';
import { listenBackend, type TestBackend } from './test-backend.ts';
import { openReader } from './test-reader.ts';

const STRANGER = { headers: { 'x-forwarded-for': '192.0.2.1' } };
/** What an error of a driver would tell: a host, a port, a lane. */
const SECRET = 'NASDAQ/0: connect ECONNREFUSED 10.9.8.7:5432';
const LEDGER = JSON.stringify({
  exchanges: { error: { stored: 3 } },
  feed: { state: 'reconnecting', error: SECRET, lanes: { 'NASDAQ/0': { state: 'reconnecting', error: SECRET } } },
  log: { messages: 1, problem: SECRET },
  live: { state: 'down', error: SECRET, sent: 5 },
});

describe('what strangers hear of the system', () => {
  let reader: TickReader;
  let api: TestBackend;

  before(async () => {
    reader = openReader('postgresql://nobody:secret@127.0.0.1:1/none', [], { connectTimeoutMs: 500 });
    api = await listenBackend(reader, {
      readiness: async () => ({ database: { ok: false, detail: SECRET }, tail: { ok: true, detail: 'reachable' } }),
      ledger: { ledger: async () => LEDGER },
    });
  });
  after(async () => {
    await api[Symbol.asyncDispose]();
    await reader[Symbol.asyncDispose]();
  });

  it('is ready or not, and no more', async () => {
    const told = await api.get('/readyz', STRANGER);
    assert.equal(told.status, 503);
    assert.deepEqual(await told.json(), { ready: false });
    const alive = await api.get('/healthz', STRANGER);
    assert.deepEqual([alive.status, await alive.json()], [200, { alive: true }]);
  });

  it('figures are not there, and where they are is said', async () => {
    const told = await api.get('/metrics', STRANGER);
    assert.equal(told.status, 404);
    assert.equal(told.headers.get('content-type'), 'application/problem+json');
    assert.match(((await told.json()) as { detail: string }).detail, /OPS_PORT/);
    await using named = await listenBackend(reader, {}, { operations: { host: '127.0.0.1', port: 9464, allow: [] } });
    const { detail } = (await (await named.get('/metrics')).json()) as { detail: string };
    assert.match(detail, /the port of OPS_PORT \(9464\)/);
  });

  it('the API says which part is not well, and no error of it', async () => {
    const system = await api.get('/api/system', STRANGER);
    assert.equal(system.status, 200);
    const { dependencies } = (await system.json()) as { dependencies: object };
    assert.deepEqual(dependencies, {
      database: { ok: false, detail: 'not well: the log says why' },
      tail: { ok: true, detail: 'reachable' },
    });
    const ledger = (await (await api.get('/api/ledger', STRANGER)).json()) as object;
    assert.deepEqual(ledger, {
      exchanges: { error: { stored: 3 } },
      feed: { state: 'reconnecting', lanes: { 'NASDAQ/0': { state: 'reconnecting' } } },
      log: { messages: 1, problem: 'not well: the log says why' },
      live: { state: 'down', sent: 5 },
    });
  });

  it('who comes straight from this machine is told everything', async () => {
    assert.match(await (await api.get('/metrics')).text(), /http_request_seconds/);
    for (const path of ['/readyz', '/api/system', '/api/ledger']) {
      assert.ok((await (await api.get(path)).text()).includes(SECRET), path);
    }
  });
});
