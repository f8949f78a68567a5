import type { Stock } from './stock.ts';
import type { Walk } from './walk.ts';

/** Time is that of open exchanges: days of six and a half hours, 252 a year. */
const DAY_MS = 6.5 * 3_600_000;
const YEAR_MS = 252 * DAY_MS;
/** How far a price strays in a year if nothing draws it back, as a share of itself: what large companies have. */
const YEARLY_SPREAD = 0.3;
/** A price comes back half of its way to the first one in so many days, so that years later it is still one. */
const HALF_LIFE_DAYS = 60;
/** Below one, a hundredth would be a great move: such prices have four decimals, as on exchanges. */
const CHEAP_CENTS = 100;

/**
 * A price that moves by per cent, as on a market: its logarithm is a random walk that is drawn back, weakly, to where it began
 * (Ornstein–Uhlenbeck). It is never zero, and is published when it differs in a digit that is told.
 */
export class PercentWalk implements Walk {
  readonly stock: Stock;
  readonly #random: () => number;
  readonly #decimals: number;
  readonly #back: number;
  readonly #spread: number;
  /** Logarithm of the price as a multiple of the first. */
  #log = 0;
  #price: string;

  /** @param stepMs the time that a step or leap stands for */
  constructor(stock: Stock, random: () => number, stepMs: number) {
    this.stock = stock;
    this.#random = random;
    this.#decimals = stock.cents < CHEAP_CENTS ? 4 : 2;
    this.#back = Math.exp((-Math.LN2 * stepMs) / (HALF_LIFE_DAYS * DAY_MS));
    this.#spread = YEARLY_SPREAD * Math.sqrt(stepMs / YEAR_MS);
    this.#price = this.#told();
  }

  get price(): string {
    return this.#price;
  }

  step(): boolean {
    const before = this.#price;
    this.leap();
    return this.#price !== before;
  }

  /** Under load a price may be published again, as that of another trade. */
  leap(): void {
    this.#log = this.#log * this.#back + this.#spread * normal(this.#random);
    this.#price = this.#told();
  }

  #told(): string {
    const least = 10 ** -this.#decimals;
    return String(Number(Math.max(least, (this.stock.cents / 100) * Math.exp(this.#log)).toFixed(this.#decimals)));
  }
}

/** A random number of the normal distribution (Box–Muller). */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
