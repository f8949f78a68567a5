import type { AlertOutbox, ClaimedDelivery } from '@tickwatch/store';

/** To tell what became of a sending, ms. */
const TELL_MS = 5000;

/** Deliveries to a receiver that were claimed together, and are begun one after the other while their claim holds. */
export class ClaimedAhead {
  readonly #outbox: AlertOutbox;
  readonly #receiverId: string;
  readonly #longestMs: number;
  #deliveries: ClaimedDelivery[] = [];
  /** A moment of the monotonic clock, ms. */
  #freshUntil = 0;

  /** @param longestMs of a sending */
  constructor(outbox: AlertOutbox, receiverId: string, longestMs: number) {
    this.#outbox = outbox;
    this.#receiverId = receiverId;
    this.#longestMs = longestMs;
  }

  get size(): number {
    return this.#deliveries.length;
  }

  /** Whether what is begun now may not be over when its claim ends. */
  get isStale(): boolean {
    return this.size > 0 && performance.now() > this.#freshUntil;
  }

  /**
   * Claims what is due, where nothing is claimed; who dies holding a claim delays it for a little more than two sendings.
   * @param isKnown passed over
   * @returns whether as much was due as was asked for
   */
  async claim(limit: number, isKnown: (firingId: string) => boolean): Promise<boolean> {
    const freshUntil = performance.now() + this.#longestMs;
    const claimed = await this.#outbox.claim(this.#receiverId, limit, this.#claimMs);
    this.#deliveries = claimed.filter(({ firing }) => !isKnown(firing.id));
    this.#freshUntil = freshUntil;
    return claimed.length === limit;
  }

  /** Makes due what waits for a retry: it can be claimed by now. */
  async hurry(): Promise<void> {
    await this.#outbox.hurry(this.#receiverId, this.#claimMs);
  }

  /** Up to so many, oldest first. */
  take(most: number): readonly ClaimedDelivery[] {
    return this.#deliveries.splice(0, most);
  }

  /** Makes what is left due again. */
  async release(): Promise<void> {
    if (this.size === 0) return;
    const ids = this.take(this.size).map(({ firing }) => firing.id);
    await this.#outbox.release(this.#receiverId, ids);
  }

  get #claimMs(): number {
    return 2 * this.#longestMs + TELL_MS;
  }
}
