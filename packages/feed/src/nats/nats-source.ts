import { setTimeout as delay } from 'node:timers/promises';
import { backoffMs, type EpochMicros, type LaneName } from '@tickwatch/core';
import { type LogEntry, MAX_ENTRY_MESSAGES } from '../durable-log.ts';
import { FailedLanes } from '../failed-lanes.ts';
import type { OnFeedEvent } from '../feed-event.ts';
import type { PullSource, SourceState } from '../tick-source.ts';
import type { NatsLog } from './nats-log.ts';
import { parsePlace, START } from './nats-place.ts';

/** Also while the server is away: asking a connection that is not there costs nothing. */
const LONGEST_RETRY_MS = 1000;

/** Reads the lanes' streams as they grow, each for itself. */
export class NatsSource implements PullSource {
  readonly kind = 'nats';
  readonly lanesBy = 'source';
  readonly #log: NatsLog;
  readonly #failed: FailedLanes;

  constructor(log: NatsLog, onEvent: OnFeedEvent) {
    this.#log = log;
    this.#failed = new FailedLanes(onEvent);
  }

  /** The log's connection is there already. */
  start(): void {}

  async *follow(lane: LaneName, after: string, signal: AbortSignal): AsyncIterable<LogEntry> {
    try {
      yield* this.#read(lane, after, signal);
    } finally {
      this.#failed.forget(lane);
    }
  }

  status(lane: LaneName): SourceState {
    const { state } = this.#log.connection;
    return state.state === 'connected' ? (this.#failed.get(lane) ?? state) : state;
  }

  now(): Promise<EpochMicros> {
    return this.#log.now();
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  async *#read(lane: LaneName, after: string, signal: AbortSignal): AsyncIterable<LogEntry> {
    let place = parsePlace(after) ?? START;
    for (let failures = 0; !signal.aborted; ) {
      try {
        const reading = await this.#log.of(lane).read(place, true);
        try {
          while (reading !== undefined && !signal.aborted) {
            const messages = await reading.next(MAX_ENTRY_MESSAGES, signal);
            failures = 0;
            this.#failed.recovered(lane);
            if (messages.length === 0) continue;
            place = reading.place;
            yield reading.entry(messages);
          }
        } finally {
          reading?.close();
        }
      } catch (error) {
        // Once is no failure: a consumer goes away with its server, and the next one reads on.
        if (failures++ > 0 && !signal.aborted) this.#fail(lane, error);
        const wait = backoffMs(failures - 1, { maxMs: LONGEST_RETRY_MS });
        await delay(wait, undefined, { signal }).catch(() => {});
      }
    }
  }

  #fail(lane: LaneName, cause: unknown): void {
    const { connection } = this.#log;
    // That the server is away is the connection's state, and told by it.
    if (connection.state.state !== 'connected') return;
    this.#failed.fail(lane, cause);
  }
}
