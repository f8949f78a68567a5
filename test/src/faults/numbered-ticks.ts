import { type EpochMicros, encodeMessage, nowMicros } from '@tickwatch/core';

export const EXCHANGES = ['NASDAQ', 'NYSE'] as const;
export type ExchangeName = (typeof EXCHANGES)[number];

const STOCKS = 50;
const MICROS_BETWEEN = 100;

/**
 * Ticks that are told apart by their number: it is the price, and it gives the exchange, the stock and the time. So a
 * row shows which message it was, and whether anything in it was changed on the way.
 */
export class NumberedTicks {
  readonly base: EpochMicros = nowMicros();
  readonly #paddedTo: number;

  /** @param paddedTo bytes that each message has at least, for filling disks */
  constructor(paddedTo = 0) {
    this.#paddedTo = paddedTo;
  }

  exchange(n: number): ExchangeName {
    return n % 2 === 0 ? 'NASDAQ' : 'NYSE';
  }

  stock(n: number): string {
    return `S${n % STOCKS}`;
  }

  time(n: number): EpochMicros {
    return (this.base + n * MICROS_BETWEEN) as EpochMicros;
  }

  message(n: number): string {
    return encodeMessage(this.stock(n), String(n), this.time(n)).padEnd(this.#paddedTo);
  }

  /** The condition that a row is exactly what was published; `$1` is {@link base} as text. */
  static readonly EXACT_ROW = `stock_name = 'S' || mod(price::int, ${STOCKS})
    AND exchange_name = (ARRAY['NASDAQ','NYSE'])[1 + mod(price::int, 2)]
    AND "timestamp" = $1::timestamptz + price::int * interval '${MICROS_BETWEEN} microseconds'`;
}
