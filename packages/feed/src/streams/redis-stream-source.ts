import { setTimeout as delay } from 'node:timers/promises';
import { backoffMs, type EpochMicros, type LaneName, nowMicros } from '@tickwatch/core';
import { describeError } from '../describe-error.ts';
import { type Hole, type LogEntry, MAX_ENTRY_MESSAGES } from '../durable-log.ts';
import type { OnFeedEvent } from '../feed-event.ts';
import { isRefusal } from '../redis-connection.ts';
import { FeedUnavailableError, type PullSource, type SourceState } from '../tick-source.ts';
import { StreamCursor } from './stream-cursor.ts';
import type { StreamLog } from './stream-log.ts';
import { formatPlace, parsePlace, START } from './stream-place.ts';
import { StreamWaiter } from './stream-waiter.ts';

/** A stream in which nothing new comes is looked at this often: it may have been replaced. */
const LOOK_MS = 1000;

/** Reads Redis Streams as they grow, each lane for itself. */
export class RedisStreamSource implements PullSource {
  readonly kind = 'stream';
  readonly lanesBy = 'stock';
  readonly #log: StreamLog;
  readonly #waiter: StreamWaiter;
  readonly #onEvent: OnFeedEvent;
  readonly #failed = new Map<LaneName, SourceState>();

  constructor(redisUrl: string, log: StreamLog, onEvent: OnFeedEvent) {
    this.#log = log;
    this.#waiter = new StreamWaiter(redisUrl, log.commands, onEvent);
    this.#onEvent = onEvent;
  }

  start(): void {
    this.#waiter.connection.open();
  }

  async *follow(lane: LaneName, after: string, signal: AbortSignal): AsyncIterable<LogEntry> {
    const streams = this.#log.of(lane);
    let place = parsePlace(after) ?? START;
    let cursor = new StreamCursor(place.id);
    let holes: Hole[] = [];
    for (let failures = 0; !signal.aborted; ) {
      try {
        if (failures > 0) await this.#waiter.probe(streams.keyOf(place), place.id);
        const before = place;
        const step = await streams.next(place, MAX_ENTRY_MESSAGES, undefined, cursor);
        failures = 0;
        this.#recovered(lane);
        place = step.place;
        if (step.hole !== undefined) holes.push(step.hole);
        if (step.entry !== undefined) {
          const found = holes;
          holes = [];
          yield found.length === 0 ? step.entry : { ...step.entry, holes: found };
        } else if (formatPlace(place) === formatPlace(before)) {
          await this.#waiter.wait(streams.keyOf(place), place.id, LOOK_MS, signal);
        } else if (place.id !== before.id || place.key !== before.key) {
          cursor = new StreamCursor(place.id, step.hole !== undefined);
        }
      } catch (error) {
        if (signal.aborted) return;
        this.#fail(lane, error);
        await delay(backoffMs(failures++), undefined, { signal }).catch(() => {});
      }
    }
  }

  status(lane: LaneName): SourceState {
    const states = [this.#waiter.connection.state, this.#log.commands.state];
    return states.find(({ state }) => state !== 'connected') ?? this.#failed.get(lane) ?? this.#waiter.connection.state;
  }

  async now(): Promise<EpochMicros> {
    const [seconds, micros] = (await this.#log.commands.run('TIME')) as readonly unknown[];
    return (Number(seconds) * 1e6 + Number(micros)) as EpochMicros;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#waiter[Symbol.asyncDispose]();
  }

  #fail(lane: LaneName, cause: unknown): void {
    // That the server is away is the connection's state, and told by it.
    if (cause instanceof FeedUnavailableError && !isRefusal(cause)) return;
    const error = describeError(cause);
    const before = this.#failed.get(lane);
    this.#failed.set(lane, { state: 'failed', since: before?.since ?? nowMicros(), error });
    if (before === undefined) this.#onEvent({ type: 'feed_lane_failed', lane, error });
  }

  #recovered(lane: LaneName): void {
    if (this.#failed.delete(lane)) this.#onEvent({ type: 'feed_lane_recovered', lane });
  }
}
