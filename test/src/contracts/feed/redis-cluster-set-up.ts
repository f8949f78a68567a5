import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LaneCounts, type LaneName, laneName, laneOfStock, streamKey } from '@tickwatch/core';
import { createFeed, createTickSink, DEFAULT_SPOOL, type Feed, type FeedEvent, type TickSink } from '@tickwatch/feed';
import { type RedisCluster, until } from '../../servers/index.ts';
import type { FeedHarness } from './feed-contract.ts';
import { connected, exchanges, oneLane, start } from './feed-helpers.ts';

export const fourLanes: LaneCounts = new Map(exchanges.map((exchange) => [exchange, 4]));

/** A sink on a cluster, and feeds opened on demand. */
export interface ClusterSetup extends FeedHarness {
  readonly sink: TickSink;
  readonly events: FeedEvent[];
  /** @param redisUrl instead of all nodes' */
  openFeed(options?: { readonly redisUrl?: string; readonly isStarted?: boolean }): Promise<Feed>;
  /** Publishes, again and again until the cluster takes it. */
  publish(exchange: string, ...messages: readonly string[]): Promise<void>;
}

/** Empties a cluster, and opens what a test needs of it. */
export async function setUpOn(
  cluster: RedisCluster,
  kind: 'pubsub' | 'stream',
  lanes: LaneCounts = oneLane,
): Promise<ClusterSetup> {
  await Promise.all(cluster.nodes.map((node) => cluster.run(node, 'FLUSHALL').catch(() => {})));
  const folder = await mkdtemp(join(tmpdir(), 'tickwatch-feed-'));
  const events: FeedEvent[] = [];
  const feeds: Feed[] = [];
  const sink = await createTickSink({ kind, redisUrl: cluster.url, lanes }, () => {});
  const publish = async (exchange: string, ...messages: readonly string[]): Promise<void> => {
    await until(() => sink.publish(exchange, messages).then(() => true));
  };
  // The first messages of a test must not meet connections that are still being made.
  for (const exchange of exchanges) for (const stock of stocksOfLanes(4)) await publish(exchange, `${stock}:1`);
  await Promise.all(cluster.nodes.map((node) => cluster.run(node, 'FLUSHALL').catch(() => {})));
  return {
    sink,
    events,
    publish,
    async openFeed({ redisUrl = cluster.url, isStarted = true } = {}) {
      const onEvent = (event: FeedEvent): void => {
        events.push(event);
      };
      const spool = { ...DEFAULT_SPOOL, folder: join(folder, String(feeds.length)) };
      const feed =
        kind === 'pubsub'
          ? await createFeed({ kind, lanes, redisUrl, spool }, onEvent)
          : await createFeed({ kind, lanes, redisUrl, maxStreamLength: 0 }, onEvent);
      feeds.push(feed);
      if (!isStarted) return feed;
      start(feed);
      await connected(feed);
      return feed;
    },
    async publishBytes(exchange, payload) {
      const bytes = Buffer.from(payload);
      const key = streamKey(laneName(exchange, 0), 1);
      if (kind === 'stream') await cluster.runAt(key, 'XADD', key, '*', 'm', bytes);
      // At any node: it tells the others.
      else for (const node of cluster.nodes.slice(0, 1)) await cluster.run(node, 'PUBLISH', exchange, bytes);
    },
    async [Symbol.asyncDispose]() {
      for (const { source, log } of feeds) {
        await source[Symbol.asyncDispose]();
        await log[Symbol.asyncDispose]();
      }
      await sink[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A stock of each lane, in order. */
export function stocksOfLanes(lanes: number): readonly string[] {
  return Array.from({ length: lanes }, (_, lane) => {
    const names = Array.from({ length: 200 }, (_, i) => `S${i}`);
    return names.find((name) => laneOfStock(name, lanes) === lane) ?? '';
  });
}

/** The stream, or the sharded channel, of a lane of several. */
export function keyOf(lane: LaneName): string {
  return streamKey(lane, 2);
}
