import type { DecimalText, StockMemory } from '@tickwatch/core';
import { DayBook } from './day-book.ts';
import { MinuteCounts } from './minute-counts.ts';
import { extremeOf, type Price, priceOf } from './price.ts';
import { SlidingExtreme } from './sliding-extreme.ts';

/** What the watches of a stock need of its past. */
export interface PastNeeds {
  /** Prices of so long. */
  readonly micros: number;
  readonly days: number;
  readonly hasCounts: boolean;
}

export const NO_NEEDS: PastNeeds = { micros: 0, days: 0, hasCounts: false };

interface Dated {
  readonly time: number;
  readonly price: Price;
}

/** So many ticks wait to be taken over together: each part of the past is touched once for them, not with every tick. */
const TOGETHER = 16;

/** What came before of a stock, also late, as far as it is needed. */
export class StockPast {
  #micros = 0;
  /** The newest ticks, in order, which nobody asked for yet. */
  readonly #freshTimes: number[] = [];
  readonly #freshTexts: DecimalText[] = [];
  readonly #freshNumbers: number[] = [];
  #fresh = 0;
  readonly #lows = new SlidingExtreme(1);
  readonly #highs = new SlidingExtreme(-1);
  /** Dated ahead of the newest moment, ascending: for other ticks they are still to come. */
  #ahead: Dated[] = [];
  #days: DayBook | undefined;
  #counts: MinuteCounts | undefined;

  /** It keeps that much from now on. */
  need({ micros, days, hasCounts }: PastNeeds): void {
    this.#takeOver();
    this.#micros = Math.max(this.#micros, micros);
    if (this.#days !== undefined) this.#days.days = Math.max(this.#days.days, days);
    else if (days > 0) this.#days = new DayBook(days);
    if (hasCounts) this.#counts ??= new MinuteCounts();
  }

  /** Adds one that is not late. @param newest the newest moment with it */
  add(time: number, text: DecimalText, number: number, newest: number): void {
    if (time === newest) {
      this.#freshTimes[this.#fresh] = time;
      this.#freshTexts[this.#fresh] = text;
      this.#freshNumbers[this.#fresh] = number;
      if (++this.#fresh === TOGETHER) this.#takeOver();
    } else this.addLate(time, { text, number }, newest);
  }

  /** @returns whether it changed what is asked of moments before it */
  addLate(time: number, price: Price, newest: number): boolean {
    this.#takeOver();
    return this.#add(time, price, newest);
  }

  /** The lowest (`sign` 1) or highest (-1) price in [from, until]. */
  extreme(sign: 1 | -1, from: number, until: number): Price | undefined {
    this.#takeOver();
    let found = (sign === 1 ? this.#lows : this.#highs).since(from);
    for (const { time, price } of this.#ahead) {
      if (time >= from && time <= until) found = extremeOf(sign, found, price);
    }
    return found;
  }

  /** When the lowest (highest) price since a moment was, of those that are not dated ahead. */
  extremeTime(sign: 1 | -1, from: number): number | undefined {
    this.#takeOver();
    return (sign === 1 ? this.#lows : this.#highs).timeSince(from);
  }

  extremeOfDays(sign: 1 | -1, from: number, to: number): Price | undefined {
    this.#takeOver();
    return this.#days?.extreme(sign, from, to);
  }

  get counts(): MinuteCounts | undefined {
    this.#takeOver();
    return this.#counts;
  }

  remember({ spans, days, last, ticksOfMinute }: StockMemory, newest: number): void {
    this.#takeOver();
    for (const { time, low, high } of spans) {
      this.#addPrice(time, priceOf(low), newest);
      if (high !== low) this.#addPrice(time, priceOf(high), newest);
    }
    for (const { time, low, high } of days) {
      this.#days?.add(time, priceOf(low));
      this.#days?.add(time, priceOf(high));
    }
    const minute = MinuteCounts.minuteOf(last.time);
    const missing = ticksOfMinute - (this.#counts?.of(minute) ?? 0);
    if (missing > 0) this.#counts?.add(last.time, missing);
  }

  join(other: StockPast): void {
    this.#takeOver();
    other.#takeOver();
    this.#lows.join(other.#lows);
    this.#highs.join(other.#highs);
    this.#ahead = other.#ahead.length > this.#ahead.length ? other.#ahead : this.#ahead;
    if (other.#days !== undefined) {
      this.need({ ...NO_NEEDS, days: other.#days.days });
      this.#days?.join(other.#days);
    }
    if (other.#counts !== undefined) {
      this.need({ ...NO_NEEDS, hasCounts: true });
      this.#counts?.join(other.#counts);
    }
    this.need({ ...NO_NEEDS, micros: other.#micros });
  }

  #takeOver(): void {
    for (let i = 0; i < this.#fresh; i++) {
      const time = this.#freshTimes[i] as number;
      this.#add(time, { text: this.#freshTexts[i] as DecimalText, number: this.#freshNumbers[i] as number }, time);
    }
    this.#fresh = 0;
  }

  #add(time: number, price: Price, newest: number): boolean {
    this.#counts?.add(time);
    const isNew = this.#days?.add(time, price) ?? false;
    return (this.#micros > 0 && this.#addPrice(time, price, newest)) || isNew;
  }

  #addPrice(time: number, price: Price, newest: number): boolean {
    if (this.#ahead.length > 0) this.#settle(newest);
    if (time > newest) {
      const at = this.#ahead.findLastIndex((ahead) => ahead.time <= time) + 1;
      this.#ahead.splice(at, 0, { time, price });
      return false;
    }
    this.#lows.forgetBefore(newest - this.#micros);
    this.#highs.forgetBefore(newest - this.#micros);
    if (time < newest - this.#micros) return false;
    const isLow = this.#lows.add(time, price);
    return this.#highs.add(time, price) || isLow;
  }

  #settle(newest: number): void {
    let end = 0;
    while (end < this.#ahead.length && (this.#ahead[end] as Dated).time <= newest) end++;
    if (end === 0) return;
    for (const { time, price } of this.#ahead.splice(0, end)) {
      this.#lows.add(time, price);
      this.#highs.add(time, price);
    }
  }
}
