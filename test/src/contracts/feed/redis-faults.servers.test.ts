import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createFeed, DEFAULT_SPOOL, type FeedEvent, FeedUnavailableError } from '@tickwatch/feed';
import { garbage, startRedis, startScriptedServer, until } from '../../servers/index.ts';
import { collect, connected, disconnected, NASDAQ, NYSE, oneLane, start, texts } from './feed-helpers.ts';
import { setUp } from './redis-set-up.ts';

describe('a feed whose Redis goes away', { timeout: 300_000 }, () => {
  for (const kind of ['pubsub', 'stream'] as const) {
    it(`hears again, by itself, after Redis was killed and restarted (${kind})`, async () => {
      await using setup = await setUp(kind);
      const feed = await setup.openFeed();
      await setup.publish('NASDAQ', 'AAPL:1');
      assert.deepEqual(texts(await collect(feed, NASDAQ, feed.log.start, 1)), ['AAPL:1']);
      for (let round = 2; round < 5; round++) {
        await setup.redis.kill();
        await disconnected(feed);
        await setup.redis.restart();
        await connected(feed);
        // Connected a moment ago: Redis itself says whether the subscription is there again.
        await until(async () => (await setup.sink.publish('NASDAQ', [`AAPL:${round}`])).unheard === 0);
        // Redis counted it as heard when it put it into the connection's buffer; a kill before it is here loses it.
        await collect(feed, NASDAQ, feed.log.start, round);
      }
      const expected = ['AAPL:1', 'AAPL:2', 'AAPL:3', 'AAPL:4'];
      assert.deepEqual(texts(await collect(feed, NASDAQ, feed.log.start, 4)), expected);
      assert.ok(!JSON.stringify(setup.events).includes('hunter2'));
    });

    it(`notices a Redis that hangs, and goes on when it answers again (${kind})`, async () => {
      await using setup = await setUp(kind);
      const feed = await setup.openFeed();
      setup.redis.pause();
      await disconnected(feed);
      setup.redis.resume();
      await connected(feed);
      await setup.publish('NYSE', 'TSLA:1');
      assert.deepEqual(texts(await collect(feed, NYSE, feed.log.start, 1)), ['TSLA:1']);
    });
  }

  it('says that a sink can not be reached, at once and without the password', async () => {
    await using setup = await setUp('pubsub');
    await setup.publish('NASDAQ', 'AAPL:1');
    await setup.redis.kill();
    await until(() =>
      setup.sink.publish('NASDAQ', ['AAPL:2']).then(
        () => false,
        () => true,
      ),
    );
    await assert.rejects(setup.sink.publish('NASDAQ', ['AAPL:3']), (error: unknown) => {
      assert.ok(error instanceof FeedUnavailableError);
      assert.ok(!`${error.message} ${error.cause}`.includes('hunter2'));
      return true;
    });
  });

  it('stays disconnected, and says why, with a wrong password and with a server that is no Redis', async () => {
    await using redis = await startRedis({ password: 'right' });
    await using noRedis = await startScriptedServer(garbage);
    const urls = [`redis://:wrong1234@127.0.0.1:${redis.port}`, `redis://:wrong1234@127.0.0.1:${noRedis.port}`];
    for (const redisUrl of urls) {
      const events: FeedEvent[] = [];
      const config = { kind: 'pubsub', lanes: oneLane, redisUrl, spool: DEFAULT_SPOOL } as const;
      const feed = await createFeed(config, (event) => events.push(event));
      start(feed);
      await until(() => events.some((event) => event.type === 'feed_disconnected'), { timeoutMs: 40_000 });
      const status = feed.kind === 'push' ? feed.source.status(NASDAQ) : assert.fail();
      assert.equal(status.state, 'disconnected');
      assert.ok(status.error.length > 0);
      assert.ok(!JSON.stringify([events, status]).includes('wrong1234'));
      await feed.source[Symbol.asyncDispose]();
      await feed.log[Symbol.asyncDispose]();
    }
  });
});
