import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { describe, test } from 'node:test';
import type { SequencedTick } from '@tickwatch/core';
import { createEmbeddedHub, type EmbeddedHub, type EmbeddedHubOptions } from '@tickwatch/live';
import { WebSocket } from 'ws';
import { eventually } from './eventually.ts';
import { makeTicks } from './live-fixture.ts';
import { RawClient } from './raw-client.ts';
import { Viewer } from './viewer.ts';

interface Served extends AsyncDisposable {
  readonly hub: EmbeddedHub;
  readonly host: string;
  readonly url: string;
}

async function serve(options: Partial<EmbeddedHubOptions> = {}): Promise<Served> {
  const hub = createEmbeddedHub({ channels: ['NASDAQ', 'NYSE'], ...options });
  const server = createServer().listen(0, '127.0.0.1');
  server.on('upgrade', (request, socket, head) => hub.handleUpgrade(request, socket, head));
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...{ hub, host, url: `ws://${host}/connection/websocket` },
    async [Symbol.asyncDispose]() {
      await hub[Symbol.asyncDispose]();
      server.close();
    },
  };
}

async function statusOf(url: string, headers: Record<string, string> = {}, protocols: string[] = []): Promise<number> {
  const socket = new WebSocket(url, protocols, { headers });
  socket.on('error', () => {});
  const status = await Promise.race([
    once(socket, 'open').then(() => 101),
    once(socket, 'unexpected-response').then(([, response]) => response.statusCode as number),
  ]);
  socket.terminate();
  return status;
}

const subscribe = (id: number, channel: string) => ({ id, subscribe: { channel } });
const CONNECT = { id: 1, connect: {} };

async function subscribed(url: string): Promise<RawClient> {
  const client = await new RawClient(url).open();
  client.send(CONNECT, subscribe(2, 'NASDAQ'));
  await eventually('the subscription', () => client.reply(2) !== undefined);
  return client;
}

describe('the embedded hub', () => {
  test('is found at its path only, and speaks JSON only', async () => {
    await using served = await serve();
    assert.equal(await statusOf(served.url), 101);
    assert.equal(await statusOf(`${served.url}?cf_protocol_version=v2`), 101);
    assert.equal(await statusOf(served.url, {}, ['centrifuge-json']), 101);
    assert.equal(await statusOf(`ws://${served.host}/other`), 404);
    assert.equal(await statusOf(`${served.url}?cf_protocol=protobuf`), 400);
    assert.equal(await statusOf(served.url, {}, ['centrifuge-protobuf']), 400);
  });

  test('lets pages of its own host and of the list in, whatever case or default port', async () => {
    await using served = await serve({ allowedOrigins: ['https://*.tickwatch.example'] });
    const status = (Origin: string, host = served.host) => statusOf(served.url, { Origin, Host: host });
    assert.equal(await status(`http://${served.host}`), 101);
    assert.equal(await status('https://Tick.example', 'tick.example:443'), 101);
    assert.equal(await status('https://board.tickwatch.example'), 101);
    assert.equal(await status('https://board.tickwatch.example.evil.example'), 403);
    assert.equal(await status('https://boardXtickwatchXexample'), 403);
    assert.equal(await status('null'), 403);
    assert.equal(await status('file://'), 403);
    assert.equal(await status('http://127.0.0.1:1'), 403);
  });

  test('turns connections beyond its bound away, and counts them', async () => {
    await using served = await serve({ maxClients: 2 });
    using one = await new RawClient(served.url).open();
    using _two = await new RawClient(served.url).open();
    assert.equal(await statusOf(served.url), 503);
    assert.equal(served.hub.stats().refused, 1);
    one[Symbol.dispose]();
    await eventually('room', () => served.hub.stats().clients === 1);
    assert.equal(await statusOf(served.url), 101);
  });

  test('survives a peer that resets in the middle of the handshake, and what is no handshake', async () => {
    await using served = await serve({ maxClients: 1 });
    const [hostname = '', port] = served.host.split(':');
    const upgrade = `GET /connection/websocket HTTP/1.1\r\nHost: ${served.host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`;
    for (const rest of ['\r\n', 'Sec-WebSocket-Key: short\r\nSec-WebSocket-Version: 13\r\n\r\n']) {
      const socket = connect(Number(port), hostname);
      socket.write(upgrade + rest);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      assert.match(answer.toString(), /^HTTP\/1\.1 400 /);
      const reset = connect(Number(port), hostname);
      reset.write(upgrade + rest, () => reset.resetAndDestroy());
      await once(reset, 'close');
    }
    assert.equal(await statusOf(served.url), 101);
  });

  test('pings, takes the answer, and cuts who does not answer so that it comes again', async () => {
    await using served = await serve({ pingIntervalMs: 3100, pongTimeoutMs: 3000 });
    using viewer = await new Viewer(served.url, 'NASDAQ').ready();
    using silent = await subscribed(served.url);
    const { code, reason } = await silent.closed;
    assert.deepEqual([code, reason], [3012, 'no pong']);
    assert.ok(silent.frames.includes('{}'));
    assert.equal(viewer.client.state, 'connected');
  });

  test('cuts who never connects', async () => {
    await using served = await serve({ staleMs: 50, pingIntervalMs: 200 });
    using client = await new RawClient(served.url).open();
    assert.equal((await client.closed).code, 3502);
  });

  test('bounds commands in a second and subscriptions', async () => {
    await using served = await serve({ maxCommandsPerSecond: 4, maxSubscriptions: 1 });
    using often = await new RawClient(served.url).open();
    often.send(CONNECT, subscribe(2, 'NASDAQ'), subscribe(3, 'NYSE'));
    await eventually('three replies', () => often.replies.length === 3);
    assert.equal(often.reply(3)?.error?.code, 106);
    // Five in one message are too many however long the reply took.
    often.send(...[4, 5, 6, 7, 8].map((id) => ({ id, unsubscribe: { channel: 'NASDAQ' } })));
    assert.equal((await often.closed).code, 3013);
    using many = await new RawClient(served.url).open();
    many.send({ id: 1, connect: { subs: { NASDAQ: {}, NYSE: {} } } });
    assert.equal((await many.closed).code, 3505);
  });

  test('takes as many commands as a message holds', async () => {
    await using served = await serve();
    using client = await new RawClient(served.url).open();
    const rpcs = Array.from({ length: 3000 }, (_, i) => ({ id: i + 2, rpc: {} }));
    client.send(CONNECT, ...rpcs);
    await eventually('all replies', () => client.replies.length === rpcs.length + 1);
  });

  test('cuts a viewer that does not read, in bounded memory; the others get everything', async () => {
    await using served = await serve({ maxBufferedBytes: 256 * 1024 });
    using viewer = await new Viewer(served.url, 'NASDAQ').ready();
    using stalled = await subscribed(served.url);
    stalled.stall();
    const sent: SequencedTick[] = [];
    await eventually('the cut', () => {
      const ticks = makeTicks('NASDAQ', 400);
      sent.push(...ticks);
      served.hub.publish('NASDAQ/0', ticks);
      return served.hub.stats().slow === 1;
    });
    await eventually('the end of the stalled connection', () => served.hub.stats().clients === 1);
    await eventually('all ticks', () => viewer.ticks.length === sent.length);
    assert.deepEqual(
      viewer.seqs,
      sent.map(({ seq }) => seq),
    );
  });

  test('forgets publications by age and by bytes, and then says that it cannot recover', async () => {
    await using served = await serve({ historyTtlMs: 60, historyMaxBytes: 2000 });
    using aged = await new Viewer(served.url, 'NASDAQ').ready();
    using heavy = await new Viewer(served.url, 'NYSE').ready();
    aged.client.disconnect();
    heavy.client.disconnect();
    served.hub.publish('NASDAQ/0', makeTicks('NASDAQ', 1));
    for (let i = 0; i < 3; i++) {
      served.hub.publish('NYSE/0', makeTicks('NYSE', 10));
      await served.hub.drain(20_000);
    }
    await new Promise((resolve) => setTimeout(resolve, 80));
    for (const viewer of [aged, heavy]) {
      viewer.client.connect();
      await viewer.ready();
      assert.equal(viewer.subscribed[1]?.recovered, false);
    }
  });

  for (const [what, bound] of [
    ['all clients together', { maxRecoveryBytes: 100 }],
    ['one client', { maxRecoveryBytesPerClient: 100 }],
  ] as const) {
    test(`does not let old publications of ${what} grow: a recovery beyond the bound is none`, async () => {
      await using served = await serve(bound);
      using viewer = await new Viewer(served.url, 'NASDAQ').ready();
      viewer.client.disconnect();
      served.hub.publish('NASDAQ/0', makeTicks('NASDAQ', 10));
      await served.hub.drain(20_000);
      viewer.client.connect();
      await viewer.ready();
      assert.equal(viewer.subscribed[1]?.recovered, false);
    });
  }

  test('a viewer that missed a second of a flood in many exchanges gets no more than its link carries', async () => {
    const channels = Array.from({ length: 12 }, (_, i) => `EX${i}`);
    await using served = await serve({ channels });
    for (const channel of channels) {
      for (let i = 0; i < 5; i++) served.hub.publish(`${channel}/0`, makeTicks(channel, 100));
    }
    await served.hub.drain(20_000);
    using client = await new RawClient(served.url).open();
    const subs = Object.fromEntries(channels.map((channel) => [channel, { recover: true, offset: 0, epoch: '' }]));
    client.send({ id: 1, connect: { subs } });
    await eventually('the reply', () => client.reply(1) !== undefined);
    assert.ok((client.frames[0]?.length ?? 0) < 260 * 1024, `${client.frames[0]?.length} bytes`);
    const joined = Object.values(client.result(1, 'connect').subs as Record<string, { recovered?: boolean }>);
    assert.ok(joined.some(({ recovered }) => recovered) && joined.some(({ recovered = false }) => !recovered));
  });

  test('gives the memory of old publications back when they are sent', async () => {
    await using served = await serve({ maxRecoveryBytes: 1500 });
    using viewer = await new Viewer(served.url, 'NASDAQ').ready();
    served.hub.publish('NASDAQ/0', makeTicks('NASDAQ', 10));
    await eventually('the ticks', () => viewer.ticks.length === 10);
    for (let i = 0; i < 5; i++) {
      using client = await new RawClient(served.url).open();
      client.send({ id: 1, connect: { subs: { NASDAQ: { recover: true, offset: 0, epoch: '' } } } });
      await eventually('the reply', () => client.reply(1) !== undefined);
      assert.equal((client.result(1, 'connect').subs as { NASDAQ: { recovered?: boolean } }).NASDAQ.recovered, true);
    }
  });

  test('ends with a code after which viewers come again, also when one does not read', async () => {
    const served = await serve();
    using client = await subscribed(served.url);
    using stalled = await subscribed(served.url);
    stalled.stall();
    await served[Symbol.asyncDispose]();
    assert.equal((await client.closed).code, 3001);
  });
});
