import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { describe, test } from 'node:test';
import { createEmbeddedHub, type EmbeddedHub, type EmbeddedHubOptions, newReplayId } from '@tickwatch/live';
import { eventually } from './eventually.ts';
import { makeTicks } from './live-fixture.ts';
import { RawClient } from './raw-client.ts';
import { testReplayContract } from './replay-contract.ts';
import { messages, publishAll, upTo } from './replay-fixture.ts';
import { Viewer } from './viewer.ts';

interface Served extends AsyncDisposable {
  readonly hub: EmbeddedHub;
  readonly url: string;
  /** Ends one of the connections, the `n`th of them in turn, as a torn line does. */
  cut(n: number): void;
}

async function serve(options: Partial<EmbeddedHubOptions> = {}): Promise<Served> {
  const hub = createEmbeddedHub({ channels: ['NASDAQ', 'NYSE'], ...options });
  const server = createServer().listen(0, '127.0.0.1');
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (request, socket, head) => hub.handleUpgrade(request, socket, head));
  await once(server, 'listening');
  return {
    ...{ hub, url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/connection/websocket` },
    cut: (n) => {
      [...sockets][n % sockets.size]?.destroy();
    },
    async [Symbol.asyncDispose]() {
      await hub[Symbol.asyncDispose]();
      server.close();
    },
  };
}

testReplayContract('embedded hub', {
  unknownCode: 102,
  async start() {
    const served = await serve();
    return {
      replays: served.hub.replays,
      publisher: served.hub,
      websocketUrl: served.url,
      [Symbol.asyncDispose]: () => served[Symbol.asyncDispose](),
    };
  },
});

/** A client that hears a channel, and stops reading when it is told to. */
async function listening(url: string, channel: string): Promise<RawClient> {
  const client = await new RawClient(url).open();
  client.send({ id: 1, connect: {} }, { id: 2, subscribe: { channel } });
  await eventually('the subscription', () => client.reply(2) !== undefined);
  return client;
}

describe('replays on the embedded hub', () => {
  test('listeners are known at once, and never hear a message before the answer to their wish', async () => {
    await using served = await serve();
    await using replay = served.hub.replays.open(newReplayId());
    replay.onListeners((listeners) => {
      if (listeners > 0) void replay.publish('{"ticks":[{"seq":1}]}');
    });
    using client = await listening(served.url, replay.name);
    await eventually('the message', () => client.replies.length === 3);
    assert.deepEqual(
      client.replies.map(({ id }) => id),
      [1, 2, undefined],
    );
  });

  test('a replay waits for whoever reads slowest, in little memory; live and other replays do not', async () => {
    await using served = await serve({ replayCutWaitMs: 100 });
    await using slow = served.hub.replays.open(newReplayId());
    await using other = served.hub.replays.open(newReplayId());
    using stalled = await listening(served.url, slow.name);
    using reading = await new Viewer(served.url, slow.name).ready();
    using watching = await new Viewer(served.url, other.name).ready();
    using live = await new Viewer(served.url, 'NASDAQ').ready();
    stalled.stall();
    let published = 0;
    const running = (async () => {
      for (const message of messages(1, 1000, 10_000)) {
        await slow.publish(message);
        published++;
      }
    })();
    running.catch(() => {});
    await eventually('the replay to stand still', () => published > 20);
    await publishAll(other, messages(1, 500, 1000));
    const ticks = makeTicks('NASDAQ', 500);
    for (const tick of ticks) served.hub.publish('NASDAQ/0', [tick]);
    await eventually('the others', () => watching.ticks.length === 500 && live.ticks.length === 500);
    // Of 10 MB it has sent no more than waits for one connection.
    assert.ok(published < 60, `${published} messages of 10 kB were published`);
    stalled[Symbol.dispose]();
    await eventually('everything', () => reading.ticks.length === 1000);
    await running;
    assert.deepEqual(reading.seqs, upTo(1000));
  });

  test('a listener that does not read at all is cut as slow, and does not hold the others for ever', async () => {
    await using served = await serve({ pingIntervalMs: 5000, pongTimeoutMs: 3000 });
    await using replay = served.hub.replays.open(newReplayId());
    using stalled = await listening(served.url, replay.name);
    using reading = await new Viewer(served.url, replay.name).ready();
    stalled.stall();
    await publishAll(replay, messages(1, 100, 10_000));
    await eventually('everything', () => reading.ticks.length === 100);
    assert.equal(served.hub.stats().slow, 1);
    assert.equal(replay.listeners, 1);
  });

  test('nothing is missing or double after a hundred cuts in the middle of a flood, some in the middle of a recovery', async () => {
    await using served = await serve();
    await using replay = served.hub.replays.open(newReplayId());
    using one = await new Viewer(served.url, replay.name).ready();
    using two = await new Viewer(served.url, replay.name).ready();
    using three = await new Viewer(served.url, replay.name).ready();
    const viewers = [one, two, three];
    const total = 4000;
    for (const [i, message] of messages(1, total, 8000).entries()) {
      await replay.publish(message);
      if (i % 40 === 20) served.cut(i);
    }
    await eventually('everything', () => viewers.every(({ ticks }) => ticks.length >= total));
    for (const viewer of viewers) {
      assert.ok(viewer.subscribed.length > 1);
      assert.ok(viewer.subscribed.slice(1).every(({ recovered }) => recovered));
      assert.deepEqual(viewer.seqs, upTo(total));
    }
  });

  test('a replay waits for a cut listener rather than run away from it, but not for long', async () => {
    await using served = await serve({ replayCutWaitMs: 300, replayHistoryMaxBytes: 300_000 });
    await using replay = served.hub.replays.open(newReplayId());
    using gone = await listening(served.url, replay.name);
    gone[Symbol.dispose]();
    await eventually('the cut', () => served.hub.stats().clients === 0);
    const begun = performance.now();
    await publishAll(replay, messages(1, 100, 10_000));
    assert.ok(performance.now() - begun > 200);
  });

  test('the end of the hub ends waiting messages and all replays', async () => {
    const served = await serve();
    const replay = served.hub.replays.open(newReplayId());
    using stalled = await listening(served.url, replay.name);
    stalled.stall();
    const publishing = publishAll(replay, messages(1, 1000, 10_000));
    const refused = assert.rejects(publishing, /closed/);
    await served[Symbol.asyncDispose]();
    await refused;
    assert.equal(replay.listeners, 0);
    assert.throws(() => served.hub.replays.open(newReplayId()), /hub is closed/);
  });

  test('an exchange is recovered as ever where a replay with much to recover stands before it', async () => {
    await using served = await serve();
    await using replay = served.hub.replays.open(newReplayId());
    await publishAll(replay, messages(1, 100, 10_000));
    served.hub.publish('NASDAQ/0', makeTicks('NASDAQ', 10));
    await served.hub.drain(20_000);
    using client = await new RawClient(served.url).open();
    const recover = { recover: true, offset: 0, epoch: '' };
    client.send({ id: 1, connect: { subs: { [replay.name]: recover, NASDAQ: recover } } });
    await eventually('the reply', () => client.reply(1) !== undefined);
    const subs = client.result(1, 'connect').subs as Record<string, { recovered?: boolean }>;
    assert.deepEqual([subs[replay.name]?.recovered, subs.NASDAQ?.recovered], [true, true]);
  });

  test('the end of a replay ends a message that waits for a listener', async () => {
    await using served = await serve();
    const replay = served.hub.replays.open(newReplayId());
    using stalled = await listening(served.url, replay.name);
    stalled.stall();
    let published = 0;
    const publishing = (async () => {
      for (const message of messages(1, 1000, 10_000)) {
        await replay.publish(message);
        published++;
      }
    })();
    await eventually('the replay to stand still', () => published > 20);
    const refused = assert.rejects(publishing, /closed/);
    await replay[Symbol.asyncDispose]();
    await refused;
  });

  test('a connection that is subscribed to replays counts them with the rest', async () => {
    await using served = await serve({ maxSubscriptions: 1 });
    await using replay = served.hub.replays.open(newReplayId());
    using client = await listening(served.url, replay.name);
    client.send({ id: 3, subscribe: { channel: 'NASDAQ' } });
    await eventually('the refusal', () => client.reply(3)?.error?.code === 106);
  });
});
