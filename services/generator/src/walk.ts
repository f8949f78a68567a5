import type { Stock } from './stock.ts';

/** How the price of one stock goes on. */
export interface Walk {
  readonly stock: Stock;
  /** The price as a message carries it. */
  readonly price: string;
  /** Moves once. @returns whether the price is to be published */
  step(): boolean;
  /** Moves so that the price is to be published, for load at an exact rate. */
  leap(): void;
}
