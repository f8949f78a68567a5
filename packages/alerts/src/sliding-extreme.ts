import { comparePrice, type Price } from './price.ts';

/** So many are looked through for those that say nothing more. */
const MANY = 4096;
const MICROS_PER_MINUTE = 60_000_000;
/** Older than this only whole minutes are asked for. */
export const EXACT_MICROS = 600 * 1_000_000;

/**
 * The lowest (`sign` 1) or highest (-1) price since any moment of a span. It keeps only prices that no later one passes: adding costs the
 * same for any length.
 */
export class SlidingExtreme {
  readonly #sign: 1 | -1;
  /** Ascending in time, and from the extreme of all on less and less so. */
  #times: number[] = [];
  #prices: Price[] = [];
  /** The first of them that is still within the span. */
  #first = 0;
  #many = MANY;

  constructor(sign: 1 | -1) {
    this.#sign = sign;
  }

  /** @returns false: it changes no answer */
  add(time: number, price: Price): boolean {
    const times = this.#times;
    const prices = this.#prices;
    const last = times.length - 1;
    if (last >= this.#first && time < (times[last] as number)) return this.#insert(time, price);
    while (times.length > this.#first && !this.#isMore(prices[times.length - 1] as Price, price)) {
      times.pop();
      prices.pop();
    }
    times.push(time);
    prices.push(price);
    if (times.length - this.#first > this.#many) this.#thin(time);
    return true;
  }

  /** Of those at or after a moment. */
  since(from: number): Price | undefined {
    return this.#prices[this.#find(from)];
  }

  /** When that one was. */
  timeSince(from: number): number | undefined {
    return this.#times[this.#find(from)];
  }

  forgetBefore(time: number): void {
    const times = this.#times;
    while (this.#first < times.length && (times[this.#first] as number) < time) this.#first++;
    if (this.#first < 64 || this.#first * 2 < times.length) return;
    this.#times = times.slice(this.#first);
    this.#prices = this.#prices.slice(this.#first);
    this.#first = 0;
  }

  /** All that another one knows. */
  join(other: SlidingExtreme): void {
    for (let i = other.#first; i < other.#times.length; i++) {
      this.add(other.#times[i] as number, other.#prices[i] as Price);
    }
  }

  /** Whether `a` is lower (higher) than `b`. */
  #isMore(a: Price, b: Price): boolean {
    return this.#sign * comparePrice(a, b) < 0;
  }

  /** Behind others of later times. */
  #insert(time: number, price: Price): boolean {
    const at = this.#find(time);
    if (!this.#isMore(price, this.#prices[at] as Price)) return false;
    let from = at;
    while (from > this.#first && !this.#isMore(this.#prices[from - 1] as Price, price)) from--;
    this.#times.splice(from, at - from, time);
    this.#prices.splice(from, at - from, price);
    return true;
  }

  /** Index of the first at or after a moment. */
  #find(from: number): number {
    const times = this.#times;
    let low = this.#first;
    let high = times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((times[middle] as number) < from) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Of each minute that is only asked for as a whole, the first says all. */
  #thin(now: number): void {
    const times: number[] = [];
    const prices: Price[] = [];
    let minute = Number.NaN;
    for (let i = this.#first; i < this.#times.length; i++) {
      const time = this.#times[i] as number;
      const its = Math.floor(time / MICROS_PER_MINUTE);
      if (its === minute && time < now - EXACT_MICROS - MICROS_PER_MINUTE) continue;
      minute = its;
      times.push(time);
      prices.push(this.#prices[i] as Price);
    }
    this.#times = times;
    this.#prices = prices;
    this.#first = 0;
    this.#many = Math.max(MANY, 2 * times.length);
  }
}
