import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createCentrifugoPublisher, createCentrifugoReplays, newReplayId } from '@tickwatch/live';
import { startCentrifugo } from '../../servers/centrifugo.ts';
import { eventually } from './eventually.ts';
import { testReplayContract } from './replay-contract.ts';
import { messages, publishAll, upTo } from './replay-fixture.ts';
import { Viewer } from './viewer.ts';

testReplayContract('Centrifugo, as shipped', {
  async start() {
    const server = await startCentrifugo();
    const publisher = createCentrifugoPublisher(server);
    const replays = createCentrifugoReplays(server);
    return {
      replays,
      publisher,
      websocketUrl: server.websocketUrl,
      async [Symbol.asyncDispose]() {
        await replays[Symbol.asyncDispose]();
        await publisher[Symbol.asyncDispose]();
        await server[Symbol.asyncDispose]();
      },
    };
  },
});

describe('replays on a real Centrifugo', () => {
  test('a message that may have arrived before an outage is heard once when it is published again', async () => {
    await using server = await startCentrifugo();
    await using replays = createCentrifugoReplays({ ...server, timeoutMs: 500 });
    await using replay = replays.open(newReplayId());
    using viewer = await new Viewer(server.websocketUrl, replay.name).ready();
    await eventually('the listener', () => replay.listeners === 1);
    await publishAll(replay, messages(1, 3));
    await server.pause();
    const [fourth = ''] = messages(4, 1);
    // The server has it in its socket, and takes it when it goes on.
    await assert.rejects(replay.publish(fourth), /did not answer within 500 ms/);
    await server.resume();
    await replay.publish(fourth);
    await publishAll(replay, messages(5, 2));
    await eventually('all', () => viewer.ticks.length >= 6);
    assert.deepEqual(viewer.seqs, upTo(6));
    await server.kill();
    await assert.rejects(replay.publish('{"ticks":[]}'), /cannot be reached/);
  });

  test('a wrong key is told with what to do', async () => {
    await using server = await startCentrifugo();
    await using replays = createCentrifugoReplays({ ...server, apiKey: 'wrong' });
    await using replay = replays.open(newReplayId());
    await assert.rejects(replay.publish('{"ticks":[]}'), /the API key is wrong. Set CENTRIFUGO_API_KEY/);
  });

  test('what is published is bounded in bytes and messages a second', async () => {
    await using server = await startCentrifugo();
    await using replays = createCentrifugoReplays({ ...server, bytesPerSecond: 100_000, messagesPerSecond: 50 });
    await using replay = replays.open(newReplayId());
    for (const [count, bytes] of [
      [10, 5000],
      [25, 0],
    ] as const) {
      const begun = performance.now();
      await publishAll(replay, messages(1, count, bytes));
      assert.ok(performance.now() - begun >= 450);
    }
  });
});
