import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createTickFeed,
  createTickSink,
  DEFAULT_SPOOL,
  type FeedEvent,
  type TickFeed,
  type TickSink,
} from '@tickwatch/feed';
import { type RedisServer, startRedis, until } from '../../servers/index.ts';

export const exchanges = ['NASDAQ', 'NYSE'];

/** A Redis of its own with a sink, and feeds opened on demand. */
export interface Setup extends AsyncDisposable {
  readonly redis: RedisServer;
  readonly sink: TickSink;
  readonly events: FeedEvent[];
  openFeed(name?: string): Promise<TickFeed>;
  /** Publishes, again and again until Redis takes it. */
  publish(exchange: string, ...messages: readonly string[]): Promise<void>;
}

export async function setUp(kind: 'pubsub' | 'stream', maxStreamLength = 0): Promise<Setup> {
  const redis = await startRedis({ password: 'hunter2', appendOnly: true });
  const folder = await mkdtemp(join(tmpdir(), 'tickwatch-feed-'));
  const events: FeedEvent[] = [];
  const feeds: TickFeed[] = [];
  const onEvent = (event: FeedEvent): void => {
    events.push(event);
  };
  const sink = createTickSink({ kind, redisUrl: redis.url }, () => {});
  return {
    redis,
    sink,
    events,
    async openFeed(name = 'one') {
      const common = { exchanges, redisUrl: redis.url };
      const feed =
        kind === 'pubsub'
          ? await createTickFeed({ kind, ...common, spool: { ...DEFAULT_SPOOL, folder: join(folder, name) } }, onEvent)
          : await createTickFeed({ kind, ...common, maxStreamLength }, onEvent);
      feeds.push(feed);
      await feed.start();
      await connected(feed);
      return feed;
    },
    async publish(exchange, ...messages) {
      await until(() => sink.publish(exchange, messages).then(() => true));
    },
    async [Symbol.asyncDispose]() {
      for (const feed of feeds) await feed[Symbol.asyncDispose]();
      await sink[Symbol.asyncDispose]();
      await redis[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function connected(feed: TickFeed): Promise<void> {
  await until(() => feed.status().connection.state === 'connected', { what: 'the feed connecting' });
}

export async function disconnected(feed: TickFeed): Promise<void> {
  await until(() => feed.status().connection.state === 'disconnected', {
    what: 'the feed noticing',
    timeoutMs: 40_000,
  });
}
