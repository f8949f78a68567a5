import type { Freshness, StockRow } from './stock-row.ts';

/** What happened in the last second. */
export interface Pulse {
  readonly ticksPerSecond: number;
  readonly up: number;
  readonly down: number;
  readonly stale: number;
  readonly closed: number;
}

/** Counts over all rows. */
export function pulseOf(
  rows: Iterable<StockRow>,
  freshness: (row: StockRow) => Freshness,
  ticksPerSecond: number,
): Pulse {
  let [up, down, stale, closed] = [0, 0, 0, 0];
  for (const row of rows) {
    const change = row.change ?? 0;
    if (change > 0) up++;
    else if (change < 0) down++;
    const state = freshness(row);
    if (state === 'stale') stale++;
    else if (state === 'closed') closed++;
  }
  return { ticksPerSecond, up, down, stale, closed };
}
