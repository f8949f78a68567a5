import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from 'node:tls';
import { docker } from './docker.ts';
import { type Answer, ask, askJson } from './front-door.ts';

interface Problem {
  readonly title: string;
  readonly status: number;
}

test('the four routes lead to client, API, live channel and Grafana, over http and https', async () => {
  for (const origin of ['http://localhost', 'https://localhost']) {
    const page = await ask(`${origin}/`);
    assert.equal(page.status, 200);
    assert.match(page.body, /<title>[^<]*Tickwatch/);
    const average = await askJson<{ count: number }>(`${origin}/api/average/AAPL`);
    assert.ok(average.count > 0);
    assert.equal((await ask(`${origin}/grafana/api/health`)).status, 200);
    assert.equal((await ask(`${origin}/grafana`)).headers.location, '/grafana/');
    // Centrifugo itself answers: this is no WebSocket handshake.
    assert.equal((await ask(`${origin}/connection/websocket`)).status, 400);
  }
});

test('errors of the API come through as they are', async () => {
  const { status, headers, body } = await ask('http://localhost/api/prices/AAPL?start_time=yesterdayish');
  assert.equal(status, 422);
  assert.match(headers['content-type'] ?? '', /^application\/problem\+json/);
  assert.match(body, /start_time/);
});

test('what is for the inner network is not found outside', async () => {
  for (const path of ['/metrics', '/healthz', '/readyz']) {
    assert.equal((await ask(`http://localhost${path}`)).status, 404, path);
  }
  const body = JSON.stringify({ channel: 'NYSE', data: { ticks: [] } });
  const headers = { 'content-type': 'application/json', 'x-api-key': 'tickwatch-api-key' };
  for (const path of ['/api/publish', '/api/batch', '/connection/websocket/../../api/info']) {
    const { status } = await ask(`http://localhost${path}`, { method: 'POST', headers, body });
    assert.ok(status === 404 || status === 405, `${path} answered ${status}`);
  }
  // Anything else is the client's: no answer of Centrifugo.
  const other = await ask('http://localhost/connection/api/publish', { method: 'POST', headers, body });
  assert.doesNotMatch(other.body, /"(result|error|replies)"/);
});

test('a preflight is answered for origins on the list and for no other', async () => {
  const preflight = (origin: string): Promise<Answer> =>
    ask('http://localhost/api/stocks', {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'if-none-match' },
    });
  const known = await preflight('https://localhost');
  assert.equal(known.status, 204);
  assert.equal(known.headers['access-control-allow-origin'], 'https://localhost');
  assert.match(known.headers['access-control-allow-methods'] ?? '', /GET/);
  assert.match(known.headers['access-control-allow-headers'] ?? '', /If-None-Match/i);
  assert.equal(known.headers['access-control-allow-credentials'], undefined);
  const foreign = await preflight('https://elsewhere.example');
  assert.equal(foreign.headers['access-control-allow-origin'], undefined);
  assert.match(foreign.headers.vary ?? '', /Origin/);
  const read = await ask('http://localhost/api/stocks', { headers: { origin: 'http://localhost:8080' } });
  assert.equal(read.headers['access-control-allow-origin'], 'http://localhost:8080');
  assert.match(read.headers['access-control-expose-headers'] ?? '', /X-Position/);
});

test('a flood of requests meets 429 as a problem, and the flood past, the API answers again', async () => {
  const answers = await Promise.all(Array.from({ length: 300 }, () => ask('http://localhost/api/openapi.json')));
  const refused = answers.filter(({ status }) => status === 429);
  assert.ok(refused.length > 0, 'none was refused');
  assert.ok(answers.some(({ status }) => status === 200));
  for (const { headers, body } of refused) {
    assert.equal(headers['content-type'], 'application/problem+json');
    assert.ok(Number(headers['retry-after']) > 0);
    assert.equal((JSON.parse(body) as Problem).status, 429);
  }
  await new Promise((resolve) => setTimeout(resolve, 3000));
  assert.equal((await ask('http://localhost/api/stocks')).status, 200);
});

test('a body that is too large is refused as a problem', async () => {
  const { status, headers, body } = await ask('http://localhost/api/stocks', {
    method: 'POST',
    body: 'x'.repeat(70_000),
  });
  assert.equal(status, 413);
  assert.equal(headers['content-type'], 'application/problem+json');
  assert.equal((JSON.parse(body) as Problem).status, 413);
});

test('every answer carries the security headers once, with a policy without unsafe scripts', async () => {
  for (const path of ['/', '/api/stocks', '/api/docs/', '/nowhere', '/grafana/login']) {
    const { headers } = await ask(`https://localhost${path}`);
    assert.equal(headers['x-content-type-options'], 'nosniff', path);
    assert.equal(headers['x-frame-options'], 'DENY', path);
    assert.equal(headers['referrer-policy'], 'same-origin', path);
    if (path.startsWith('/grafana')) continue;
    const policy = String(headers['content-security-policy']);
    assert.match(policy, /^default-src 'none'/, path);
    assert.doesNotMatch(policy, /script-src[^;]*unsafe|, default-src/, path);
  }
  assert.equal((await ask('https://localhost/')).headers['strict-transport-security'], undefined);
});

test('hashed assets may be kept for a year, compressed; the page itself is asked for again', async () => {
  const page = await ask('http://localhost/');
  const script = /src="(\/assets\/[^"]+\.js)"/.exec(page.body)?.[1] ?? assert.fail('the page names no script');
  const asset = await ask(`http://localhost${script}`, { headers: { 'accept-encoding': 'gzip' } });
  assert.equal(asset.status, 200);
  assert.equal(asset.headers['cache-control'], 'public, max-age=31536000, immutable');
  assert.ok(asset.headers['content-encoding'], 'not compressed');
  assert.doesNotMatch(page.headers['cache-control'] ?? '', /immutable|max-age=[1-9]/);
  assert.doesNotMatch((await ask('http://localhost/assets/none.js')).headers['cache-control'] ?? '', /immutable/);
});

test('TLS begins at 1.2', async () => {
  const protocol = (version: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'): Promise<string | null> =>
    new Promise((resolve) => {
      const socket = connect(
        {
          host: '127.0.0.1',
          port: 443,
          servername: 'localhost',
          rejectUnauthorized: false,
          minVersion: version,
          maxVersion: version,
          ciphers: 'DEFAULT@SECLEVEL=0',
        },
        () => {
          resolve(socket.getProtocol());
          socket.destroy();
        },
      );
      socket.on('error', () => resolve(null));
    });
  assert.equal(await protocol('TLSv1.1'), null);
  assert.equal(await protocol('TLSv1.2'), 'TLSv1.2');
  assert.equal(await protocol('TLSv1.3'), 'TLSv1.3');
});

test('the access log is one JSON object a line', async () => {
  await ask('http://localhost/api/openapi.json?marked=%22quoted%22', { headers: { 'user-agent': 'say "ah"\\' } });
  const lines = (await docker('logs', '--tail', '20', 'nginx')).split('\n').filter((line) => line.startsWith('{'));
  const entries = lines.map((line) => JSON.parse(line) as { event: string; uri: string; status: number });
  assert.ok(entries.some(({ event, uri, status }) => event === 'request' && uri.includes('marked') && status === 200));
});
