import type { Stock } from './stock.ts';
import type { Walk } from './walk.ts';

/** A step is at most half a unit of currency, up or down. */
const MAX_STEP_CENTS = 50;
/** Smaller moves are not published. */
const MIN_MOVE_CENTS = 10;

/** The random walk of one stock's price, in whole cents, always positive. The same moves for every price: not as on a market. */
export class PriceWalk implements Walk {
  readonly stock: Stock;
  readonly #random: () => number;
  #cents: number;

  constructor(stock: Stock, random: () => number) {
    this.stock = stock;
    this.#random = random;
    this.#cents = stock.cents;
  }

  /** The price as a message carries it: `220.4`, at most two decimals. */
  get price(): string {
    return String(this.#cents / 100);
  }

  /** Moves by a uniform ±0.5, rounded to cents. @returns whether it moved by 0.10 or more and is to be published */
  step(): boolean {
    return this.#move(Math.round((this.#random() * 2 - 1) * MAX_STEP_CENTS)) >= MIN_MOVE_CENTS;
  }

  /** Moves far enough to be published, for load at an exact rate. */
  leap(): void {
    const size = MIN_MOVE_CENTS + Math.floor(this.#random() * (MAX_STEP_CENTS - MIN_MOVE_CENTS + 1));
    this.#move(this.#random() < 0.5 ? -size : size);
  }

  /** A step that would reach zero is taken upwards instead. */
  #move(step: number): number {
    this.#cents += this.#cents + step < 1 ? -step : step;
    return Math.abs(step);
  }
}
