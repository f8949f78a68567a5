import { type EpochMicros, encodeMessage } from '@tickwatch/core';
import { PriceWalk } from './price-walk.ts';
import type { Stock } from './stock.ts';

/** Messages by exchange, in the order in which they are to be sent. */
export type ExchangeMessages = ReadonlyMap<string, readonly string[]>;

/** All stocks with their prices. */
export class Market {
  readonly #walks: readonly PriceWalk[];
  #turn = 0;

  constructor(stocks: readonly Stock[], random: () => number) {
    this.#walks = stocks.map((stock) => new PriceWalk(stock, random));
  }

  /** Every price moves once. @returns messages of those that moved far enough, all with this time */
  step(time: EpochMicros): ExchangeMessages {
    return encode(
      this.#walks.filter((walk) => walk.step()),
      time,
    );
  }

  /** The next `count` stocks, in turn, move far enough to be published. */
  leap(count: number, time: EpochMicros): ExchangeMessages {
    const messages = new Map<string, string[]>();
    for (let i = 0; i < count; i++) {
      const walk = this.#walks[this.#turn];
      this.#turn = (this.#turn + 1) % this.#walks.length;
      walk?.leap();
      if (walk !== undefined) push(messages, walk, time);
    }
    return messages;
  }
}

function encode(walks: readonly PriceWalk[], time: EpochMicros): ExchangeMessages {
  const messages = new Map<string, string[]>();
  for (const walk of walks) push(messages, walk, time);
  return messages;
}

function push(messages: Map<string, string[]>, { stock, price }: PriceWalk, time: EpochMicros): void {
  const message = encodeMessage(stock.name, price, time);
  const list = messages.get(stock.exchange);
  if (list === undefined) messages.set(stock.exchange, [message]);
  else list.push(message);
}
