import { type DecimalText, decimalsOf, type EpochMicros } from '@tickwatch/core';
import { PriceWindow, type Spread } from './price-window.ts';

/** Nothing is far from fewer prices than this. */
const WARM_UP = 10;
/** What makes of a median distance the standard deviation of prices that scatter evenly. */
const NORMAL = 1.4826;
/** A price is far when it is so many of those away: a random walk of any step leads there once in 100,000 ticks. */
const MAX_DEVIATIONS = 12;
/** And so far by its share of the median: a gap overnight is no fault. */
const MIN_SHARE = 0.08;
/** And by so many of the smallest steps: one cent is a lot for a stock of two. */
const MIN_STEPS = 5;
/** So many far prices in a row that are close to each other are the level from now on. */
const SHIFT_TICKS = 5;
/** So many ticks are at most judged by one look at the prices before them. */
const LOOK_TICKS = 256;

/** More digits of a distance are not told: they are a double's. */
const DIGITS = 12;

const FROZEN_TICKS = 20;
const FROZEN_MICROS = 60_000_000;

/** What one stock costs usually. The way of a usual tick is short: inside the band nothing can be far. */
export class StockQuality {
  readonly #window = new PriceWindow();
  #low = Number.NaN;
  #high = Number.NaN;
  #ticksToLook = 0;
  /** Far prices in a row. */
  #far = 0;
  #decimals = 0;
  #last = Number.NaN;
  #since = 0;
  #same = 0;

  /**
   * Takes the next price. @returns what is usual, where this price is far from it
   * @param frozen gets this stock where its last ticks all had one price, many and for long
   */
  take(
    price: number,
    text: DecimalText,
    receivedAt: EpochMicros,
    frozen: { add(stock: StockQuality): unknown },
  ): Spread | undefined {
    if (price === this.#last) {
      if (++this.#same > FROZEN_TICKS && receivedAt - this.#since > FROZEN_MICROS) frozen.add(this);
    } else {
      this.#last = price;
      this.#since = receivedAt;
      this.#same = 1;
    }
    if (price >= this.#low && price <= this.#high && --this.#ticksToLook > 0) {
      this.#window.add(price);
      this.#far = 0;
      return undefined;
    }
    return this.#look(price, text);
  }

  #look(price: number, text: DecimalText): Spread | undefined {
    const window = this.#window;
    if (window.count < WARM_UP) {
      this.#decimals = Math.max(this.#decimals, decimalsOf(text));
      window.add(price);
      return undefined;
    }
    const spread = window.spread();
    const { median } = spread;
    const limit = this.#limit(spread);
    // Half of what is far: it holds, about, also when the prices have moved on.
    this.#low = median - limit / 2;
    this.#high = median + limit / 2;
    this.#ticksToLook = LOOK_TICKS;
    window.add(price);
    if (Math.abs(price - median) <= limit) {
      this.#decimals = Math.max(this.#decimals, decimalsOf(text));
      this.#far = 0;
      return undefined;
    }
    this.#far++;
    if (this.#far >= SHIFT_TICKS && this.#isLevel(limit)) this.#begin();
    return { median, deviation: Number(spread.deviation.toPrecision(DIGITS)) };
  }

  #limit({ median, deviation }: Spread): number {
    const share = MIN_SHARE * Math.abs(median);
    return Math.max(MAX_DEVIATIONS * NORMAL * deviation, share, MIN_STEPS / 10 ** this.#decimals);
  }

  /** Whether the last far prices are close to each other. */
  #isLevel(limit: number): boolean {
    const last = this.#window.last(SHIFT_TICKS);
    const [low, high] = [Math.min(...last), Math.max(...last)];
    return high - low <= Math.max(limit, MIN_SHARE * Math.max(Math.abs(low), Math.abs(high)));
  }

  #begin(): void {
    this.#window.keep(SHIFT_TICKS);
    this.#far = 0;
    this.#low = Number.NaN;
    this.#high = Number.NaN;
  }
}
