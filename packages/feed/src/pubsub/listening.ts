import { type EpochMicros, nowMicros } from '@tickwatch/core';
import type { FeedMessage } from '../durable-log.ts';

/** One subscription. Messages that come in one read of the socket travel together. */
export class Listening {
  readonly #hear: (messages: readonly FeedMessage[], since: EpochMicros | undefined) => void;
  #messages: FeedMessage[] = [];
  #receivedAt = nowMicros();
  #since: EpochMicros | undefined;
  #isTold = false;

  /** @param hear with the first messages: since when all is heard */
  constructor(hear: (messages: readonly FeedMessage[], since: EpochMicros | undefined) => void) {
    this.#hear = hear;
  }

  /** The server has answered. @returns since when all is heard */
  begin(): EpochMicros {
    this.#since ??= nowMicros();
    return this.#since;
  }

  /** As {@link begin}, told at once, without messages. */
  tell(): EpochMicros {
    const since = this.begin();
    if (!this.#isTold) this.#hear([], since);
    this.#isTold = true;
    return since;
  }

  readonly take = (payload: Buffer): void => {
    if (this.#messages.length === 0) {
      this.#receivedAt = nowMicros();
      process.nextTick(this.#deliver);
    }
    this.#messages.push({ payload, receivedAt: this.#receivedAt });
  };

  readonly #deliver = (): void => {
    const messages = this.#messages;
    this.#messages = [];
    this.#hear(messages, this.#isTold ? undefined : this.begin());
    this.#isTold = true;
  };
}
