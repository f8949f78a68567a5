import { type LaneName, nowMicros } from '@tickwatch/core';
import { describeError } from '../describe-error.ts';
import type { OnFeedEvent } from '../feed-event.ts';
import type { SourceState } from '../tick-source.ts';
import { KafkaRefusal } from './kafka-error.ts';

const UNKNOWN: SourceState = { state: 'disconnected', since: nowMicros(), error: 'not connected yet' };

/** How each lane is: of a cluster, some may be there while others are away. Tells each change once. */
export class KafkaStates {
  readonly #server: string;
  readonly #onEvent: OnFeedEvent;
  readonly #states = new Map<LaneName, SourceState>();
  #told: 'feed_connected' | 'feed_disconnected' | undefined;

  constructor(server: string, onEvent: OnFeedEvent) {
    this.#server = server;
    this.#onEvent = onEvent;
  }

  of(lane: LaneName): SourceState {
    return this.#states.get(lane) ?? UNKNOWN;
  }

  /** @param cause why it can't be read; `undefined`: it can */
  set(lane: LaneName, cause?: unknown): void {
    const before = this.of(lane);
    const state = cause === undefined ? 'connected' : cause instanceof KafkaRefusal ? 'failed' : 'disconnected';
    const since = before.state === state ? before.since : nowMicros();
    const error = cause === undefined ? '' : describeError(cause);
    this.#states.set(lane, state === 'connected' ? { state, since } : { state, since, error });
    if (state === 'failed' && before.state !== 'failed') this.#onEvent({ type: 'feed_lane_failed', lane, error });
    if (state === 'connected' && before.state === 'failed') this.#onEvent({ type: 'feed_lane_recovered', lane });
    const isAway = [...this.#states.values()].some((other) => other.state === 'disconnected');
    const type = isAway ? 'feed_disconnected' : 'feed_connected';
    if (type === this.#told) return;
    this.#told = type;
    this.#onEvent(
      isAway
        ? { type: 'feed_disconnected', server: this.#server, error }
        : { type: 'feed_connected', server: this.#server },
    );
  }
}
