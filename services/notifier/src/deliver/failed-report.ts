import { type EpochMicros, nowMicros } from '@tickwatch/core';
import type { AlertOutbox, ClaimedDelivery } from '@tickwatch/store';
import type { Outcome } from '../send/sender.ts';
import { retryAt, retryDelayMs } from './retry.ts';

export type Failure = Exclude<Outcome, { readonly kind: 'delivered' }>;

/** Of those whose time is over, so many are given up at once. */
const SWEEP = 500;

/** Tells the outbox what a receiver did not take: when it is tried again, or that it is given up. */
export class FailedReport {
  readonly #outbox: AlertOutbox;
  readonly #receiverId: string;
  readonly #retryMs: number;

  /** @param retryMs a delivery is tried for so long */
  constructor(outbox: AlertOutbox, receiverId: string, retryMs: number) {
    this.#outbox = outbox;
    this.#receiverId = receiverId;
    this.#retryMs = retryMs;
  }

  /** @returns how many of them are given up */
  async tell(deliveries: readonly ClaimedDelivery[], failure: Failure): Promise<number> {
    const now = nowMicros();
    const asked = failure.kind === 'unwell' ? failure.retryAfterMs : undefined;
    const delay = retryDelayMs(Math.min(...deliveries.map(({ attempts }) => attempts)), asked);
    const again = new Map<EpochMicros | undefined, string[]>();
    for (const delivery of deliveries) {
      const at = failure.kind === 'gone' ? undefined : retryAt(now, delay, this.#end(delivery));
      const ids = again.get(at) ?? [];
      again.set(at, ids);
      ids.push(delivery.firing.id);
    }
    for (const [at, ids] of again) await this.#outbox.failed(this.#receiverId, ids, failure.error, at);
    return again.get(undefined)?.length ?? 0;
  }

  /**
   * Gives up all whose time is over: they waited for the one that tried whether the receiver is well.
   * @param claimMs what is claimed for it and has time left is due again after so long
   * @returns how many
   */
  async sweep(error: string, claimMs: number): Promise<number> {
    const now = nowMicros();
    for (let givenUp = 0; ; ) {
      const claimed = await this.#outbox.claim(this.#receiverId, SWEEP, claimMs);
      const over = claimed.filter((delivery) => now >= this.#end(delivery)).map(({ firing }) => firing.id);
      if (over.length > 0) await this.#outbox.failed(this.#receiverId, over, error, undefined);
      givenUp += over.length;
      if (over.length < SWEEP) return givenUp;
    }
  }

  #end({ createdAt }: ClaimedDelivery): EpochMicros {
    return (createdAt + this.#retryMs * 1000) as EpochMicros;
  }
}
