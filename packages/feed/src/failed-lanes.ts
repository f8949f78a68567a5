import { type LaneName, nowMicros } from '@tickwatch/core';
import { describeError } from './describe-error.ts';
import type { OnFeedEvent } from './feed-event.ts';
import type { SourceState } from './tick-source.ts';

/** Lanes that the server refuses while it is there. Tells when one begins to fail and when it is well again. */
export class FailedLanes {
  readonly #onEvent: OnFeedEvent;
  readonly #states = new Map<LaneName, SourceState>();

  constructor(onEvent: OnFeedEvent) {
    this.#onEvent = onEvent;
  }

  /** `undefined`: it did not fail. */
  get(lane: LaneName): SourceState | undefined {
    return this.#states.get(lane);
  }

  fail(lane: LaneName, cause: unknown): void {
    const error = describeError(cause);
    const before = this.#states.get(lane);
    this.#states.set(lane, { state: 'failed', since: before?.since ?? nowMicros(), error });
    if (before === undefined) this.#onEvent({ type: 'feed_lane_failed', lane, error });
  }

  recovered(lane: LaneName): void {
    if (this.#states.delete(lane)) this.#onEvent({ type: 'feed_lane_recovered', lane });
  }

  /** Nobody reads it here any more: what is wrong with it is for others to say. */
  forget(lane: LaneName): void {
    this.#states.delete(lane);
  }
}
