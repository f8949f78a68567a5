/** The account of one exchange since this process began. */
export interface LedgerEntry {
  /** Messages this process answers for: heard, or taken over from the log. */
  readonly received: number;
  /** Rows in `stock_prices`. */
  readonly stored: number;
  /** Rows in `rejected_messages`. */
  readonly rejected: number;
  /** Neither log nor memory could hold them; they went live only. */
  readonly refused: number;
  /** Not committed yet. received = stored + rejected + refused + waiting, always. */
  readonly waiting: number;
}

type Count = 'received' | 'stored' | 'rejected' | 'refused';

/** Counts every message of every exchange once on its way in and once where it ended. */
export class Ledger {
  readonly #counts = new Map<string, Record<Count, number>>();
  readonly #waiting: (exchange: string) => number;

  /** @param waiting asks the pending lanes, so that waiting is counted where the messages are and not derived */
  constructor(exchanges: readonly string[], waiting: (exchange: string) => number) {
    for (const exchange of exchanges) {
      this.#counts.set(exchange, { received: 0, stored: 0, rejected: 0, refused: 0 });
    }
    this.#waiting = waiting;
  }

  add(exchange: string, count: Count, messages: number): void {
    const counts = this.#counts.get(exchange);
    if (counts !== undefined) counts[count] += messages;
  }

  entries(): ReadonlyMap<string, LedgerEntry> {
    return new Map(
      [...this.#counts].map(([exchange, counts]) => [exchange, { ...counts, waiting: this.#waiting(exchange) }]),
    );
  }

  total(): LedgerEntry {
    const sum = { received: 0, stored: 0, rejected: 0, refused: 0, waiting: 0 };
    for (const entry of this.entries().values()) {
      for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += entry[name];
    }
    return sum;
  }
}
