import type { EpochMicros } from '@tickwatch/core';
import { type WriteMessage, writeText } from './message-writer.ts';
import type { IsOpen } from './open-exchanges.ts';
import { PercentWalk } from './percent-walk.ts';
import { PriceWalk } from './price-walk.ts';
import { seededRandom, seedOf } from './random.ts';
import type { Stock } from './stock.ts';
import type { Walk } from './walk.ts';

/** Messages by exchange, in the order in which they are to be sent. */
export type ExchangeMessages = ReadonlyMap<string, readonly string[]>;

export interface MarketOptions {
  /** The same seed gives the same prices. */
  readonly seed: number;
  /** `cents`: by up to ±0.50, published from 0.10 on. `percent`: as on a market. */
  readonly moves?: 'cents' | 'percent';
  /** The time that a move of a stock stands for, where it moves by per cent. */
  readonly stepMs?: number;
  readonly write?: WriteMessage;
  /** Whether an exchange is open, where prices stand still while it is closed; without it all are open. */
  readonly isOpen?: IsOpen;
}

const always: IsOpen = () => true;

/** All stocks with their prices. */
export class Market {
  readonly #walks: readonly Walk[];
  readonly #write: WriteMessage;
  readonly #isOpen: IsOpen;
  readonly #exchanges: readonly string[];
  #turn = 0;

  constructor(stocks: readonly Stock[], { seed, moves = 'cents', stepMs = 0, ...options }: MarketOptions) {
    this.#write = options.write ?? writeText;
    this.#isOpen = options.isOpen ?? always;
    this.#exchanges = [...new Set(stocks.map(({ exchange }) => exchange))];
    // Where some may stand still, each has random numbers of its own: what one does depends on no other's hours.
    const shared = moves === 'cents' && options.isOpen === undefined ? seededRandom(seed) : undefined;
    this.#walks = stocks.map((stock) => {
      const random = shared ?? seededRandom(seedOf(seed, stock.name));
      return moves === 'cents' ? new PriceWalk(stock, random) : new PercentWalk(stock, random, stepMs);
    });
  }

  /** Every price of an open exchange moves once. @returns messages of those that are to be published, all with this time */
  step(time: EpochMicros): ExchangeMessages {
    const messages = new Map<string, string[]>();
    const open = this.#open(time);
    for (const walk of this.#walks) {
      if (open.has(walk.stock.exchange) && walk.step()) this.#push(messages, walk, time);
    }
    return messages;
  }

  /** The next `count` stocks of open exchanges, in turn, move and are published; none while all are closed. */
  leap(count: number, time: EpochMicros): ExchangeMessages {
    const messages = new Map<string, string[]>();
    const open = this.#open(time);
    let closed = 0;
    for (let left = count; left > 0 && closed < this.#walks.length; ) {
      const walk = this.#walks[this.#turn];
      this.#turn = (this.#turn + 1) % this.#walks.length;
      if (walk === undefined || !open.has(walk.stock.exchange)) closed++;
      else {
        closed = 0;
        left--;
        walk.leap();
        this.#push(messages, walk, time);
      }
    }
    return messages;
  }

  #open(time: EpochMicros): ReadonlySet<string> {
    return new Set(this.#exchanges.filter((exchange) => this.#isOpen(exchange, time)));
  }

  #push(messages: Map<string, string[]>, { stock, price }: Walk, time: EpochMicros): void {
    const message = this.#write(stock, price, time);
    const list = messages.get(stock.exchange);
    if (list === undefined) messages.set(stock.exchange, [message]);
    else list.push(message);
  }
}
