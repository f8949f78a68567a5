import { type Broker, describeConfigsV4, listOffsetsV8, metadataV12 } from '@platformatic/kafka';
import { FeedUnavailableError } from '../tick-source.ts';
import type { KafkaClient } from './kafka-client.ts';
import { KafkaRefusal } from './kafka-error.ts';
import type { PlaceOrder } from './kafka-place.ts';

/** Times that are none: behind the newest record, before the oldest. */
export const LATEST = -1n;
export const EARLIEST = -2n;
/** No record of a transaction that is open, or was aborted. */
export const READ_COMMITTED = 1;

const TOPIC_RESOURCE = 2;
/** How wrong the clock of a publisher may be: brokers have to refuse what is further off. */
const CLOCK_ERROR_MS = 300_000;
const SETTINGS_AGE_MS = 10_000;
const SETTINGS = {
  type: 'message.timestamp.type',
  before: 'message.timestamp.before.max.ms',
  after: 'message.timestamp.after.max.ms',
  cleanup: 'cleanup.policy',
} as const;

/** A partition, and which broker leads it since which epoch. */
export interface Partition {
  readonly topicId: string;
  readonly index: number;
  readonly epoch: number;
  readonly leader: Broker;
}

interface Known {
  readonly topicId: string;
  readonly partitions: ReadonlyMap<number, Partition | undefined>;
}

/** An offset, and the epoch in which what lies before it was written. */
export interface TopicOffset {
  readonly offset: bigint;
  readonly epoch: number;
}

/** The topic of an exchange, as the cluster last described it. */
export class KafkaTopic {
  readonly name: string;
  readonly #client: KafkaClient;
  readonly #order: PlaceOrder;
  #known: Known | undefined;
  #newest: string | undefined;
  #settings: { readonly values: ReadonlyMap<string, string>; readonly until: number } | undefined;

  constructor(exchange: string, client: KafkaClient, order: PlaceOrder) {
    this.name = `ticks.${exchange}`;
    this.#client = client;
    this.#order = order;
  }

  /** How many partitions it has; 0: nobody knows. */
  get size(): number {
    return this.#known?.partitions.size ?? 0;
  }

  /** What is known may be out of date: the next question asks again. */
  forget(): void {
    this.#known = undefined;
  }

  /** @throws FeedUnavailableError; KafkaRefusal: there is no such topic, or we may not see it */
  async refresh(): Promise<Known> {
    const asked = this.#client.ask(this.name, metadataV12.api, [[this.name], false, false]);
    const { brokers, topics } = await asked.catch(withoutLeaders);
    const { topicId = '', partitions = [] } = topics[0] ?? {};
    if (!this.#order.see(topicId, this.#newest))
      throw new FeedUnavailableError(`a broker has not heard of the new ${this.name} yet`);
    this.#newest = topicId;
    const known = partitions.map(({ partitionIndex: index, leaderEpoch: epoch, leaderId }) => {
      const leader = brokers.find(({ nodeId }) => nodeId === leaderId);
      return [index, leader && { topicId, index, epoch, leader }] as const;
    });
    this.#known = { topicId, partitions: new Map(known) };
    return this.#known;
  }

  /** @throws FeedUnavailableError nobody leads it now; KafkaRefusal: the topic has no such partition */
  async partition(index: number): Promise<Partition> {
    const { partitions } = this.#known ?? (await this.refresh());
    const partition = partitions.get(index);
    if (partition !== undefined) return partition;
    const text = `lane ${index} has no partition in topic ${this.name}: it has ${partitions.size}. Add some, or lower LANES`;
    if (!partitions.has(index)) throw new KafkaRefusal(text);
    this.forget();
    throw new FeedUnavailableError(`nobody leads partition ${index} of ${this.name} now`);
  }

  /** The first offset whose record was received at a time or later (ms); without one, the end. @throws FeedUnavailableError */
  async offsetAt(partition: Partition, time: bigint): Promise<TopicOffset> {
    const { index: partitionIndex, epoch: currentLeaderEpoch, leader } = partition;
    const topics = [{ name: this.name, partitions: [{ partitionIndex, currentLeaderEpoch, timestamp: time }] }];
    const answer = await this.#client.ask(this.name, listOffsetsV8.api, [-1, READ_COMMITTED, topics], leader);
    const { offset = -1n, leaderEpoch = -1 } = answer.topics[0]?.partitions[0] ?? {};
    return offset < 0n && time !== LATEST ? this.offsetAt(partition, LATEST) : { offset, epoch: leaderEpoch };
  }

  /** Whether nothing but retention removes records. False also where we may not ask. */
  async isWhole(): Promise<boolean> {
    return (await this.#read()).get(SETTINGS.cleanup) === 'delete';
  }

  /** @throws KafkaRefusal the time of a record is what its publisher says, whatever its clock */
  async requireTimes(): Promise<void> {
    const values = await this.#read();
    const furthest = Math.max(...[SETTINGS.before, SETTINGS.after].map((name) => Number(values.get(name) ?? Infinity)));
    if (values.get(SETTINGS.type) === 'LogAppendTime' || furthest <= CLOCK_ERROR_MS) return;
    this.#settings = undefined;
    throw new KafkaRefusal(
      `${this.name}: its times are of its publishers' clocks: set ${SETTINGS.type}=LogAppendTime, or ${SETTINGS.before} and ${SETTINGS.after} to at most ${CLOCK_ERROR_MS} (we need the right to see them)`,
    );
  }

  async #read(): Promise<ReadonlyMap<string, string>> {
    if (this.#settings !== undefined && performance.now() < this.#settings.until) return this.#settings.values;
    const resource = {
      resourceType: TOPIC_RESOURCE,
      resourceName: this.name,
      configurationKeys: Object.values(SETTINGS),
    };
    const asked = this.#client.ask(this.name, describeConfigsV4.api, [[resource], false, false]);
    const { results } = await asked.catch((error: unknown) => {
      if (error instanceof KafkaRefusal) return { results: [] };
      throw error;
    });
    const values = new Map((results[0]?.configs ?? []).map(({ name, value }) => [name, value ?? '']));
    this.#settings = { values, until: performance.now() + SETTINGS_AGE_MS };
    return values;
  }
}

/** One partition without a leader is told as an error of the whole answer. */
function withoutLeaders(error: unknown): metadataV12.MetadataResponse {
  const { response } = ((error as FeedUnavailableError).cause ?? {}) as {
    readonly response?: metadataV12.MetadataResponse;
  };
  if (response?.topics?.[0]?.errorCode !== 0) throw error;
  return response;
}
