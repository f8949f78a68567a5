import type { LaneCounts } from '@tickwatch/core';
import { createFeed, createTickSink, type Feed, type FeedEvent, type TickSink } from '@tickwatch/feed';
import { type NatsOptions, type NatsServer, startNats, until } from '../../servers/index.ts';
import type { FeedHarness } from './feed-contract.ts';
import { connected, oneLane, start } from './feed-helpers.ts';

/** A NATS server of its own with a sink, the streams, and feeds opened on demand. */
export interface NatsSetup extends FeedHarness {
  readonly nats: NatsServer;
  readonly sink: TickSink;
  readonly events: FeedEvent[];
  openFeed(options?: NatsFeedOptions): Promise<Feed>;
  /** Publishes, again and again until the server takes it. */
  publish(exchange: string, ...messages: readonly string[]): Promise<void>;
}

export interface NatsFeedOptions {
  readonly lanes?: LaneCounts;
  /** With other rights. */
  readonly url?: string;
}

/** What a server's configuration says to partition these exchanges; nothing where they have one lane. */
export function mappingsOf(lanes: LaneCounts): Readonly<Record<string, string>> {
  const several = [...lanes].filter(([, count]) => count > 1);
  return Object.fromEntries(
    several.map(([exchange, count]) => [`ticks.${exchange}.*`, `ticks.${exchange}.{{partition(${count},1)}}`]),
  );
}

/** Makes the streams of these exchanges, as the docs say to. */
export async function makeStreams(nats: NatsServer, lanes: LaneCounts, replicas = 1): Promise<void> {
  await nats.manage(async (manager) => {
    for (const [exchange, count] of lanes) {
      for (let k = 0; k < count; k++) {
        const subjects = [`ticks.${exchange}.${count === 1 ? '*' : k}`];
        await manager.streams.add({ name: `TICKS_${exchange}_${k}`, subjects, num_replicas: replicas });
      }
    }
  });
}

export async function setUp({
  lanes = oneLane,
  ...options
}: NatsOptions & { lanes?: LaneCounts } = {}): Promise<NatsSetup> {
  const nats = await startNats({ password: 'hunter 2', mappings: mappingsOf(lanes), ...options });
  await makeStreams(nats, lanes);
  const events: FeedEvent[] = [];
  const feeds: Feed[] = [];
  const sink = await createTickSink({ kind: 'nats', natsUrl: nats.url, lanes }, () => {});
  const publish = async (exchange: string, ...messages: readonly string[]): Promise<void> => {
    await until(() => sink.publish(exchange, messages).then(() => true));
  };
  // The first messages must not meet a connection that is still being made.
  await until(() => sink.publish('UNUSED', ['A:1']).catch((error: Error) => /no stream takes/.test(error.message)));
  return {
    nats,
    sink,
    events,
    publish,
    async openFeed({ url = nats.url, ...feedOptions } = {}) {
      const feed = await createFeed({ kind: 'nats', natsUrl: url, lanes, ...feedOptions }, (event) => {
        events.push(event);
      });
      feeds.push(feed);
      start(feed);
      await connected(feed);
      return feed;
    },
    async publishBytes(exchange, payload) {
      const connection = await nats.connect();
      connection.publish(`ticks.${exchange}.BYTES`, payload);
      await connection.flush();
      await connection.close();
    },
    async [Symbol.asyncDispose]() {
      for (const { source, log } of feeds) {
        await source[Symbol.asyncDispose]();
        await log[Symbol.asyncDispose]();
      }
      await sink[Symbol.asyncDispose]();
      await nats[Symbol.asyncDispose]();
    },
  };
}
