import { exchangeOf, type LaneName, laneIndex } from '@tickwatch/core';
import type pg from 'pg';
import { NOTE_STOCK_LANES } from '../statements/write-statements.ts';
import type { LaneBatch } from '../tick-store.ts';

/** Notes which stocks came in which lane, where the source deals them; each once, however often it comes. */
export class StockLanes {
  readonly #known = new Map<LaneName, Set<string>>();

  /** Inside the caller's transaction. @returns to be called when that is committed */
  async note(client: pg.ClientBase, batches: readonly LaneBatch[]): Promise<() => void> {
    const found = batches.flatMap(({ position: { lane, coverage }, ticks }) => {
      const layout = coverage?.lanes ?? 1;
      if (layout > 0) return [];
      const known = this.#known.get(lane);
      const stocks = new Set(ticks.map(({ stock }) => stock));
      return [...stocks].filter((stock) => known?.has(stock) !== true).map((stock) => ({ lane, layout, stock }));
    });
    if (found.length === 0) return () => {};
    // In one order: of two that note the same stocks none waits for the other in a circle.
    found.sort((a, b) => (a.stock < b.stock ? -1 : 1));
    await client.query(NOTE_STOCK_LANES, [
      found.map(({ lane }) => exchangeOf(lane)),
      found.map(({ stock }) => stock),
      found.map(({ lane }) => laneIndex(lane)),
      found.map(({ layout }) => layout),
    ]);
    return () => {
      for (const { lane, stock } of found) {
        // Where it was before it is noted again, if it comes back.
        for (const [other, stocks] of this.#known) if (exchangeOf(other) === exchangeOf(lane)) stocks.delete(stock);
        const known = this.#known.get(lane);
        if (known === undefined) this.#known.set(lane, new Set([stock]));
        else known.add(stock);
      }
    };
  }
}
