import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Fingerprint } from '@tickwatch/feed';
import { until } from '../../servers/index.ts';
import { collect, connected, messagesOf, NASDAQ, NYSE, pointAfter, stateOf, texts } from './feed-helpers.ts';
import { setUp } from './redis-set-up.ts';

describe('Pub/Sub', { timeout: 120_000 }, () => {
  it('counts what no one heard', async () => {
    await using setup = await setUp('pubsub');
    await setup.publish('NASDAQ', 'AAPL:1');
    assert.deepEqual(await setup.sink.publish('NASDAQ', ['AAPL:2', 'AAPL:3']), { unheard: 2 });
    await setup.openFeed();
    assert.deepEqual(await setup.sink.publish('NASDAQ', ['AAPL:4', 'AAPL:5']), { unheard: 0 });
  });

  it('lets a follower go on exactly where the leader before it stopped', async () => {
    await using setup = await setUp('pubsub');
    const leader = await setup.openFeed({ name: 'leader' });
    const follower = await setup.openFeed({ name: 'follower' });
    const sent = Array.from({ length: 100 }, (_, i) => `AAPL:${i % 10}.${i}`);
    for (const message of sent.slice(0, 60)) await setup.publish('NASDAQ', message);
    const [read] = await collect(leader, NASDAQ, '0', 60);
    assert.ok(read !== undefined);
    const fingerprint = new Fingerprint();
    fingerprint.addAll(read.messages);
    const point = { ...pointAfter(leader, NASDAQ, [read]), fingerprint: fingerprint.text() };
    await leader.source[Symbol.asyncDispose]();
    for (const message of sent.slice(60)) await setup.publish('NASDAQ', message);
    await collect(follower, NASDAQ, '0', sent.length);
    const { after, by } = await follower.log.place(point, NASDAQ);
    assert.equal(by, 'fingerprint');
    const stored = texts([read]);
    const rest = await collect(follower, NASDAQ, after, sent.length - stored.length);
    assert.deepEqual([...stored, ...texts(rest)], sent);
  });

  it('lets a follower forget what the leader committed long before, and nothing else', async () => {
    await using setup = await setUp('pubsub');
    const follower = await setup.openFeed();
    if (follower.kind !== 'push') assert.fail();
    await setup.publish('NASDAQ', 'AAPL:1', 'AAPL:2');
    await until(() => follower.log.status().messages === 2);
    const last = messagesOf(await collect(follower, NASDAQ, '0', 2)).at(-1);
    assert.ok(last !== undefined);
    await follower.log.trimBefore(NASDAQ, last.receivedAt);
    assert.equal(follower.log.status().messages, 2);
    await follower.log.trimBefore(NASDAQ, (last.receivedAt + 61_000_000) as typeof last.receivedAt);
    assert.equal(follower.log.status().messages, 0);
  });

  it('hears the other exchanges while Redis refuses one, also after a reconnection, and that one when it may', async () => {
    await using setup = await setUp('pubsub');
    const acl = ['on', '>pw', '+@all', '~*', 'resetchannels', '&NASDAQ'];
    await setup.run('ACL', 'SETUSER', 'some', ...acl);
    const redisUrl = `redis://some:pw@127.0.0.1:${setup.redis.port}`;
    const feed = await setup.openFeed({ redisUrl, isWaitedFor: false });
    for (let round = 1; round <= 2; round++) {
      await connected(feed, 'NASDAQ');
      await until(() => stateOf(feed, 'NYSE') === 'failed');
      // Redis itself says whether it is heard again.
      await until(async () => (await setup.sink.publish('NASDAQ', [`AAPL:${round}`])).unheard === 0);
      assert.equal(texts(await collect(feed, NASDAQ, '0', round)).length, round);
      if (round === 1) await setup.run('CLIENT', 'KILL', 'USER', 'some');
    }
    const told = (type: string): unknown => setup.events.filter((event) => event.type === type);
    assert.deepEqual(
      setup.events.flatMap((event) => (event.type === 'feed_lane_failed' ? [event.lane] : [])),
      ['NYSE'],
      'told once',
    );
    await setup.run('ACL', 'SETUSER', 'some', '&NYSE');
    await connected(feed);
    await setup.publish('NYSE', 'TSLA:1');
    assert.deepEqual(texts(await collect(feed, NYSE, '0', 1)), ['TSLA:1']);
    assert.deepEqual(told('feed_lane_recovered'), [{ type: 'feed_lane_recovered', lane: 'NYSE' }]);
  });
});
