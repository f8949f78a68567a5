import { setTimeout as delay } from 'node:timers/promises';
import { metadataV12 } from '@platformatic/kafka';
import {
  backoffMs,
  type EpochMicros,
  exchangeOf,
  type LaneCounts,
  type LaneName,
  laneName,
  nowMicros,
} from '@tickwatch/core';
import { type Hole, type LogEntry, MAX_ENTRY_MESSAGES } from '../durable-log.ts';
import type { PullSource, SourceState } from '../tick-source.ts';
import type { KafkaCluster } from './kafka-cluster.ts';
import { isStale, KafkaRefusal } from './kafka-error.ts';
import type { KafkaLog } from './kafka-log.ts';
import { parsePlace } from './kafka-place.ts';

/** How long a broker holds a question while nothing comes. */
const WAIT_MS = 500;

/** Reads the partitions of topics as they grow, each for itself and on a connection of its own. */
export class KafkaSource implements PullSource {
  readonly kind = 'kafka';
  readonly lanesBy = 'source';
  readonly #lanes: LaneCounts;
  readonly #log: KafkaLog;
  readonly #cluster: KafkaCluster;
  /** How often each is followed: they tell themselves how they are. */
  readonly #followed = new Map<LaneName, number>();

  constructor(lanes: LaneCounts, log: KafkaLog, cluster: KafkaCluster) {
    this.#lanes = lanes;
    this.#log = log;
    this.#cluster = cluster;
  }

  start(): void {
    this.#cluster.watch(this.#lanes.keys(), async (exchange, error) => {
      const count = this.#lanes.get(exchange) ?? 1;
      const size = Math.max(count, this.#cluster.topic(exchange).size);
      for (let k = 0; k < size; k++) {
        const lane = laneName(exchange, k);
        if (!this.#followed.has(lane))
          this.#cluster.states.set(lane, error ?? (await this.#problemOf(lane, k < count)));
      }
    });
  }

  async *follow(lane: LaneName, after: string, signal: AbortSignal): AsyncIterable<LogEntry> {
    const via = `${lane}/${performance.now()}`;
    const stop = (): void => this.#cluster.client.close(via);
    signal.addEventListener('abort', stop);
    this.#follow(lane, 1);
    let place = parsePlace(after);
    let holes: Hole[] = [];
    try {
      for (let failures = 0; !signal.aborted; ) {
        try {
          const page = await this.#log.of(lane).page(place, WAIT_MS, via);
          if (signal.aborted) return;
          failures = 0;
          this.#cluster.states.set(lane);
          holes.push(...page.holes);
          for (const entry of this.#log.entries(lane, page, MAX_ENTRY_MESSAGES)) {
            const found = holes;
            holes = [];
            yield found.length === 0 ? entry : { ...entry, holes: found };
          }
          place = page.place;
        } catch (error) {
          if (signal.aborted) return;
          // A partition may have another leader, a topic another id: they are asked for before it is told.
          this.#cluster.topic(exchangeOf(lane)).forget();
          if (failures > 0 || !isStale(error)) this.#cluster.states.set(lane, error);
          await delay(backoffMs(failures++), undefined, { signal }).catch(() => {});
        }
      }
    } finally {
      signal.removeEventListener('abort', stop);
      this.#follow(lane, -1);
      stop();
    }
  }

  status(lane: LaneName): SourceState {
    return this.#cluster.states.of(lane);
  }

  /** Brokers tell no time: this machine's, when they answer. */
  async now(): Promise<EpochMicros> {
    await this.#cluster.client.ask('brokers', metadataV12.api, [[], false, false]);
    return nowMicros();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cluster[Symbol.asyncDispose]();
  }

  async #problemOf(lane: LaneName, isRead: boolean): Promise<unknown> {
    if (!isRead) return new KafkaRefusal(this.#log.unread(exchangeOf(lane)));
    return await this.#log
      .of(lane)
      .partition()
      .then(
        () => undefined,
        (error: unknown) => error,
      );
  }

  #follow(lane: LaneName, more: number): void {
    const count = (this.#followed.get(lane) ?? 0) + more;
    if (count > 0) this.#followed.set(lane, count);
    else this.#followed.delete(lane);
  }
}
