/** More minutes than a tick may be dated ahead. */
const SLOTS = 8;
const MICROS_PER_MINUTE = 60_000_000;

/** Ticks of the last minutes (UTC, numbered since 1970), each counted in the minute of its own time. */
export class MinuteCounts {
  readonly #minutes = new Array<number>(SLOTS).fill(-1);
  readonly #counts = new Array<number>(SLOTS).fill(0);

  static minuteOf(time: number): number {
    return Math.floor(time / MICROS_PER_MINUTE);
  }

  add(time: number, count = 1): void {
    const minute = MinuteCounts.minuteOf(time);
    const slot = minute % SLOTS;
    const known = this.#minutes[slot] as number;
    if (known === minute) this.#counts[slot] = (this.#counts[slot] as number) + count;
    else if (minute > known) {
      this.#minutes[slot] = minute;
      this.#counts[slot] = count;
    }
  }

  of(minute: number): number {
    const slot = minute % SLOTS;
    return this.#minutes[slot] === minute ? (this.#counts[slot] as number) : 0;
  }

  /** The highest count of a minute and those after it. */
  most(minute: number): number {
    let most = 0;
    for (let slot = 0; slot < SLOTS; slot++) {
      if ((this.#minutes[slot] as number) >= minute) most = Math.max(most, this.#counts[slot] as number);
    }
    return most;
  }

  /** Of another one that has seen the same ticks, but perhaps not from the begin of the same minute on. */
  join(other: MinuteCounts): void {
    for (let slot = 0; slot < SLOTS; slot++) {
      const minute = other.#minutes[slot] as number;
      const missing = (other.#counts[slot] as number) - this.of(minute);
      if (minute >= 0 && missing > 0) this.add(minute * MICROS_PER_MINUTE, missing);
    }
  }
}
