import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { until } from '../servers/until.ts';
import { docker } from './docker.ts';
import { type Curl, withNginx } from './second-nginx.ts';

/** Stands for all four servers behind nginx, and answers with the headers that it got. */
const ECHO = `
const answer = (request, response) => response.end(JSON.stringify(request.headers));
for (const port of [8080, 5050, 8000, 3000]) require('node:http').createServer(answer).listen(port);`;

const ID = randomUUID().slice(0, 8);
const NETWORK = `tickwatch-echo-${ID}`;
const ECHOES = `tickwatch-echoes-${ID}`;

before(async () => {
  await docker('network', 'create', NETWORK);
  const names = ['client', 'backend', 'centrifugo', 'grafana'].flatMap((name) => ['--network-alias', name]);
  const options = ['--detach', '--name', ECHOES, '--no-healthcheck', '--network', NETWORK, ...names];
  await docker('run', ...options, 'tickwatch-client', 'node', '-e', ECHO);
});

after(async () => {
  await docker('rm', '--force', ECHOES);
  await docker('network', 'rm', NETWORK);
});

const PATHS = ['/', '/assets/x.js', '/api/stocks', '/connection/websocket', '/grafana/', '/grafana/api/live/ws'];
const SOCKETS = ['/connection/websocket', '/grafana/api/live/ws'];

/** What a client may not say of itself, each with the same value. */
const CLAIMS = [
  'Forwarded',
  'X-Forwarded-Port',
  'X-Forwarded-Prefix',
  'X-Forwarded-Server',
  'X-Original-Host',
  'X-Original-URL',
  'X-Rewrite-URL',
  'X-HTTP-Method-Override',
  'X-Client-IP',
  'True-Client-IP',
  'CF-Connecting-IP',
  'Proxy',
  'X-WEBAUTH-USER',
  'x-webauth-role',
  'X_WEBAUTH_USER',
  'X-Grafana-Id',
  'X-DS-Authorization',
  'X-JWT-Assertion',
  'X-API-Key',
  'X-Auth-Request-User',
  'X-Forwarded-User',
  'X-Remote-User',
  'Remote-User',
  'X-Forwarded-Client-Cert',
];
const VALUE = 'smuggled.example';

type Headers = Readonly<Record<string, string>>;

async function heard(ask: Curl, path: string, ...more: readonly string[]): Promise<Headers> {
  const said = await until(
    async () => {
      const answer = await ask(...more, `http://127.0.0.1${path}`);
      return answer.includes(' 200 ') ? answer : undefined;
    },
    { what: `an answer for ${path}` },
  );
  return JSON.parse(said.slice(said.indexOf('\r\n\r\n') + 4)) as Headers;
}

const header = (name: string, value: string): readonly string[] => ['--header', `${name}: ${value}`];

test('nothing that a client claims of itself reaches a server behind, in any location', async () => {
  const claims = CLAIMS.flatMap((name) => header(name, VALUE));
  const own = ['X-Forwarded-For', 'X-Forwarded-Host', 'X-Forwarded-Proto', 'X-Real-IP'];
  const forged = own.flatMap((name) => header(name, VALUE));
  await withNginx(
    {},
    async (ask) => {
      for (const path of PATHS) {
        const got = await heard(ask, path, ...claims, ...forged);
        assert.doesNotMatch(JSON.stringify(got), new RegExp(VALUE), path);
        assert.equal(got['x-forwarded-host'], '127.0.0.1', path);
        assert.equal(got['x-forwarded-for'], '127.0.0.1', path);
        assert.equal(got['x-real-ip'], '127.0.0.1', path);
        assert.equal(got['x-forwarded-proto'], 'http', path);
      }
    },
    ['--network', NETWORK],
  );
});

test('who logs in is let through to where that counts, and no further', async () => {
  await withNginx(
    {},
    async (ask) => {
      const token = header('Authorization', 'Bearer token');
      for (const path of ['/api/stocks', '/grafana/', '/grafana/api/live/ws']) {
        assert.equal((await heard(ask, path, ...token)).authorization, 'Bearer token', path);
      }
      for (const path of ['/', '/connection/websocket']) {
        assert.equal((await heard(ask, path, ...token)).authorization, undefined, path);
      }
    },
    ['--network', NETWORK],
  );
});

test('the host that was asked for goes on with its port, and never another than was served', async () => {
  await withNginx(
    {},
    async (ask) => {
      for (const path of PATHS) {
        assert.equal((await heard(ask, path, ...header('Host', 'localhost:8443'))).host, 'localhost:8443', path);
        const other = ['--request-target', `http://localhost${path}`, ...header('Host', 'evil.example')];
        const got = await heard(ask, path, ...other);
        assert.equal(got.host, 'localhost', path);
        assert.equal(got['x-forwarded-host'], 'localhost', path);
      }
    },
    ['--network', NETWORK],
  );
});

test('a page’s own origin stays here, a foreign one goes on, where connections stay', async () => {
  await withNginx(
    {},
    async (ask) => {
      for (const path of SOCKETS) {
        const origin = async (value: string): Promise<string | undefined> =>
          (await heard(ask, path, ...header('Host', 'localhost:8081'), ...header('Origin', value))).origin;
        assert.equal(await origin('http://localhost:8081'), undefined, path);
        assert.equal(await origin('https://evil.example'), 'https://evil.example', path);
      }
    },
    ['--network', NETWORK],
  );
});
