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
  readonly timer: NodeJS.Timeout;
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
   * @throws ReadBusyError the queue is full, or waiting took too long
   */
  async acquire(): Promise<() => void> {
    if (this.#used < this.#limits.permits) this.#used++;
    else await this.#wait();
    let given = false;
    return () => {
      if (given) return;
      given = true;
      const next = this.#waiting.shift();
      if (next === undefined) this.#used--;
      else {
        clearTimeout(next.timer);
        next.enter();
      }
    };
  }

  #wait(): Promise<void> {
    if (this.#waiting.length >= this.#limits.queue) throw new ReadBusyError('too many requests wait already');
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        enter: resolve,
        timer: setTimeout(() => {
          this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
          reject(new ReadBusyError('waited too long for a free connection'));
        }, this.#limits.waitMs),
      };
      this.#waiting.push(waiter);
    });
  }
}
