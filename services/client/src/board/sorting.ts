import type { BoardLead } from './board-page.ts';
import { type FigureName, figureOf } from './figures.ts';
import type { StockRow } from './stock-row.ts';

/** `list`: as the shown list's owner put them. */
export type SortKey = FigureName | 'stock' | 'exchange' | 'list';

export interface Sorting {
  readonly key: SortKey;
  readonly descending: boolean;
}

const FIGURES: readonly FigureName[] = [
  ...(['price', 'change', 'percent', 'rate', 'age', 'previous', 'open', 'high', 'low', 'ticks', 'time'] as const),
];
export const SORT_KEYS: readonly SortKey[] = ['stock', 'exchange', 'list', ...FIGURES];

/** Reads `-percent` or `stock`; undefined: it is none. */
export function parseSorting(text: string): Sorting | undefined {
  const descending = text.startsWith('-');
  const key = SORT_KEYS.find((candidate) => candidate === text.slice(descending ? 1 : 0));
  return key === undefined ? undefined : { key, descending };
}

export function sortingText({ key, descending }: Sorting): string {
  return `${descending ? '-' : ''}${key}`;
}

/** How a click on a column's head goes on: names and ages begin with the smallest, figures with the largest. */
export function nextSorting(before: Sorting, key: SortKey): Sorting {
  const upwards = key === 'stock' || key === 'exchange' || key === 'age';
  return { key, descending: before.key === key ? !before.descending : !upwards };
}

/** What the API is asked for first, so that the first screen is there at once; by what came in a minute it can't sort. */
export function leadOf({ key, descending }: Sorting): Pick<BoardLead, 'sort' | 'descending'> {
  return { sort: LEADS[key], descending: key === 'age' ? !descending : descending };
}

const LEADS: Partial<Readonly<Record<SortKey, BoardLead['sort']>>> = {
  ...{ stock: 'name', price: 'price', change: 'change', percent: 'change_percent', age: 'time', time: 'time' },
};

/** @param rows by name. Rows without a value come last either way; those with the same one by name. */
export function sorted(
  rows: readonly StockRow[],
  { key, descending }: Sorting,
  nowMicros: number,
  places: ReadonlyMap<string, number> = new Map(),
): readonly StockRow[] {
  if (key === 'stock') return descending ? rows.toReversed() : rows;
  if (key === 'exchange') {
    const sign = descending ? -1 : 1;
    return rows.toSorted((a, b) => (a.exchange < b.exchange ? -sign : a.exchange > b.exchange ? sign : 0));
  }
  const value = (row: StockRow): number =>
    key === 'list' ? (places.get(row.stock) ?? Number.NaN) : figureOf(row, key, nowMicros);
  return byValue(rows, value, descending ? -1 : 1);
}

/** Each value is asked for once, and places are sorted rather than records: twenty thousand rows take a few ms. */
function byValue(rows: readonly StockRow[], value: (row: StockRow) => number, sign: 1 | -1): readonly StockRow[] {
  const values = new Float64Array(rows.length);
  const known = new Uint32Array(rows.length);
  const missing: StockRow[] = [];
  let count = 0;
  for (const [place, row] of rows.entries()) {
    const figure = value(row);
    values[place] = figure;
    if (Number.isNaN(figure)) missing.push(row);
    else known[count++] = place;
  }
  const order = known.subarray(0, count).sort((a, b) => ((values[a] ?? 0) - (values[b] ?? 0)) * sign || a - b);
  const result: StockRow[] = [];
  for (const place of order) result.push(rows[place] as StockRow);
  return result.concat(missing);
}

/** Keeps the order, but for the rows that come first. */
export function firstOnes(rows: readonly StockRow[], first: (row: StockRow) => boolean): readonly StockRow[] {
  const front: StockRow[] = [];
  const rest: StockRow[] = [];
  for (const row of rows) (first(row) ? front : rest).push(row);
  return front.length === 0 ? rows : front.concat(rest);
}

export function compareNames(a: StockRow, b: StockRow): number {
  if (a.stock !== b.stock) return a.stock < b.stock ? -1 : 1;
  return a.exchange < b.exchange ? -1 : a.exchange > b.exchange ? 1 : 0;
}
