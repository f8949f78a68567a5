import type { Freshness, StockRow } from './stock-row.ts';

export const SHOWS = ['all', 'favourites', 'up', 'down', 'silent', 'closed'] as const;

/** Which state of stocks the board shows. `silent`: no tick for long although the exchange is open. */
export type Show = (typeof SHOWS)[number];

export type Counts = Readonly<Record<Show, number>>;

export interface RowFilter {
  /** A part of the name. */
  readonly text: string;
  readonly exchange: string | undefined;
  readonly show: Show;
  /** Only these stocks; undefined: all. */
  readonly stocks: ReadonlySet<string> | undefined;
}

/** What a row's state is judged by. */
export interface RowFacts {
  readonly favourites: ReadonlySet<string>;
  readonly freshness: (row: StockRow) => Freshness;
}

/** The rows that a filter lets through, in their order, and how many there would be for each state. */
export function filterRows(
  rows: readonly StockRow[],
  { text, exchange, show, stocks }: RowFilter,
  { favourites, freshness }: RowFacts,
): { readonly rows: readonly StockRow[]; readonly counts: Counts } {
  const part = searched(text);
  const counts = { all: 0, favourites: 0, up: 0, down: 0, silent: 0, closed: 0 };
  const chosen: StockRow[] = [];
  // Runs over all rows once a second: nothing is made for each of them.
  for (const row of rows) {
    if (exchange !== undefined && row.exchange !== exchange) continue;
    if (stocks !== undefined && !stocks.has(row.stock)) continue;
    if (part !== '' && !row.stock.toUpperCase().includes(part)) continue;
    const change = row.change ?? 0;
    const trend = change > 0 ? 'up' : change < 0 ? 'down' : undefined;
    const state = STATES[freshness(row)];
    const starred = favourites.has(row.stock);
    counts.all++;
    if (starred) counts.favourites++;
    if (trend !== undefined) counts[trend]++;
    if (state !== undefined) counts[state]++;
    if (show === 'all' || show === trend || show === state || (show === 'favourites' && starred)) chosen.push(row);
  }
  return { rows: chosen, counts };
}

const STATES = { live: undefined, stale: 'silent', closed: 'closed' } as const;

/** Whether a stock's name begins with what is looked for. */
export function startsWith(row: StockRow, text: string): boolean {
  return row.stock.toUpperCase().startsWith(searched(text));
}

function searched(text: string): string {
  return text.trim().toUpperCase();
}
