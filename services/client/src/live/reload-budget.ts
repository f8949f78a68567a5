/** So many reloads at once, then one more each period: a single hole heals at once, a hundred don't storm the API. */
const BURST = 5;
const PERIOD_MS = 4000;
const LEAST_MS = 50;

/** When a series may be loaded again after a hole. */
export class ReloadBudget {
  #left = BURST;
  #countedAt: number;

  constructor(now: number) {
    this.#countedAt = now;
  }

  /** Takes one reload. @returns milliseconds to wait before it */
  take(now: number): number {
    this.#left = Math.min(BURST, this.#left + (now - this.#countedAt) / PERIOD_MS);
    this.#countedAt = now;
    this.#left--;
    return Math.max(LEAST_MS, -this.#left * PERIOD_MS);
  }
}
