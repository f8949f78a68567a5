/** A burst holds this share of a second's ticks. */
const BURST_SHARE = 0.1;
/** Once all is spent, so much of a second's ticks is waited for: messages of single ticks would cost more than they bring. */
const REST_SHARE = 0.02;

/** Ticks a second, however they come: what is not used is saved up for a burst. */
export class RateLimit {
  readonly #perMs: number;
  readonly #burst: number;
  readonly #rest: number;
  #left: number;
  #at = Number.NEGATIVE_INFINITY;

  /** @param burst ticks that may always come at once */
  constructor(perSecond: number, burst: number) {
    this.#perMs = perSecond / 1000;
    this.#burst = Math.max(burst, perSecond * BURST_SHARE);
    this.#rest = Math.max(1, Math.min(burst, perSecond * REST_SHARE));
    this.#left = this.#burst;
  }

  /** How many may come now. @param now monotonic, in ms */
  room(now: number): number {
    if (now > this.#at) {
      this.#left = Math.min(this.#burst, this.#left + (now - this.#at) * this.#perMs);
      this.#at = now;
    }
    return Math.floor(this.#left);
  }

  take(ticks: number): void {
    this.#left -= ticks;
  }

  /** When some may come again. */
  roomAt(): number {
    return this.#at + (this.#rest - this.#left) / this.#perMs;
  }
}
