import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LaneCounts, laneName, streamKey } from '@tickwatch/core';
import { createFeed, createTickSink, DEFAULT_SPOOL, type Feed, type FeedEvent, type TickSink } from '@tickwatch/feed';
import { type RedisServer, startRedis, until } from '../../servers/index.ts';
import type { FeedHarness } from './feed-contract.ts';
import { connected, oneLane, start } from './feed-helpers.ts';

/** A Redis of its own with a sink, and feeds opened on demand. */
export interface Setup extends FeedHarness {
  readonly redis: RedisServer;
  readonly sink: TickSink;
  readonly events: FeedEvent[];
  openFeed(options?: FeedOptions): Promise<Feed>;
  /** Publishes, again and again until Redis takes it. */
  publish(exchange: string, ...messages: readonly string[]): Promise<void>;
  /** Runs a command, as somebody else would. */
  run(...command: readonly string[]): Promise<unknown>;
}

export interface FeedOptions {
  /** Of its spool. */
  readonly name?: string;
  readonly lanes?: LaneCounts;
  readonly maxStreamLength?: number;
  /** Instead of the server's own, with other rights. */
  readonly redisUrl?: string;
  /** False: as long as it is refused it does not connect. */
  readonly isWaitedFor?: boolean;
}

export async function setUp(kind: 'pubsub' | 'stream', lanes: LaneCounts = oneLane): Promise<Setup> {
  const redis = await startRedis({ password: 'hunter2', appendOnly: true });
  const folder = await mkdtemp(join(tmpdir(), 'tickwatch-feed-'));
  const events: FeedEvent[] = [];
  const feeds: Feed[] = [];
  const sink = await createTickSink({ kind, redisUrl: redis.url, lanes }, () => {});
  const run = async (...command: readonly (string | Buffer)[]): Promise<unknown> => {
    const client = await redis.connect();
    try {
      return await client.sendCommand([...command]);
    } finally {
      client.destroy();
    }
  };
  // The first messages must not meet a connection that is still being made.
  await until(() => sink.publish('UNUSED', ['hello']).then(() => true));
  return {
    redis,
    sink,
    events,
    run,
    async openFeed({ name = 'one', maxStreamLength = 0, redisUrl = redis.url, isWaitedFor = true, ...options } = {}) {
      const common = { lanes, ...options, redisUrl };
      const onEvent = (event: FeedEvent): void => {
        events.push(event);
      };
      const spool = { ...DEFAULT_SPOOL, folder: join(folder, name) };
      const feed =
        kind === 'pubsub'
          ? await createFeed({ kind, ...common, spool }, onEvent)
          : await createFeed({ kind, ...common, maxStreamLength }, onEvent);
      feeds.push(feed);
      start(feed);
      if (isWaitedFor) await connected(feed);
      return feed;
    },
    async publish(exchange, ...messages) {
      await until(() => sink.publish(exchange, messages).then(() => true));
    },
    async publishBytes(exchange, payload) {
      const bytes = Buffer.from(payload);
      if (kind === 'pubsub') await run('PUBLISH', exchange, bytes);
      else await run('XADD', streamKey(laneName(exchange, 0), 1), '*', 'm', bytes);
    },
    async [Symbol.asyncDispose]() {
      for (const { source, log } of feeds) {
        await source[Symbol.asyncDispose]();
        await log[Symbol.asyncDispose]();
      }
      await sink[Symbol.asyncDispose]();
      await redis[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
