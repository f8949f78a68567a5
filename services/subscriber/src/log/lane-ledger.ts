import type { LedgerEntry } from '@tickwatch/core';

export const LEDGER_COUNTS = ['received', 'stored', 'rejected', 'refused', 'lost', 'waiting'] as const;

/**
 * The account of one lane since this process began, in ticks; a rejection counts as one. Counts every tick once on its way in
 * and once where it ended. Waiting is counted where the ticks lie.
 */
export class LaneLedger {
  /** What this process answers for: heard while it led, or taken over from the log. */
  received = 0;
  /** Rows in `stock_prices`. */
  stored = 0;
  /** What is no tick: counted in `rejected_counts`, and kept in `rejected_messages` up to so much a minute. */
  rejected = 0;
  /** Neither log nor memory had room; live only. */
  refused = 0;
  /** Known to be gone: from a damaged log, or from a database that went back further than the log remembers. */
  lost = 0;
  /** What waited when another member took the lane over: it stores that, and accounts for it. */
  handedOver = 0;

  /** Messages are known to be gone that were never read. */
  lose(messages: number): void {
    this.received += messages;
    this.lost += messages;
  }

  /** What was taken for waiting is gone; negative: there was more. @returns how much is lost */
  settle(gone: number): number {
    if (gone < 0) this.received -= gone;
    else this.lost += gone;
    return Math.max(0, gone);
  }

  /** @param waiting not committed yet. received = stored + rejected + refused + lost + waiting, always */
  entry(waiting: number): LedgerEntry {
    const { received, stored, rejected, refused, lost } = this;
    return { received, stored, rejected, refused, lost, waiting };
  }
}

export function sumOf(entries: Iterable<LedgerEntry>): LedgerEntry {
  const sum = { received: 0, stored: 0, rejected: 0, refused: 0, lost: 0, waiting: 0 };
  for (const entry of entries) for (const name of LEDGER_COUNTS) sum[name] += entry[name];
  return sum;
}
