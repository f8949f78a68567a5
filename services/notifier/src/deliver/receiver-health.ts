import { restMs } from './retry.ts';

/** Whether a receiver takes what it is sent. One that does not is left alone for longer and longer. */
export class ReceiverHealth {
  #problem: string | undefined;
  /** Times in a row that it was unwell. */
  #failures = 0;
  /** A moment of the monotonic clock, ms. */
  #restUntil = Number.NEGATIVE_INFINITY;

  /** Why nothing gets through; `undefined`: it is well as far as is known. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Until when it is left alone, by the monotonic clock, ms. */
  get restUntil(): number {
    return this.#restUntil;
  }

  /** @returns whether it was unwell before */
  well(): boolean {
    const wasUnwell = this.#problem !== undefined;
    this.#problem = undefined;
    this.#failures = 0;
    this.#restUntil = Number.NEGATIVE_INFINITY;
    return wasUnwell;
  }

  /** @returns whether it was well before */
  unwell(error: string, askedMs: number | undefined, now = performance.now()): boolean {
    const wasWell = this.#problem === undefined;
    this.#problem = error;
    // Those that were under way together count once.
    if (now >= this.#restUntil) this.#failures++;
    this.#restUntil = Math.max(this.#restUntil, now + restMs(this.#failures, askedMs));
    return wasWell;
  }
}
