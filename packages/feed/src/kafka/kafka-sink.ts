import { setTimeout as delay } from 'node:timers/promises';
import { initProducerIdV4, type MessageRecord, murmur2, NumericMap, produceV9 } from '@platformatic/kafka';
import { backoffMs, type LaneCounts } from '@tickwatch/core';
import { MAX_ENTRY_BYTES, MAX_ENTRY_MESSAGES } from '../durable-log.ts';
import { stockOf } from '../stock-of.ts';
import type { TickSink } from '../tick-source.ts';
import type { KafkaCluster } from './kafka-cluster.ts';
import { isAnswer, KafkaRefusal } from './kafka-error.ts';
import type { KafkaTopic } from './kafka-topic.ts';

/** For so long a batch is sent again, as one that the brokers know by its number; then it has failed. */
const TRY_MS = 10_000;
const ACKS_OF_ALL = -1;
const REQUEST_MS = 5000;

interface Producer {
  readonly producerId: bigint;
  readonly producerEpoch: number;
  /** By `topic:partition`: the number of the next record. */
  readonly sequences: NumericMap;
}

/** Appends messages to the topics of exchanges, keyed by stock, one batch a partition at a time; each lies there once. */
export class KafkaSink implements TickSink {
  readonly #cluster: KafkaCluster;
  #producer: Promise<Producer> | undefined;
  /** By exchange: what is sent to it goes one after another. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(lanes: LaneCounts, cluster: KafkaCluster) {
    this.#cluster = cluster;
    cluster.watch(lanes.keys(), async (exchange, error) => cluster.states.set(exchange, error));
  }

  publish(exchange: string, messages: readonly string[]): Promise<{ readonly unheard: number }> {
    const turn = this.#turns.get(exchange) ?? Promise.resolve();
    const done = turn.then(() => this.#publish(this.#cluster.topic(exchange), messages));
    this.#turns.set(
      exchange,
      done.catch(() => {}),
    );
    return done;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cluster[Symbol.asyncDispose]();
  }

  async #publish(topic: KafkaTopic, messages: readonly string[]): Promise<{ readonly unheard: number }> {
    const size = topic.size || (await topic.refresh()).partitions.size;
    this.#producer ??= this.#newProducer();
    const opening = this.#producer;
    const fail = (reason: unknown): never => {
      // Whether they arrived is not known: the numbers of a new producer begin anew.
      if (this.#producer === opening) this.#producer = undefined;
      throw reason;
    };
    const producer = await opening.catch(fail);
    const sent = await Promise.allSettled(
      [...batchesOf(topic.name, messages, size)].map(async ([partition, batches]) => {
        for (const batch of batches) await this.#send(topic, partition, batch, producer);
      }),
    );
    const failed = sent.find((result) => result.status === 'rejected');
    return failed === undefined ? { unheard: 0 } : fail(failed.reason);
  }

  async #newProducer(): Promise<Producer> {
    const answer = await again(() => this.#cluster.client.ask('a producer', initProducerIdV4.api, [null, 0, -1n, -1]));
    return { ...answer, sequences: new NumericMap() };
  }

  /** @throws FeedUnavailableError */
  async #send(topic: KafkaTopic, partition: number, batch: MessageRecord[], producer: Producer): Promise<void> {
    const { client } = this.#cluster;
    await again(async () => {
      try {
        const { leader } = await topic.partition(partition);
        await client.ask(topic.name, produceV9.api, [ACKS_OF_ALL, REQUEST_MS, batch, producer], leader, topic.name);
      } catch (error) {
        topic.forget();
        // It had arrived before, and was not answered.
        if (!isAnswer(error, 'DUPLICATE_SEQUENCE_NUMBER')) throw error;
      }
    });
    producer.sequences.postIncrement(`${topic.name}:${partition}`, batch.length, 0);
  }
}

/** Tries for a while, unless it is refused. */
async function again<T>(work: () => Promise<T>): Promise<T> {
  const until = performance.now() + TRY_MS;
  for (let failures = 0; ; ) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof KafkaRefusal || performance.now() > until) throw error;
      await delay(backoffMs(failures++, { maxMs: 1000 }));
    }
  }
}

/** As many messages to a batch as an entry may hold, by partition. */
function batchesOf(topic: string, messages: readonly string[], size: number): ReadonlyMap<number, MessageRecord[][]> {
  const batches = new Map<number, MessageRecord[][]>();
  const bytes = new Map<number, number>();
  for (const message of messages) {
    const key = stockOf(message);
    // As other clients find the partition of a key.
    const partition = (murmur2(key, true) & 0x7fffffff) % size;
    const record = { topic, partition, key: Buffer.from(key), value: Buffer.from(message) };
    const all = batches.get(partition) ?? [[]];
    const total = (bytes.get(partition) ?? 0) + record.value.length;
    const last = all.at(-1) ?? [];
    const isFull = last.length >= MAX_ENTRY_MESSAGES || (last.length > 0 && total > MAX_ENTRY_BYTES);
    if (isFull) all.push([record]);
    else last.push(record);
    bytes.set(partition, isFull ? record.value.length : total);
    batches.set(partition, all);
  }
  return batches;
}
