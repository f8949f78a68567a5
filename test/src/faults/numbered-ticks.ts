import { type EpochMicros, encodeMessage, formatMicros, type LaneName, laneName, laneOfStock } from '@tickwatch/core';

export const EXCHANGES = ['NASDAQ', 'NYSE'] as const;

export interface NumberedTicksOptions {
  /** Bytes that each message has at least, for filling disks. */
  readonly paddedTo?: number | undefined;
  readonly exchanges?: readonly string[];
}

const STOCKS = 50;
const MICROS_BETWEEN = 100;

/**
 * Ticks that are told apart by their number: it is the price, and it gives the exchange, the stock and the time. So a
 * row shows which tick it was, and whether anything in it was changed on the way.
 */
export class NumberedTicks {
  readonly base = (Date.now() * 1000) as EpochMicros;
  /** Each has every so manieth number. */
  readonly exchanges: readonly string[];
  readonly #paddedTo: number;

  constructor({ paddedTo = 0, exchanges = EXCHANGES }: NumberedTicksOptions = {}) {
    this.#paddedTo = paddedTo;
    this.exchanges = exchanges;
  }

  exchange(n: number): string {
    return this.exchanges[n % this.exchanges.length] ?? '';
  }

  stock(n: number): string {
    return `S${n % STOCKS}`;
  }

  /** @param lanes how many each exchange has */
  lane(n: number, lanes: number): LaneName {
    return laneName(this.exchange(n), laneOfStock(this.stock(n), lanes));
  }

  time(n: number): EpochMicros {
    return (this.base + n * MICROS_BETWEEN) as EpochMicros;
  }

  /** A message with these ticks: one a line, or (every other message of several) a JSON array. */
  message(numbers: readonly number[]): string {
    const [first = 0] = numbers;
    const asJson = numbers.length > 1 && Math.ceil(first / 2) % 2 === 0;
    if (asJson) return JSON.stringify(numbers.map((n) => this.#object(n)));
    return numbers
      .map((n) => encodeMessage(this.stock(n), String(n), this.time(n)))
      .join('\n')
      .padEnd(this.#paddedTo);
  }

  /** Of the newest numbers up to here, one a stock. */
  newest(last: number, is: (n: number) => boolean): readonly number[] {
    const found = new Map<string, number>();
    for (let n = last; n > 0 && found.size < STOCKS; n--) {
      if (!found.has(this.stock(n)) && is(n)) found.set(this.stock(n), n);
    }
    return [...found.values()];
  }

  #object(n: number) {
    return { stock_name: this.stock(n), price: n, timestamp: formatMicros(this.time(n)) };
  }

  /** The rows of numbered ticks. */
  static readonly IS_NUMBERED = "stock_name ~ '^S[0-9]+$'";
  /** The condition that a row is exactly what was published; `$1` is {@link base} as text, `$2` {@link exchanges}. */
  static readonly EXACT_ROW = `stock_name = 'S' || mod(price::int, ${STOCKS})
    AND exchange_name = ($2::text[])[1 + mod(price::int, cardinality($2::text[]))]
    AND "timestamp" = $1::timestamptz + price::int * interval '${MICROS_BETWEEN} microseconds'`;
}
