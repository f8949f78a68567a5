import { nowMs } from '../clock.ts';
import type { BoardLead } from './board-page.ts';
import type { StockRow } from './stock-row.ts';

export type SortKey = 'stock' | 'price' | 'change' | 'percent' | 'rate' | 'age';

export interface Sorting {
  readonly key: SortKey;
  readonly descending: boolean;
}

const KEYS: readonly SortKey[] = ['stock', 'price', 'change', 'percent', 'rate', 'age'];

/** Reads `-percent` or `stock`; anything else sorts by name. */
export function parseSorting(text: string | null): Sorting {
  const key = KEYS.find((candidate) => candidate === text?.replace(/^-/, ''));
  return key === undefined ? { key: 'stock', descending: false } : { key, descending: text?.startsWith('-') === true };
}

export function sortingText({ key, descending }: Sorting): string | undefined {
  return key === 'stock' && !descending ? undefined : `${descending ? '-' : ''}${key}`;
}

/** What the API is asked for first, so that the first screen is there at once; it has no order by what came in a minute. */
export function leadOf({ key, descending }: Sorting, exchange: string | undefined): BoardLead {
  const sort = LEADS[key];
  return { sort, descending: key === 'age' ? !descending : descending, exchange };
}

const LEADS: Readonly<Record<SortKey, BoardLead['sort']>> = {
  ...{ stock: 'name', price: 'price', change: 'change', percent: 'change_percent', rate: undefined, age: 'time' },
};

/** The rows that a filter lets through, sorted; rows without a value come last either way. */
export function arrange(
  rows: Iterable<StockRow>,
  filter: { readonly text: string; readonly exchange: string | undefined },
  { key, descending }: Sorting,
): StockRow[] {
  const wanted = filter.text.trim().toUpperCase();
  const chosen: { row: StockRow; value: number }[] = [];
  const now = nowMs() * 1000;
  for (const row of rows) {
    if (filter.exchange !== undefined && row.exchange !== filter.exchange) continue;
    if (wanted !== '' && !row.stock.toUpperCase().includes(wanted)) continue;
    chosen.push({ row, value: sortValue(row, key, now) });
  }
  const sign = descending ? -1 : 1;
  chosen.sort((a, b) => {
    const [aMissing, bMissing] = [Number.isNaN(a.value), Number.isNaN(b.value)];
    if (aMissing !== bMissing) return aMissing ? 1 : -1;
    const byValue = aMissing ? 0 : (a.value - b.value) * sign;
    return byValue || compareNames(a.row, b.row) * (key === 'stock' ? sign : 1);
  });
  return chosen.map(({ row }) => row);
}

function sortValue(row: StockRow, key: SortKey, nowMicros: number): number {
  switch (key) {
    case 'stock':
      return 0;
    case 'price':
      return row.price;
    case 'change':
      return row.change ?? Number.NaN;
    case 'percent':
      return row.changeRatio ?? Number.NaN;
    case 'rate':
      return row.rate(nowMicros) ?? Number.NaN;
    case 'age':
      return row.ageSeconds(nowMicros);
  }
}

function compareNames(a: StockRow, b: StockRow): number {
  if (a.stock !== b.stock) return a.stock < b.stock ? -1 : 1;
  return a.exchange < b.exchange ? -1 : a.exchange > b.exchange ? 1 : 0;
}
