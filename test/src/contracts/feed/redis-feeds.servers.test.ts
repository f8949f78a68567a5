import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { streamKey } from '@tickwatch/core';
import { createTickFeed, createTickSink, DEFAULT_SPOOL, type TickFeedConfig } from '@tickwatch/feed';
import { startRedis } from '../../servers/redis-server.ts';
import { until } from '../../servers/until.ts';
import { type FeedHarness, feedContract } from './feed-contract.ts';

const exchanges = ['NASDAQ', 'NYSE'];

async function harness(kind: 'pubsub' | 'stream'): Promise<FeedHarness> {
  const redis = await startRedis();
  const folder = await mkdtemp(join(tmpdir(), 'tickwatch-feed-'));
  const client = await redis.connect();
  const config: TickFeedConfig =
    kind === 'pubsub'
      ? { kind, exchanges, redisUrl: redis.url, spool: { ...DEFAULT_SPOOL, folder } }
      : { kind, exchanges, redisUrl: redis.url, maxStreamLength: 0 };
  const sink = createTickSink({ kind, redisUrl: redis.url }, () => {});
  // The first messages must not meet a connection that is still being made.
  await until(() => sink.publish('UNUSED', ['hello']).then(() => true));
  return {
    sink,
    async openFeed() {
      const feed = await createTickFeed(config, () => {});
      await feed.start();
      await until(() => feed.status().connection.state === 'connected', { what: 'the feed connecting' });
      return feed;
    },
    async publishBytes(exchange, payload) {
      const bytes = Buffer.from(payload);
      if (kind === 'pubsub') await client.publish(exchange, bytes);
      else await client.sendCommand(['XADD', streamKey(exchange), '*', 'm', bytes]);
    },
    async [Symbol.asyncDispose]() {
      client.destroy();
      await sink[Symbol.asyncDispose]();
      await redis[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

feedContract('the Redis Pub/Sub feed', () => harness('pubsub'));
feedContract('the Redis Streams feed', () => harness('stream'));
