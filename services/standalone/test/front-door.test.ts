import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { describe, it } from 'node:test';
import { addressOf, openFrontDoor } from '../src/front-door.ts';

const HOST = '127.0.0.1';

describe('the one port, before the parts are up', () => {
  it('is alive and not ready, and asks everybody to come again', async () => {
    await using door = await openFrontDoor(HOST, 0);
    const at = addressOf(HOST, door.port);
    const alive = await fetch(`${at}/healthz`);
    assert.deepEqual([alive.status, await alive.json()], [200, { alive: true }]);
    const ready = await fetch(`${at}/readyz`);
    assert.deepEqual([ready.status, ((await ready.json()) as { ready: boolean }).ready], [503, false]);
    for (const path of ['/', '/api/stocks', '/api/prices/AAPL', '/metrics', '/nothing?x=1', '/readyz']) {
      for (const method of ['GET', 'HEAD', 'POST']) {
        const { status, headers } = await fetch(at + path, { method });
        assert.deepEqual([status, headers.get('retry-after')], [503, '1'], `${method} ${path}`);
        assert.equal(headers.get('cache-control'), 'no-store');
      }
    }
    const problem = await fetch(`${at}/api/stocks`, { headers: { accept: 'text/html' } });
    assert.equal(problem.headers.get('content-type'), 'application/problem+json');
    assert.match(((await problem.json()) as { detail: string }).detail, /starting/);
  });

  it('shows a browser a page that says "starting" and comes again by itself', async () => {
    await using door = await openFrontDoor(HOST, 0);
    const page = await fetch(addressOf(HOST, door.port), { headers: { accept: 'text/html,*/*;q=0.8' } });
    assert.equal(page.status, 503);
    assert.match(await page.text(), /http-equiv="refresh" content="1"[\s\S]*Tickwatch is starting/);
  });

  it('refuses a WebSocket instead of leaving it waiting', async () => {
    await using door = await openFrontDoor(HOST, 0);
    const socket = connect(door.port, HOST);
    socket.write('GET /connection/websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    const [answer] = await once(socket, 'data');
    assert.match(String(answer), /^HTTP\/1\.1 503 [\s\S]*Retry-After: 1/);
    socket.destroy();
  });

  it('gives a connection that came early to the parts once they are up', async () => {
    await using door = await openFrontDoor(HOST, 0);
    const at = addressOf(HOST, door.port);
    assert.equal((await fetch(at)).status, 503);
    door.handOver({
      onRequest: (_request, response) => response.end('up'),
      onUpgrade: (_request, socket) => socket.destroy(),
      onClientError: (_error, socket) => socket.destroy(),
    });
    assert.equal(await (await fetch(at)).text(), 'up');
  });

  it('lets an answer that is under way end when it closes, and takes nobody in any more', async () => {
    const door = await openFrontDoor(HOST, 0);
    const at = addressOf(HOST, door.port);
    door.handOver({
      onRequest: (_request, response) => {
        response.write('be');
        setTimeout(() => response.end('gun'), 100);
      },
      onUpgrade: (_request, socket) => socket.destroy(),
      onClientError: (_error, socket) => socket.destroy(),
    });
    const answer = await fetch(at);
    const [text] = await Promise.all([answer.text(), door.close()]);
    assert.equal(text, 'begun');
    await assert.rejects(fetch(at));
    await door[Symbol.asyncDispose]();
  });

  it('says in a sentence that a port is taken, and which setting chooses another', async () => {
    const other = createServer().listen(0, HOST);
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await assert.rejects(
      openFrontDoor(HOST, port),
      new RegExp(`^Error: port ${port} is in use: set PORT to another.* PORT=${port + 1}$`),
    );
    other.close();
    await assert.rejects(openFrontDoor('192.0.2.1', 0), /HOST is "192\.0\.2\.1", which is no address of this machine/);
  });
});
