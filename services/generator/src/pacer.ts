/** After a pause longer than this the missed part is not made up for: load stays load and never becomes a flood. */
const MAX_CATCH_UP_MS = 250;

/** Says how many ticks are due at a moment so that the rate is steady whatever the timer does. */
export class Pacer {
  readonly #perMs: number;
  #last: number;
  #owed = 0;

  /** @param now in ms, of a clock that only goes forward */
  constructor(ticksPerSecond: number, now: number) {
    this.#perMs = ticksPerSecond / 1000;
    this.#last = now;
  }

  due(now: number): number {
    this.#owed += Math.min(now - this.#last, MAX_CATCH_UP_MS) * this.#perMs;
    this.#last = now;
    const whole = Math.floor(this.#owed);
    this.#owed -= whole;
    return whole;
  }
}
