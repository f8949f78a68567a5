import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { until } from '../servers/until.ts';
import { composed, tryDocker } from './docker.ts';
import { ask } from './front-door.ts';
import { withBackend } from './second-backend.ts';

const TOKEN = `token-${randomUUID()}`;
const AUTHORIZATION = { authorization: `Bearer ${TOKEN}` };

test('nobody changes anything while no token is set, and is told how to set one', async () => {
  for (const path of ['/api/rejected', '/api/lanes/NYSE']) {
    const { status, headers, body } = await ask(`http://localhost${path}`, {
      method: 'DELETE',
      headers: AUTHORIZATION,
    });
    assert.equal(status, 403, body);
    assert.match(headers['content-type'] ?? '', /^application\/problem\+json/);
    assert.match((JSON.parse(body) as { detail: string }).detail, /ADMIN_TOKEN.*in \.env/);
  }
  for (const path of ['/api/rejected', '/api/lanes']) {
    assert.equal((await ask(`http://localhost${path}`)).status, 200, 'everybody reads');
  }
});

test('a token that is shown stands in no log', async () => {
  const mark = `seen-${randomUUID()}`;
  await ask(`http://localhost/api/rejected?exchange=${mark}`, { method: 'DELETE', headers: AUTHORIZATION });
  const logOf = async (name: string): Promise<string> => {
    const { stdout, stderr } = await tryDocker(['logs', '--tail', '5000', name]);
    return stdout + stderr;
  };
  await until(async () => (await logOf('nginx')).includes(mark), { what: 'the request in the log of nginx' });
  for (const name of ['nginx', 'backend']) assert.ok(!(await logOf(name)).includes(TOKEN), name);
});

test('only pages of the listed origins may send a token', async () => {
  const preflight = (origin: string) =>
    ask('http://localhost/api/rejected', {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'DELETE',
        'access-control-request-headers': 'authorization',
      },
    });
  const known = await preflight('https://localhost');
  assert.match(known.headers['access-control-allow-methods'] ?? '', /\bDELETE\b/);
  assert.match(known.headers['access-control-allow-headers'] ?? '', /\bAuthorization\b/);
  assert.equal(known.headers['access-control-allow-credentials'], undefined, 'no cookie counts');
  const foreign = await preflight('https://elsewhere.example');
  for (const name of ['origin', 'methods', 'headers']) {
    assert.equal(foreign.headers[`access-control-allow-${name}`], undefined, name);
  }
});

test('with a token, the backend writes as a user who may, and only for whoever shows it', async () => {
  const environment = await composed('backend', { ADMIN_TOKEN: TOKEN });
  assert.match(environment.ADMIN_DATABASE_URL ?? '', /^postgres:\/\/tickwatch_writer:/);
  assert.equal(environment.CENTRIFUGO_API_URL, 'http://centrifugo:8000', 'where replays are published');
  const without = await composed('backend', { ADMIN_TOKEN: '' });
  for (const secret of ['ADMIN_DATABASE_URL', 'CENTRIFUGO_API_KEY']) {
    assert.equal(without[secret], '', `no ${secret}, where none is needed`);
  }
  const { ADMIN_DATABASE_URL = '' } = environment;
  const settings = { ADMIN_TOKEN: TOKEN, ADMIN_DATABASE_URL, SESSIONS_FILE: '' };
  await withBackend(settings, async (askSecond) => {
    const change = (token: string) => askSecond(token, 'DELETE', '/api/rejected?exchange=NOWHERE');
    await until(async () => (await change('wrong')).status === 401, { what: 'a backend that can be asked' });
    const { status, body } = await change(TOKEN);
    assert.equal(status, 200, body);
    assert.match(body, /^\{"messages":0,"counted":0,"complete":true\}/);
  });
});
