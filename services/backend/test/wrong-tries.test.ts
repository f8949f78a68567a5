import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Lanes } from '@tickwatch/core/http';
import { silentLogger } from '@tickwatch/runtime';
import { createAdminGate } from '../src/admin/admin-gate.ts';
import { adminOnly } from '../src/admin/admin-only.ts';
import { WRONG_TRIES, WrongTries } from '../src/admin/wrong-tries.ts';
import { createApp } from '../src/http/create-app.ts';
import { routeSchema } from '../src/http/route-schema.ts';

describe('wrong tokens', () => {
  it('are counted by a minute and an address, and forgotten when it is over', () => {
    let now = 1000;
    const tries = new WrongTries(() => now);
    for (let i = 1; i < WRONG_TRIES; i++) tries.note('192.0.2.1');
    assert.equal(tries.waitSeconds('192.0.2.1'), 0);
    now += 20_000;
    tries.note('::ffff:192.0.2.1');
    assert.equal(tries.waitSeconds('192.0.2.1'), 40);
    assert.equal(tries.waitSeconds('192.0.2.2'), 0);
    now += 39_999;
    assert.equal(tries.waitSeconds('192.0.2.1'), 1);
    now += 1;
    assert.equal(tries.waitSeconds('192.0.2.1'), 0);
    tries.note('192.0.2.1');
    assert.equal(tries.waitSeconds('192.0.2.1'), 0, 'a new minute begins');
  });

  it('from very many addresses take no more memory, and those of the last ones are remembered', () => {
    let now = 0;
    const tries = new WrongTries(() => now);
    for (let i = 0; i < 30_000; i++) {
      now++;
      for (let j = 0; j < WRONG_TRIES; j++) tries.note(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
    }
    assert.equal(tries.waitSeconds('10.0.0.0'), 0, 'the oldest made room');
    assert.ok(tries.waitSeconds('10.0.117.47') > 0);
    assert.ok(tries.waitSeconds('10.0.90.0') > 0);
  });
});

describe('a route that changes something', () => {
  const schema = routeSchema({ tag: 'administration', summary: 'x', answer: Lanes });

  it('can’t be registered without asking for the token, whoever writes it', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      await using app = createApp(false, silentLogger);
      adminOnly(app, createAdminGate(undefined, silentLogger));
      for (const plain of [{}, schema, { hide: true }]) {
        assert.throws(
          () => app.route({ method, url: '/api/alerts', schema: plain, handler: async () => '' }),
          /\/api\/alerts changes something: call it admin/,
        );
      }
    }
  });

  it('asks for it before its body is read, with a HEAD and a GET as well where those are for the administrator', async () => {
    await using app = createApp(false, silentLogger);
    adminOnly(app, createAdminGate('the-token-of-this-test', silentLogger));
    const guarded = routeSchema({ tag: 'administration', admin: true, summary: 'x', answer: Lanes });
    app.post('/api/alerts', { schema: guarded }, async () => '{}');
    app.get('/api/secret', { schema: guarded }, async () => '{}');
    for (const method of ['GET', 'HEAD'] as const) {
      assert.equal((await app.inject({ method, url: '/api/secret' })).statusCode, 401);
    }
    const headers = { 'content-type': 'application/json' };
    const post = { method: 'POST', url: '/api/alerts', headers, payload: '{ no json' } as const;
    assert.equal((await app.inject(post)).statusCode, 401);
    const authorization = 'Bearer the-token-of-this-test';
    assert.equal((await app.inject({ ...post, headers: { ...headers, authorization } })).statusCode, 400);
    assert.equal(
      (await app.inject({ ...post, payload: '{}', headers: { ...headers, authorization } })).statusCode,
      200,
    );
  });
});
