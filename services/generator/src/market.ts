import type { EpochMicros } from '@tickwatch/core';
import { type WriteMessage, writeText } from './message-writer.ts';
import { PriceWalk } from './price-walk.ts';
import type { Stock } from './stock.ts';

/** Messages by exchange, in the order in which they are to be sent. */
export type ExchangeMessages = ReadonlyMap<string, readonly string[]>;

/** All stocks with their prices. */
export class Market {
  readonly #walks: readonly PriceWalk[];
  readonly #write: WriteMessage;
  #turn = 0;

  constructor(stocks: readonly Stock[], random: () => number, write: WriteMessage = writeText) {
    this.#walks = stocks.map((stock) => new PriceWalk(stock, random));
    this.#write = write;
  }

  /** Every price moves once. @returns messages of those that moved far enough, all with this time */
  step(time: EpochMicros): ExchangeMessages {
    const messages = new Map<string, string[]>();
    for (const walk of this.#walks) if (walk.step()) this.#push(messages, walk, time);
    return messages;
  }

  /** The next `count` stocks, in turn, move far enough to be published. */
  leap(count: number, time: EpochMicros): ExchangeMessages {
    const messages = new Map<string, string[]>();
    for (let i = 0; i < count; i++) {
      const walk = this.#walks[this.#turn];
      this.#turn = (this.#turn + 1) % this.#walks.length;
      walk?.leap();
      if (walk !== undefined) this.#push(messages, walk, time);
    }
    return messages;
  }

  #push(messages: Map<string, string[]>, { stock, price }: PriceWalk, time: EpochMicros): void {
    const message = this.#write(stock, price, time);
    const list = messages.get(stock.exchange);
    if (list === undefined) messages.set(stock.exchange, [message]);
    else list.push(message);
  }
}
