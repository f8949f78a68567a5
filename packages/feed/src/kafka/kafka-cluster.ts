import { setTimeout as delay } from 'node:timers/promises';
import type { KafkaServers } from '@tickwatch/core';
import type { OnFeedEvent } from '../feed-event.ts';
import { KafkaClient } from './kafka-client.ts';
import { PlaceOrder } from './kafka-place.ts';
import { KafkaStates } from './kafka-states.ts';
import { KafkaTopic } from './kafka-topic.ts';

/** So often is asked how topics are. */
const LOOK_MS = 1000;

/** What a feed, or a sink, knows of a cluster. */
export class KafkaCluster implements AsyncDisposable {
  readonly client: KafkaClient;
  readonly states: KafkaStates;
  readonly order = new PlaceOrder();
  readonly #topics = new Map<string, KafkaTopic>();
  readonly #ending = new AbortController();

  constructor(servers: KafkaServers, onEvent: OnFeedEvent) {
    this.client = new KafkaClient(servers);
    this.states = new KafkaStates(this.client.label, onEvent);
  }

  topic(exchange: string): KafkaTopic {
    const topic = this.#topics.get(exchange) ?? new KafkaTopic(exchange, this.client, this.order);
    this.#topics.set(exchange, topic);
    return topic;
  }

  /** Asks how topics are, for ever; returns at once. */
  watch(exchanges: Iterable<string>, tell: (exchange: string, error: unknown) => Promise<void>): void {
    const { signal } = this.#ending;
    const look = async (exchange: string): Promise<void> => {
      while (!signal.aborted) {
        const error = await this.topic(exchange)
          .refresh()
          .then(
            () => undefined,
            (cause: unknown) => cause,
          );
        if (!signal.aborted) await tell(exchange, error);
        await delay(LOOK_MS, undefined, { signal }).catch(() => {});
      }
    };
    for (const exchange of exchanges) void look(exchange);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await this.client[Symbol.asyncDispose]();
  }
}
