import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createCentrifugoPublisher, type LivePublisher } from '@tickwatch/live';
import { type CentrifugoServer, startCentrifugo } from '../../servers/centrifugo.ts';
import { eventually } from './eventually.ts';
import { makeTicks } from './live-fixture.ts';
import { Viewer } from './viewer.ts';

const downBecause = (publisher: LivePublisher, reason: RegExp) => () => {
  const { live } = publisher.status();
  return live.state === 'down' && reason.test(live.error);
};
const isUp = (publisher: LivePublisher) => () => publisher.status().live.state === 'up';

describe('outages of a real Centrifugo', () => {
  let server: CentrifugoServer;
  before(async () => {
    server = await startCentrifugo();
  });
  after(() => server[Symbol.asyncDispose]());

  test('a wrong key is told before the first tick, with what to do', async () => {
    await using publisher = createCentrifugoPublisher({ ...server, apiKey: 'wrong' });
    await eventually('the refusal', downBecause(publisher, /HTTP 401: the API key is wrong. Set CENTRIFUGO_API_KEY/));
  });

  test('a viewer gets the newest tick of each stock after the server hung', async () => {
    await using publisher = createCentrifugoPublisher({ ...server, timeoutMs: 500 });
    using viewer = await new Viewer(server.websocketUrl, 'NASDAQ').ready();
    await eventually('up', isUp(publisher));
    await server.pause();
    publisher.publish('NASDAQ/0', makeTicks('NASDAQ', 10));
    await eventually('the time-out', downBecause(publisher, /did not answer within 500 ms/));
    for (let i = 0; i < 50; i++) publisher.publish('NASDAQ/0', makeTicks('NASDAQ', 100));
    const [newest] = makeTicks('NASDAQ', 1);
    publisher.publish('NASDAQ/0', newest === undefined ? [] : [newest]);
    assert.ok(publisher.status().waiting <= 11);
    await server.resume();
    await eventually('the newest tick', () => viewer.seqs.includes(newest?.seq ?? 0));
    await eventually('up', isUp(publisher));
    assert.ok(publisher.status().conflated >= 5000);
  });

  test('publisher and viewer find a server again that was killed, and the viewer knows that it missed something', async () => {
    await using publisher = createCentrifugoPublisher(server);
    using viewer = await new Viewer(server.websocketUrl, 'NASDAQ').ready();
    publisher.publish('NASDAQ/0', makeTicks('NASDAQ', 1));
    await eventually('a tick', () => viewer.ticks.length === 1);
    await server.kill();
    publisher.publish('NASDAQ/0', makeTicks('NASDAQ', 1));
    await eventually('down', downBecause(publisher, /cannot be reached/));
    await server.start();
    await eventually('up', isUp(publisher));
    await eventually('the viewer', () => viewer.subscribed.length === 2);
    assert.equal(viewer.subscribed[1]?.wasRecovering, true);
    assert.equal(viewer.subscribed[1]?.recovered, false);
    const [tick] = makeTicks('NASDAQ', 1);
    publisher.publish('NASDAQ/0', tick === undefined ? [] : [tick]);
    await eventually('a tick again', () => viewer.seqs.includes(tick?.seq ?? 0));
  });
});
