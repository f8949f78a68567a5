import { Producer } from '@platformatic/kafka';
import type { KafkaServers, LaneCounts } from '@tickwatch/core';
import { createFeed, createTickSink, type Feed, type FeedEvent, type TickSink } from '@tickwatch/feed';
import { ResourceStack } from '@tickwatch/runtime';
import { type KafkaServer, type TopicSettings, until } from '../../servers/index.ts';
import type { FeedHarness } from './feed-contract.ts';
import { connected, exchanges, oneLane, start } from './feed-helpers.ts';

export interface KafkaSetUp extends FeedHarness {
  readonly kafka: KafkaServer;
  readonly sink: TickSink;
  readonly events: FeedEvent[];
  openFeed(options?: FeedOptions): Promise<Feed>;
  /** Publishes, again and again until Kafka takes it. */
  publish(exchange: string, ...messages: readonly string[]): Promise<void>;
}

export interface FeedOptions {
  readonly lanes?: LaneCounts;
  readonly servers?: KafkaServers;
  /** False: as long as it is refused it does not connect. */
  readonly isWaitedFor?: boolean;
}

export function serversOf({ addresses }: KafkaServer): KafkaServers {
  return { brokers: addresses, tls: false, login: undefined };
}

/** Empty topics of a broker that several tests share, a sink, and feeds opened on demand. */
export async function setUp(
  kafka: KafkaServer,
  partitions = 1,
  settings: TopicSettings = {},
  lanes: LaneCounts = oneLane,
): Promise<KafkaSetUp> {
  for (const exchange of exchanges) await makeAnew(kafka, exchange, partitions, settings);
  const opened = new ResourceStack();
  const events: FeedEvent[] = [];
  const kind = 'kafka' as const;
  const sink = opened.use(await createTickSink({ kind, kafka: serversOf(kafka), lanes }, () => {}));
  return {
    kafka,
    sink,
    events,
    async openFeed({ servers = serversOf(kafka), isWaitedFor = true, ...options } = {}) {
      const feed = await createFeed({ kind, kafka: servers, lanes, ...options }, (event) => events.push(event));
      opened.use(feed.log);
      opened.use(feed.source);
      start(feed);
      if (isWaitedFor) await connected(feed);
      return feed;
    },
    async publish(exchange, ...messages) {
      await until(() => sink.publish(exchange, messages).then(() => true));
    },
    async publishBytes(exchange, payload) {
      await send(kafka, `ticks.${exchange}`, Buffer.from(payload));
    },
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}

/** Deletes a topic, where it is, and makes it again. */
export async function makeAnew(
  kafka: KafkaServer,
  exchange: string,
  partitions = 1,
  settings: TopicSettings = {},
): Promise<void> {
  const name = `ticks.${exchange}`;
  const topics = await kafka.administer((admin) => admin.listTopics());
  if (topics.includes(name)) await kafka.administer((admin) => admin.deleteTopics({ topics: [name] }));
  await until(() => kafka.createTopic(name, partitions, settings).then(() => true), { what: `topic ${name}` });
}

/** Appends records with Kafka's client alone. */
export async function send(kafka: KafkaServer, topic: string, ...values: readonly Buffer[]): Promise<void> {
  const producer = new Producer({ clientId: 'tickwatch-tests', bootstrapBrokers: [...kafka.addresses] });
  try {
    await producer.send({ messages: values.map((value) => ({ topic, partition: 0, value })), acks: -1 });
  } finally {
    await producer.close();
  }
}
