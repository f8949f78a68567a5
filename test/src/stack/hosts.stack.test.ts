import assert from 'node:assert/strict';
import { test } from 'node:test';
import { docker, tryDocker } from './docker.ts';
import { ask } from './front-door.ts';
import { withNginx } from './second-nginx.ts';

const status = (answer: string): number => Number(/^HTTP\/\S+ (\d+)/.exec(answer)?.[1]);

test('a host that is not on the list is refused over http and https, this machine’s own names are served', async () => {
  for (const host of ['localhost', 'LOCALHOST', 'localhost:80', '127.0.0.1', '[::1]']) {
    assert.equal((await ask('http://localhost/', { headers: { host } })).status, 200, host);
  }
  for (const origin of ['http://localhost', 'https://localhost']) {
    for (const host of ['evil.example', 'localhost.evil.example', '10.0.0.7', 'tickwatch']) {
      for (const path of ['/', '/api/stocks', '/grafana/login', '/connection/websocket']) {
        const { status: refused, headers, body } = await ask(`${origin}${path}`, { headers: { host } });
        assert.equal(refused, 421, `${host}${path}`);
        assert.match(body, /SERVER_NAMES/);
        assert.equal(headers['x-content-type-options'], 'nosniff');
        assert.equal(headers['x-frame-options'], 'DENY');
      }
    }
  }
});

test('a request without a host, or with another in its request line, is refused as well', async () => {
  const curl = (...args: readonly string[]) => docker('exec', 'nginx', 'curl', '--silent', '--include', ...args);
  assert.equal(status(await curl('--http1.0', '--header', 'Host:', 'http://127.0.0.1/')), 421);
  const line = ['--request-target', 'http://evil.example/', '--header', 'Host: localhost', 'http://127.0.0.1/'];
  assert.equal(status(await curl(...line)), 421);
});

test('SERVER_NAMES, PUBLIC_URL and a published address are served beside localhost', async () => {
  const settings = {
    SERVER_NAMES: 'Laptop.lan, *.desk.example [fd00::1]',
    PUBLIC_URL: 'https://prices.example:8443',
    PUBLISH_ADDRESS: '192.168.1.20',
  };
  await withNginx(settings, async (ask) => {
    const asked = async (host: string): Promise<number> =>
      status(await ask('--header', `Host: ${host}`, 'http://127.0.0.1/healthz'));
    const served = ['laptop.lan', 'one.desk.example', '[fd00::1]', 'prices.example:8443', '192.168.1.20', 'localhost'];
    for (const host of served) assert.equal(await asked(host), 404, host);
    for (const host of ['desk.example', '192.168.1.21', 'xprices.example']) assert.equal(await asked(host), 421, host);
  });
});

test('an nginx that is published on every address and serves localhost alone says what to set', async () => {
  await withNginx({ PUBLISH_ADDRESS: '0.0.0.0' }, async (_, name) => {
    const { stderr } = await tryDocker(['logs', name]);
    assert.match(stderr, /only localhost is served: name its hosts in SERVER_NAMES/);
  });
});
