import { setTimeout as delay } from 'node:timers/promises';
import { backoffMs, type EpochMicros, type LaneName } from '@tickwatch/core';
import { type Hole, type LogEntry, MAX_ENTRY_MESSAGES } from '../durable-log.ts';
import { FailedLanes } from '../failed-lanes.ts';
import type { OnFeedEvent } from '../feed-event.ts';
import { isAnswer } from '../redis-connection.ts';
import { FeedUnavailableError, type PullSource, type SourceState } from '../tick-source.ts';
import { StreamCursor } from './stream-cursor.ts';
import type { StreamLog } from './stream-log.ts';
import { formatPlace, parsePlace, START } from './stream-place.ts';
import { StreamWaiters } from './stream-waiters.ts';

/** A stream in which nothing new comes is looked at this often: it may have been replaced. */
const LOOK_MS = 1000;

/** Reads Redis Streams as they grow, each lane for itself. */
export class RedisStreamSource implements PullSource {
  readonly kind = 'stream';
  readonly lanesBy = 'stock';
  readonly #log: StreamLog;
  readonly #waiters: StreamWaiters;
  readonly #failed: FailedLanes;

  constructor(log: StreamLog, onEvent: OnFeedEvent) {
    this.#log = log;
    this.#waiters = new StreamWaiters(log.commands, onEvent);
    this.#failed = new FailedLanes(onEvent);
  }

  start(): void {
    this.#waiters.start();
  }

  async *follow(lane: LaneName, after: string, signal: AbortSignal): AsyncIterable<LogEntry> {
    const streams = this.#log.of(lane);
    streams.leader.forget();
    let place = parsePlace(after) ?? START;
    let cursor = new StreamCursor(place.id);
    let holes: Hole[] = [];
    let emptyAt = Number.NEGATIVE_INFINITY;
    for (let failures = 0; !signal.aborted; ) {
      try {
        if (failures > 0) await this.#waiters.probe(streams.keyOf(place), place.id);
        const before = place;
        const step = await streams.next(place, MAX_ENTRY_MESSAGES, undefined, cursor);
        failures = 0;
        this.#failed.recovered(lane);
        place = step.place;
        if (step.hole !== undefined) holes.push(step.hole);
        if (step.entry !== undefined) {
          const found = holes;
          holes = [];
          yield found.length === 0 ? step.entry : { ...step.entry, holes: found };
          // Looked at once more, it would most often be empty.
          const isWaitedFor = step.isEnd && performance.now() - emptyAt < LOOK_MS;
          if (isWaitedFor) await this.#waiters.wait(streams.keyOf(place), place.id, LOOK_MS, signal);
        } else if (formatPlace(place) === formatPlace(before)) {
          emptyAt = performance.now();
          await this.#waiters.wait(streams.keyOf(place), place.id, LOOK_MS, signal);
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
    const state = this.#stateOf(lane);
    return state.state === 'connected' ? (this.#failed.get(lane) ?? state) : state;
  }

  async now(): Promise<EpochMicros> {
    const times = (await this.#log.commands.runEverywhere('TIME')) as readonly (readonly [unknown, unknown])[];
    // Each lane goes by its own node's clock: no later than the one that is furthest behind.
    return Math.min(...times.map(([seconds, micros]) => Number(seconds) * 1e6 + Number(micros))) as EpochMicros;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#waiters[Symbol.asyncDispose]();
  }

  #fail(lane: LaneName, cause: unknown): void {
    // That the server is away is the connection's state, and told by it.
    const isAway = cause instanceof FeedUnavailableError && !isAnswer(cause);
    if (isAway && !(this.#log.commands.mode === 'cluster' && this.#stateOf(lane).state === 'connected')) return;
    this.#failed.fail(lane, cause);
  }

  #stateOf(lane: LaneName): SourceState {
    const streams = this.#log.of(lane);
    return this.#waiters.stateOf(streams.at === undefined ? streams.key : streams.keyOf(streams.at));
  }
}
