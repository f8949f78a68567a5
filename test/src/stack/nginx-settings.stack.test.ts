import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { docker, environmentOf, tryDocker } from './docker.ts';
import { withNginx } from './second-nginx.ts';

test('with the switch on, http leads to https and https is remembered', async () => {
  // Another host than this machine's own is served when it is named.
  const settings = { HTTPS_REDIRECT: 'on', HTTPS_PORT: '8443', SERVER_NAMES: 'prices.example' };
  await withNginx(settings, async (ask) => {
    const redirect = await ask('--header', 'Host: prices.example', 'http://127.0.0.1/api/stocks?x=1');
    assert.match(redirect, /^HTTP\/1.1 308/);
    assert.match(redirect, /^Location: https:\/\/prices\.example:8443\/api\/stocks\?x=1\r$/m);
    assert.match(await ask('https://127.0.0.1/'), /^strict-transport-security: max-age=\d+/im);
  });
});

test('the list of origins and the rate come from the environment', async () => {
  await withNginx({ ALLOWED_ORIGINS: 'https://desk.example', API_REQUESTS_PER_SECOND: '1' }, async (ask) => {
    const preflight = (origin: string): Promise<string> =>
      ask('--request', 'OPTIONS', '--header', `Origin: ${origin}`, 'http://127.0.0.1/api/stocks');
    assert.match(await preflight('https://desk.example'), /^Access-Control-Allow-Origin: https:\/\/desk\.example\r$/m);
    assert.doesNotMatch(await preflight('http://localhost'), /Access-Control-Allow-Origin/);
    const five = await ask(
      '--parallel',
      '--parallel-immediate',
      ...Array.from({ length: 5 }, () => 'http://127.0.0.1/api/stocks'),
    );
    assert.match(five, /HTTP\/1.1 429/);
    // Nothing is behind this one: what is away is told as a problem, with a time to come back.
    assert.match(five, /HTTP\/1.1 503/);
    assert.match(five, /^Retry-After: 5\r$/m);
    assert.equal(five.match(/^Content-Type: application\/problem\+json\r$/gm)?.length, 5);
  });
});

test('the certificate is kept from start to start', async () => {
  const fingerprint = () =>
    docker('exec', 'nginx', 'openssl', 'x509', '-in', '/etc/nginx/certificates/tls.crt', '-noout', '-fingerprint');
  const before = await fingerprint();
  await docker('compose', 'up', '--detach', '--no-deps', '--force-recreate', '--wait', 'nginx');
  assert.equal(await fingerprint(), before);
  const mode = await docker('exec', 'nginx', 'stat', '-c', '%a %U', '/etc/nginx/certificates/tls.key');
  assert.equal(mode, '600 nginx');
});

// Each is a container that starts and ends: several wait at once.
describe('a setting that is wrong', { concurrency: 4 }, () => {
  for (const [name, value] of [
    ['HTTPS_REDIRECT', 'maybe'],
    ['ALLOWED_ORIGINS', '*'],
    ['ALLOWED_ORIGINS', 'https://a.example/path'],
    ['API_REQUESTS_PER_SECOND', 'many'],
    ['SERVER_NAMES', 'prices.example:8443'],
    ['SERVER_NAMES', 'https://prices.example'],
    ['SERVER_NAMES', '~^.*$'],
    ['API_SERVERS', 'backend'],
    ['LIVE_SERVERS', 'centrifugo:8000; }'],
  ] as const) {
    test(`${name}=${value} is refused with a message`, async () => {
      const { code, stderr } = await tryDocker([
        'run',
        '--rm',
        ...(await environmentOf('nginx', { [name]: value })),
        'tickwatch-nginx',
      ]);
      assert.equal(code, 64);
      assert.match(stderr, new RegExp(`refusing to start: ${name}`));
    });
  }
});
