import { MICROS_PER_DAY } from '@tickwatch/core';
import { extremeOf, type Price } from './price.ts';

interface Day {
  low: Price;
  high: Price;
}

/** The lowest and highest prices of the last days (UTC) that had ticks. */
export class DayBook {
  days: number;
  readonly #days = new Map<number, Day>();
  #today: Day | undefined;
  #start = Number.NaN;

  /** @param days so many before the newest are kept */
  constructor(days: number) {
    this.days = days;
  }

  /** @returns whether it is lower or higher than all of its day */
  add(time: number, price: Price): boolean {
    if (!(time >= this.#start && time < this.#start + MICROS_PER_DAY)) this.#open(Math.floor(time / MICROS_PER_DAY));
    const day = this.#today;
    if (day === undefined) {
      this.#today = { low: price, high: price };
      this.#days.set(this.#start / MICROS_PER_DAY, this.#today);
      return true;
    }
    if (price.number > day.low.number && price.number < day.high.number) return false;
    const [low, high] = [extremeOf(1, day.low, price), extremeOf(-1, day.high, price)];
    const isNew = low !== day.low || high !== day.high;
    day.low = low;
    day.high = high;
    return isNew;
  }

  /** The lowest (`sign` 1) or highest (-1) price of some days, both ends included. */
  extreme(sign: 1 | -1, from: number, to: number): Price | undefined {
    let found: Price | undefined;
    for (const [day, { low, high }] of this.#days) {
      if (day >= from && day <= to) found = extremeOf(sign, found, sign === 1 ? low : high);
    }
    return found;
  }

  join(other: DayBook): void {
    for (const [day, { low, high }] of other.#days) {
      this.add(day * MICROS_PER_DAY, low);
      this.add(day * MICROS_PER_DAY, high);
    }
  }

  #open(day: number): void {
    this.#start = day * MICROS_PER_DAY;
    this.#today = this.#days.get(day);
    if (this.#today !== undefined || this.#days.size <= this.days + 2) return;
    // A tick that is dated ahead can open the next day, while ticks of this one still come.
    const newest = Math.max(day, ...this.#days.keys()) - 1;
    for (const known of this.#days.keys()) if (known < newest - this.days) this.#days.delete(known);
  }
}
