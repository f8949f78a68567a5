import assert from 'node:assert/strict';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { createLogger, createMetrics } from '@tickwatch/runtime';
import type { AlertAdmin } from '@tickwatch/store';
import { WRONG_TRIES } from '../src/admin/wrong-tries.ts';
import { listenBackend, type TestBackend } from './test-backend.ts';
import { openReader } from './test-reader.ts';

const TOKEN = 'Right-token+of/this~server==';
const CHANGES = [
  ['DELETE', '/api/rejected'],
  ['DELETE', '/api/lanes/NYSE'],
] as const;

/** Done by an administrator: what and how often. */
class Done {
  readonly list: string[] = [];
  readonly operator = {
    // Nobody changes a rule here.
    alertAdmin: {} as AlertAdmin,
    lanes: async () => [],
    retire: async (name: string) => {
      this.list.push(`retire ${name}`);
      return [];
    },
    clearRejected: async () => {
      this.list.push('clear');
      return { messages: 3, counted: 5, complete: true };
    },
  };
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

describe('whoever changes something over HTTP', () => {
  // Nothing here asks the database.
  const reader = openReader('postgres://nobody@127.0.0.1:1/nothing');
  const done = new Done();
  const lines: string[] = [];
  const log = createLogger('backend', { write: (line) => lines.push(line) });
  const registry = createMetrics('backend');
  let api: TestBackend;

  before(async () => {
    const parts = { operator: done.operator, log, registry };
    api = await listenBackend(reader, parts, { adminToken: TOKEN, trustProxy: ['127.0.0.1'] });
  });
  after(async () => {
    await api[Symbol.asyncDispose]();
    await reader[Symbol.asyncDispose]();
  });

  /** @param from the address that a proxy names */
  function send(method: string, path: string, authorization?: string, from = '192.0.2.1'): Promise<Answer> {
    const headers = { 'x-forwarded-for': from, ...(authorization === undefined ? {} : { authorization }) };
    return new Promise((resolve, reject) => {
      const sent = httpRequest(`${api.origin}${path}`, { method, headers }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => {
          text += String(chunk);
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      });
      sent.on('error', reject).end();
    });
  }

  it('is refused without a token, or with a wrong one, before anything else of the request is looked at', async () => {
    const missing = [undefined, '', 'Bearer', 'Bearer ', 'Basic YWRtaW46YWRtaW4=', TOKEN, `Token ${TOKEN}`];
    for (const [method, path] of [...CHANGES, ['DELETE', '/api/rejected?nonsense=1'], ['GET', '/api/admin']] as const) {
      for (const authorization of missing) {
        const { status, headers, text } = await send(method, path, authorization, '192.0.2.2');
        assert.equal(status, 401, `${method} ${path} ${authorization}`);
        assert.equal(headers['content-type'], 'application/problem+json');
        assert.equal(headers['www-authenticate'], 'Bearer realm="tickwatch"');
        assert.equal((JSON.parse(text) as { status: number }).status, 401);
      }
    }
    const wrong = [TOKEN.slice(0, -1), `${TOKEN}=`, TOKEN.toLowerCase(), 'x'];
    for (const [i, token] of wrong.entries()) {
      const answer = await send('DELETE', '/api/rejected', `Bearer ${token}`, `192.0.3.${i}`);
      assert.equal(answer.status, 401, token);
      assert.equal(answer.headers['www-authenticate'], 'Bearer realm="tickwatch", error="invalid_token"');
    }
    assert.deepEqual(done.list, []);
  });

  it('is let through with the right token, and a scheme in any letters', async () => {
    const cleared = await send('DELETE', '/api/rejected', `Bearer ${TOKEN}`);
    assert.deepEqual(JSON.parse(cleared.text), { messages: 3, counted: 5, complete: true });
    assert.equal(cleared.headers['cache-control'], 'no-store');
    assert.equal((await send('DELETE', '/api/lanes/NASDAQ%2F3', `bearer  ${TOKEN}`)).status, 200);
    assert.equal((await send('GET', '/api/admin', `Bearer ${TOKEN}`)).text, '{"administrator":true}');
    assert.deepEqual(done.list.splice(0), ['clear', 'retire NASDAQ/3']);
  });

  it('tries wrong tokens only so often, of its address alone, and the right one not meanwhile', async () => {
    const attacker = '198.51.100.7';
    for (let i = 0; i < WRONG_TRIES; i++) {
      assert.equal((await send('DELETE', '/api/rejected', `Bearer wrong-token-${i}`, attacker)).status, 401);
    }
    for (const token of ['wrong-token-again', TOKEN]) {
      const locked = await send('DELETE', '/api/rejected', `Bearer ${token}`, attacker);
      assert.equal(locked.status, 429);
      assert.ok(Number(locked.headers['retry-after']) > 50, String(locked.headers['retry-after']));
    }
    assert.equal((await send('DELETE', '/api/rejected', `Bearer ${TOKEN}`, '198.51.100.8')).status, 200);
    // A house has a whole /64 of IPv6; its neighbour another.
    for (let i = 0; i < WRONG_TRIES; i++) await send('GET', '/api/admin', 'Bearer wrong', `2001:db8:1:2::${i}`);
    assert.equal((await send('GET', '/api/admin', `Bearer ${TOKEN}`, '2001:db8:1:2:ffff::1')).status, 429);
    assert.equal((await send('GET', '/api/admin', `Bearer ${TOKEN}`, '2001:db8:1:3::1')).status, 200);
    // Who shows none has tried none.
    for (let i = 0; i < 2 * WRONG_TRIES; i++) await send('GET', '/api/admin', undefined, '203.0.113.1');
    assert.equal((await send('GET', '/api/admin', `Bearer ${TOKEN}`, '203.0.113.1')).status, 200);
    done.list.length = 0;
  });

  it('finds its token nowhere: no log, figure, error or document holds it, nor what was tried', async () => {
    await send('DELETE', `/api/rejected?reason=${TOKEN}`, `Bearer ${TOKEN}`);
    await send('DELETE', '/api/rejected', 'Bearer something-that-was-tried', '192.0.4.1');
    const texts = [lines.join('\n'), await registry.metrics(), (await send('GET', '/api/openapi.json')).text];
    texts.push((await send('DELETE', '/api/rejected', `Basic ${TOKEN}`)).text);
    texts.push((await send('GET', '/metrics')).text, (await send('GET', '/api/system')).text);
    for (const text of texts) {
      assert.ok(!text.includes(TOKEN) && !text.includes('something-that-was-tried'), text.slice(0, 500));
    }
    const events = lines.map((line) => (JSON.parse(line) as { event: string }).event);
    assert.ok(events.includes('admin_refused') && events.includes('rejected_cleared'), events.join());
  });

  it('hears which methods a path has, and that no other origin may send a token to one process', async () => {
    const put = await send('PUT', '/api/rejected', `Bearer ${TOKEN}`);
    assert.deepEqual([put.status, put.headers.allow], [405, 'GET, HEAD, DELETE']);
    const post = await send('POST', '/api/lanes', `Bearer ${TOKEN}`);
    assert.deepEqual([post.status, post.headers.allow], [405, 'GET, HEAD']);
    const preflight = await send('OPTIONS', '/api/rejected');
    assert.equal(preflight.status, 405);
    assert.equal(preflight.headers['access-control-allow-headers'], undefined);
    assert.equal(preflight.headers['access-control-allow-origin'], undefined);
  });

  it('finds it in the OpenAPI document: the scheme, and on each change what may be answered', async () => {
    interface Operation {
      readonly security?: unknown;
      readonly responses: Readonly<Record<string, unknown>>;
    }
    const { paths, components } = JSON.parse((await send('GET', '/api/openapi.json')).text) as {
      readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
      readonly components: { readonly securitySchemes: Readonly<Record<string, { type: string; scheme: string }>> };
    };
    const { type, scheme } = components.securitySchemes.bearerAuth ?? {};
    assert.deepEqual([type, scheme], ['http', 'bearer']);
    const guarded: string[] = [];
    for (const [path, methods] of Object.entries(paths)) {
      for (const [method, { security, responses }] of Object.entries(methods)) {
        if (method !== 'get') assert.ok(security !== undefined, `${method} ${path} is open to everybody`);
        if (security === undefined) continue;
        guarded.push(`${method} ${path}`);
        const isFree = method === 'get' && /^\/api\/alerts\/rules/.test(path);
        assert.deepEqual(security, [...(isFree ? [{}] : []), { bearerAuth: [] }], path);
        assert.ok('200' in responses || '201' in responses, path);
        for (const status of ['401', '403', '429', '503']) assert.ok(status in responses, `${path} ${status}`);
      }
    }
    assert.deepEqual(guarded.sort(), [
      'delete /api/alerts/receivers/{id}',
      'delete /api/alerts/rules/{id}',
      'delete /api/lanes/{lane}',
      'delete /api/rejected',
      'delete /api/replays/{id}',
      'get /api/alerts/firings/{id}/deliveries',
      'get /api/alerts/receivers',
      'get /api/alerts/rules',
      'get /api/alerts/rules/{id}',
      'get /api/replays',
      'get /api/replays/{id}',
      'post /api/alerts/firings/{id}/deliveries/{receiver}/retry',
      'post /api/alerts/preview',
      'post /api/alerts/receivers',
      'post /api/alerts/receivers/{id}/test',
      'post /api/alerts/rules',
      'post /api/alerts/rules/{id}/snooze',
      'post /api/replays',
      'post /api/replays/{id}/pause',
      'post /api/replays/{id}/resume',
      'post /api/replays/{id}/seek',
      'post /api/replays/{id}/speed',
      'put /api/alerts/receivers/{id}',
      'put /api/alerts/rules/{id}',
    ]);
  });

  it('is refused with a sentence that says how to set a token where none is set', async () => {
    await using open = await listenBackend(reader, { operator: done.operator });
    for (const [method, path] of CHANGES) {
      for (const headers of [{}, { authorization: 'Bearer undefined' }, { authorization: 'Bearer ' }]) {
        const answer = await open.get(path, { method, headers });
        assert.equal(answer.status, 403);
        assert.match(((await answer.json()) as { detail: string }).detail, /Set it .*in \.env.*16 characters or more/);
      }
    }
    assert.deepEqual(done.list, []);
    assert.equal((await open.get('/api/lanes')).status, 200, 'visitors read');
  });

  it('is told where there is no database to write to', async () => {
    await using open = await listenBackend(reader, {}, { adminToken: TOKEN });
    const answer = await open.get('/api/rejected', { method: 'DELETE', headers: { authorization: `Bearer ${TOKEN}` } });
    assert.equal(answer.status, 503);
    assert.match(((await answer.json()) as { detail: string }).detail, /set ADMIN_DATABASE_URL/);
  });
});
