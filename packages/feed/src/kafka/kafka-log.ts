import { exchangeOf, type LaneName, lanesOf, MAX_LANES } from '@tickwatch/core';
import {
  type DurableLog,
  type Hole,
  type LogEntry,
  type LogStatus,
  MAX_ENTRY_BYTES,
  type Place,
  type ResumePoint,
} from '../durable-log.ts';
import type { FeedConfig } from '../feed-config.ts';
import type { OnFeedEvent } from '../feed-event.ts';
import { findResumePlace, type PlacedMessage, SEARCH_BACK_MICROS } from '../resume-place.ts';
import type { KafkaCluster } from './kafka-cluster.ts';
import { KafkaLane, type LanePage } from './kafka-lane.ts';
import type { KafkaMessage } from './kafka-page.ts';
import { formatPlace, type KafkaPlace, parsePlace, START } from './kafka-place.ts';
import { LATEST } from './kafka-topic.ts';

/** Kafka keeps messages for as long as its own settings say: the topics themselves are the log. */
export class KafkaLog implements DurableLog {
  readonly durability = 'log';
  readonly start = START;
  readonly compare: (a: string, b: string) => number;
  readonly #config: Extract<FeedConfig, { readonly kind: 'kafka' }>;
  readonly #cluster: KafkaCluster;
  readonly #onEvent: OnFeedEvent;
  readonly #lanes = new Map<LaneName, KafkaLane>();

  constructor(config: Extract<FeedConfig, { readonly kind: 'kafka' }>, cluster: KafkaCluster, onEvent: OnFeedEvent) {
    this.#config = config;
    this.#cluster = cluster;
    this.#onEvent = onEvent;
    this.compare = cluster.order.compare;
  }

  of(lane: LaneName): KafkaLane {
    const { client } = this.#cluster;
    const known =
      this.#lanes.get(lane) ?? new KafkaLane(lane, this.#cluster.topic(exchangeOf(lane)), client, this.#onEvent);
    this.#lanes.set(lane, known);
    return known;
  }

  id(lane: LaneName): string {
    return `kafka:${lane}`;
  }

  async lanes(): Promise<readonly LaneName[]> {
    const { lanes } = this.#config;
    const sizes = await Promise.all(
      [...lanes.keys()].map(async (exchange): Promise<[string, number]> => {
        const { partitions } = await this.#cluster.topic(exchange).refresh();
        return [exchange, Math.min(MAX_LANES, Math.max(partitions.size, lanes.get(exchange) ?? 1))];
      }),
    );
    return lanesOf(new Map(sizes));
  }

  async end(lane: LaneName): Promise<string> {
    return formatPlace(await this.of(lane).placeAt(LATEST));
  }

  async place(point: ResumePoint | undefined, lane: LaneName): Promise<Place> {
    if (point === undefined || point.receivedAt === 0) return { after: START, by: 'start' };
    const own = point.logId === this.id(lane) ? parsePlace(point.position) : undefined;
    // Another member may have gone on in a newer topic.
    const { topicId } = await this.#cluster.topic(exchangeOf(lane)).refresh();
    if (own?.topicId === topicId) return { after: point.position, by: 'own' };
    const millis = (micros: number): bigint => BigInt(Math.max(0, Math.floor(micros / 1000)));
    const from = await this.of(lane).placeAt(millis(point.receivedAt - SEARCH_BACK_MICROS));
    const { after, by, isSure } = await findResumePlace(point, this.#messagesBehind(lane, from));
    // A copy of the topic goes on where the other one was left; one that was made anew is read from its beginning.
    if (own !== undefined && !isSure) return { after: point.position, by: 'own' };
    return { after: after ?? formatPlace(await this.of(lane).placeAt(millis(point.receivedAt) + 1n)), by };
  }

  async read(lane: LaneName, after: string, limit: number, upTo?: string): Promise<LogEntry | undefined> {
    let place = parsePlace(after);
    const holes: Hole[] = [];
    for (;;) {
      const page = await this.of(lane).page(place, 0, '');
      holes.push(...page.holes);
      const [entry] = this.entries(lane, page, limit, upTo);
      if (entry !== undefined) return holes.length === 0 ? entry : { ...entry, holes };
      if (page.messages.length > 0 || page.isEnd) return undefined;
      place = page.place;
    }
  }

  /** The messages of a page, as many to an entry as it may hold. @param upTo none behind this place */
  *entries(lane: LaneName, page: LanePage, limit: number, upTo?: string): Iterable<LogEntry> {
    let messages: KafkaMessage[] = [];
    let bytes = 0;
    const entry = (): LogEntry => ({ lane, messages, position: positionOf(page, messages.at(-1)) });
    for (const message of page.messages) {
      if (upTo !== undefined && this.compare(positionOf(page, message), upTo) > 0) break;
      bytes += message.payload.length;
      if (messages.length >= limit || (messages.length > 0 && bytes > MAX_ENTRY_BYTES)) {
        yield entry();
        messages = [];
        bytes = message.payload.length;
      }
      messages.push(message);
    }
    if (messages.length > 0) yield entry();
  }

  /** Nothing is deleted: how long a topic keeps its messages is its own setting. */
  async committed(): Promise<void> {}

  /** How many bytes that is Kafka tells administrators only. */
  status(): LogStatus {
    const messages = [...this.#lanes.values()].reduce((sum, { length }) => sum + length, 0);
    const problems = [...this.#config.lanes.keys()].flatMap((exchange) => this.unread(exchange) ?? []);
    return { messages, bytes: 0, maxBytes: undefined, problem: problems.join('; ') || undefined };
  }

  /** In words, when an exchange has more partitions than lanes. */
  unread(exchange: string): string | undefined {
    const { name, size } = this.#cluster.topic(exchange);
    const lanes = this.#config.lanes.get(exchange) ?? 1;
    return size <= lanes
      ? undefined
      : `${name} has ${size} partitions, of which ${lanes} are read: set LANES=${exchange}:${size}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cluster[Symbol.asyncDispose]();
  }

  async *#messagesBehind(lane: LaneName, from: KafkaPlace): AsyncIterable<readonly PlacedMessage[]> {
    for (let place = from; ; ) {
      const page = await this.of(lane).page(place, 0, '');
      yield page.messages.map((message) => ({ position: positionOf(page, message), message }));
      if (page.isEnd) return;
      place = page.place;
    }
  }
}

/** The place behind a message. */
function positionOf({ place }: LanePage, message: KafkaMessage | undefined): string {
  return formatPlace(message === undefined ? place : { ...place, epoch: message.epoch, offset: message.offset + 1n });
}
