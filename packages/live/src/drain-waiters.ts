interface Waiter {
  /** Resolved once this many ticks are sent, replaced or given up. */
  readonly target: number;
  readonly resolve: () => void;
}

/** Those who wait until the ticks that were accepted before are settled. */
export class DrainWaiters {
  #waiters: Waiter[] = [];

  /** Resolves when {@link settled} told of so many ticks, or rejects after `timeoutMs` with what `complaint` says then. */
  wait(target: number, timeoutMs: number, complaint: () => string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiters = this.#waiters.filter((other) => other !== waiter);
        reject(new Error(complaint()));
      }, timeoutMs);
      const waiter: Waiter = {
        target,
        resolve: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      this.#waiters.push(waiter);
    });
  }

  /** Ticks sent, replaced or given up so far. */
  settled(ticks: number): void {
    if (this.#waiters.length === 0) return;
    const done = this.#waiters.filter(({ target }) => target <= ticks);
    this.#waiters = this.#waiters.filter(({ target }) => target > ticks);
    for (const waiter of done) waiter.resolve();
  }
}
