import { RequestQueue } from '../api/request-queue.ts';
import { zoneName } from '../format/zone.ts';
import { zone } from '../settings.ts';
import { type BoardPage, countStocks, loadPage, pageOf } from './board-page.ts';
import type { StockRow } from './stock-row.ts';

const COLLECT_MS = 50;

/** What the market does with what was found. */
export interface FoundRows {
  readonly fill: (page: BoardPage) => void;
  /** The API doesn't know them yet. */
  readonly fillUnknown: (rows: readonly StockRow[]) => void;
  readonly loadAll: () => void;
}

/** Asks for what the pages of the board did not bring: rows that came by live ticks only, and stocks that have no tick live. */
export class MissingRows {
  readonly #found: FoundRows;
  readonly #queue = new RequestQueue(4);
  readonly #wanted = new Set<StockRow>();
  #knownCount = 0;

  constructor(found: FoundRows) {
    this.#found = found;
  }

  want(row: StockRow): void {
    if (row.dayState !== 'wanted') return;
    row.dayState = 'loading';
    this.#wanted.add(row);
    this.#queue.add('days', () => this.#load());
  }

  /** Whether there are more stocks than these, as of a file that was imported. */
  count(rows: ReadonlyMap<string, StockRow>): void {
    this.#queue.add('count', async () => {
      const count = await countStocks();
      // Asked for once: what does not appear then would not the next time either.
      if (count > rows.size && count !== this.#knownCount) this.#found.loadAll();
      this.#knownCount = count;
    });
  }

  async #load(): Promise<void> {
    // Stocks that begin together are asked for together.
    await new Promise((resolve) => setTimeout(resolve, COLLECT_MS));
    const timezone = zoneName(zone.peek());
    const { path, rows } = pageOf(this.#wanted, timezone);
    if (rows.length === 0) return;
    if (this.#wanted.size > 0) this.#queue.add('days', () => this.#load());
    try {
      const page = await loadPage(path);
      if (timezone === zoneName(zone.peek())) {
        this.#found.fill(page);
        // What the API does not know yet has no day but what comes live.
        this.#found.fillUnknown(rows.filter((row) => row.dayState === 'loading'));
      }
    } finally {
      // It failed, or its days are those of a zone that was left meanwhile.
      for (const row of rows) if (row.dayState === 'loading') this.#wanted.add(row);
    }
    if (this.#wanted.size > 0) this.#queue.add('days', () => this.#load());
  }
}
