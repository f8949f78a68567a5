import { ReadBusyError } from './read-errors.ts';

export interface SemaphoreLimits {
  /** Work that may run at once. */
  readonly permits: number;
  /** Work that may wait; more is refused at once. */
  readonly queue: number;
  /** Longest wait in ms. */
  readonly waitMs: number;
}

interface Waiter {
  readonly enter: () => void;
}

/** Lets a bounded number of tasks run and a bounded number wait, each for a bounded time. */
export class Semaphore {
  readonly #limits: SemaphoreLimits;
  readonly #waiting: Waiter[] = [];
  #used = 0;

  constructor(limits: SemaphoreLimits) {
    this.#limits = limits;
  }

  get used(): number {
    return this.#used;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Takes a permit, in the order of asking. Call what it resolves to exactly once, to give it back.
   * @param signal whoever waits leaves the queue when it aborts
   * @throws ReadBusyError the queue is full, or waiting took too long; the signal's reason
   */
  async acquire(signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    if (this.#used < this.#limits.permits) this.#used++;
    else await this.#wait(signal);
    let given = false;
    return () => {
      if (given) return;
      given = true;
      const next = this.#waiting.shift();
      if (next === undefined) this.#used--;
      else {
        next.enter();
      }
    };
  }

  #wait(signal: AbortSignal | undefined): Promise<void> {
    if (this.#waiting.length >= this.#limits.queue) throw new ReadBusyError('too many requests wait already');
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', leave);
      };
      const giveUp = (reason: unknown): void => {
        settle();
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(reason);
      };
      const waiter: Waiter = {
        enter: () => {
          settle();
          resolve();
        },
      };
      const leave = (): void => giveUp(signal?.reason);
      const tooLong = (): void => giveUp(new ReadBusyError('waited too long for a free connection'));
      const timer = setTimeout(tooLong, this.#limits.waitMs);
      signal?.addEventListener('abort', leave, { once: true });
      this.#waiting.push(waiter);
    });
  }
}
