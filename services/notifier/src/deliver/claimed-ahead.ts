import type { ClaimedDelivery } from '@tickwatch/store';

/** Deliveries that were claimed together and are begun one after the other, while their claim holds. */
export class ClaimedAhead {
  readonly #freshMs: number;
  #deliveries: ClaimedDelivery[] = [];
  /** A moment of the monotonic clock, ms. */
  #freshUntil = 0;

  /** @param freshMs for so long what was claimed may be begun */
  constructor(freshMs: number) {
    this.#freshMs = freshMs;
  }

  get size(): number {
    return this.#deliveries.length;
  }

  get isStale(): boolean {
    return this.size > 0 && performance.now() > this.#freshUntil;
  }

  /** Takes the place of what was there. @param claimedAt a moment before they were */
  set(deliveries: readonly ClaimedDelivery[], claimedAt: number): void {
    this.#deliveries = [...deliveries];
    this.#freshUntil = claimedAt + this.#freshMs;
  }

  /** Up to so many, oldest first. */
  take(most: number): readonly ClaimedDelivery[] {
    return this.#deliveries.splice(0, most);
  }
}
