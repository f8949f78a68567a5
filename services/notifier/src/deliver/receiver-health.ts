import { restMs } from './retry.ts';

/**
 * Whether a receiver takes what it is sent. After one failure a single try shows whether that was chance; one that goes on failing is
 * left alone for longer and longer.
 */
export class ReceiverHealth {
  #problem: string | undefined;
  /** Times in a row that it was unwell, and when it was last. Moments are of the monotonic clock, ms. */
  #failures = 0;
  #failedAt = Number.NEGATIVE_INFINITY;
  #restUntil = Number.NEGATIVE_INFINITY;

  /** Whether nothing came through since the last failure. */
  get isInDoubt(): boolean {
    return this.#failures > 0;
  }

  /** Why nothing gets through; `undefined`: it is well as far as is known. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Until when it is left alone. */
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

  /**
   * A sending failed.
   * @param begunAt when it was begun
   * @param askedMs the receiver asks to be left alone for so long
   * @returns whether it counts as unwell from now on, and did not before
   */
  failed(error: string, begunAt: number, askedMs: number | undefined): boolean {
    const now = performance.now();
    // Those that were under way together count once.
    if (begunAt >= this.#failedAt) this.#failures++;
    this.#failedAt = now;
    this.#restUntil = Math.max(this.#restUntil, now + restMs(this.#failures, askedMs));
    if (this.#failures === 1) return false;
    const wasWell = this.#problem === undefined;
    this.#problem = error;
    return wasWell;
  }
}
