import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { clientHandler } from '../server/index.ts';

describe('the served client', () => {
  let folder: string;
  let server: Server;
  let address: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tickwatch-client-'));
    await mkdir(join(folder, 'assets'));
    await writeFile(join(folder, 'index.html'), '<p>page</p>');
    await writeFile(join(folder, 'assets/index-abc.js'), 'plain');
    await writeFile(join(folder, 'assets/index-abc.js.br'), 'packed');
    await writeFile(join(folder, '.built-from'), 'secret');
    server = createServer(clientHandler(folder));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  after(async () => {
    server.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('answers every view with the page, which is asked for each time and runs nothing inline', async () => {
    for (const path of [
      ...[
        '/',
        '/stock/BRK.B',
        '/stock/BRK.B/',
        '/stock/AAPL',
        '/history?stock=AAPL',
        '/history/',
        '/system',
        '/system/',
      ],
      ...['/stock/?name=..', '/stock/a%2Fb%3F%23%25', '/stock/%F0%9F%9A%80.X', '/stock/100%', '/no/such/page'],
    ]) {
      const response = await fetch(address + path);
      assert.equal(response.status, 200, path);
      assert.equal(await response.text(), '<p>page</p>', path);
      assert.equal(response.headers.get('cache-control'), 'no-cache');
      assert.doesNotMatch(response.headers.get('content-security-policy') ?? 'unsafe', /unsafe|\*/);
      assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
    }
  });

  it('lets named-by-content files be kept for ever, packed where the browser can', async () => {
    const response = await fetch(`${address}/assets/index-abc.js`, { headers: { 'accept-encoding': 'br' } });
    assert.match(response.headers.get('cache-control') ?? '', /immutable/);
    assert.equal(response.headers.get('content-encoding'), 'br');
    await response.body?.cancel();
  });

  it('gives whoever opens a wrong address in a browser a page with links, not a line of JSON', async () => {
    const asPerson = { headers: { 'sec-fetch-dest': 'document' } };
    assert.equal(await (await fetch(`${address}/no.such.page`, asPerson)).text(), '<p>page</p>');
    assert.equal((await fetch(`${address}/api/nothing`, asPerson)).status, 404);
    assert.equal((await fetch(`${address}/no.such.page`)).status, 404);
  });

  it('tells what is missing instead of answering it with the page', async () => {
    for (const path of ['/assets/gone.js', '/api/nothing', '/favicon.ico', '/.built-from', '/../package.json']) {
      const response = await fetch(address + path);
      assert.ok(path.startsWith('/.') || response.status === 404, path);
      assert.doesNotMatch(await response.text(), /secret|"name"/, path);
    }
  });
});
