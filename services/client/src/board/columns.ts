import type { SortKey } from './sorting.ts';

export interface Column {
  readonly label: string;
  readonly title: string;
  readonly sort?: SortKey;
  /** Width as the grid takes it: the least in pixels, and its share of what is left over. */
  readonly least: number;
  readonly share: number;
}

/** All columns but the star and the stock, which always come first. */
export const COLUMNS = {
  price: { label: 'Price', title: 'Latest price; the sign tells where it went', sort: 'price', least: 104, share: 0.7 },
  change: { label: 'Change', title: 'Since the previous close', sort: 'change', least: 80, share: 0.6 },
  percent: {
    label: 'Change %',
    title: 'Since the previous close, in per cent',
    sort: 'percent',
    least: 84,
    share: 0.6,
  },
  spark: { label: '15 min', title: 'The last fifteen minutes', least: 110, share: 2 },
  range: {
    ...{
      label: 'Day range',
      title: 'Lowest and highest price of the last day that has any, and where the price is now',
    },
    ...{ least: 200, share: 1.6 },
  },
  rate: { label: 'Ticks/min', title: 'Ticks in the last minute', sort: 'rate', least: 76, share: 0.5 },
  age: { label: 'Age', title: 'Time since the latest price', sort: 'age', least: 64, share: 0.4 },
  previous: { label: 'Prev. close', title: 'What the day before ended with', sort: 'previous', least: 92, share: 0.6 },
  open: { label: 'Open', title: 'First price of that day', sort: 'open', least: 92, share: 0.6 },
  high: { label: 'High', title: 'Highest price of that day', sort: 'high', least: 92, share: 0.6 },
  low: { label: 'Low', title: 'Lowest price of that day', sort: 'low', least: 92, share: 0.6 },
  ticks: { label: 'Day’s ticks', title: 'Ticks of the last day that has any', sort: 'ticks', least: 88, share: 0.5 },
  exchange: { label: 'Exchange', title: 'Where it is traded', sort: 'exchange', least: 90, share: 0.5 },
  time: { label: 'Last tick', title: 'Date and time of the latest price', sort: 'time', least: 150, share: 0.6 },
} as const satisfies Readonly<Record<string, Column>>;

export type ColumnName = keyof typeof COLUMNS;

export const COLUMN_NAMES = Object.keys(COLUMNS) as readonly ColumnName[];

/** What the board shows until somebody chooses. */
export const USUAL_COLUMNS: readonly ColumnName[] = ['price', 'change', 'percent', 'spark', 'range', 'rate', 'age'];
/** The same where there is no room for all of them. */
export const NARROW_COLUMNS: readonly ColumnName[] = ['price', 'change', 'percent', 'spark', 'rate', 'age'];
/** What a phone has room for. */
export const PHONE_COLUMNS: readonly ColumnName[] = ['spark', 'price', 'age', 'percent'];

export function columnOf(name: ColumnName): Column {
  return COLUMNS[name];
}

/** The chosen columns in what storage holds, each once; undefined: nobody has chosen. */
export function parseColumns(saved: unknown): readonly ColumnName[] | undefined {
  if (!Array.isArray(saved)) return undefined;
  const names = new Set(saved.map((entry) => COLUMN_NAMES.find((name) => name === entry)));
  names.delete(undefined);
  return [...names] as readonly ColumnName[];
}

/** Moves a column by so many places to the right. */
export function moveColumn(names: readonly ColumnName[], name: ColumnName, by: number): readonly ColumnName[] {
  const others = names.filter((other) => other !== name);
  const at = Math.max(0, Math.min(others.length, names.indexOf(name) + by));
  return [...others.slice(0, at), name, ...others.slice(at)];
}

const FIXED = [
  { least: 28, share: 0 },
  { least: 130, share: 1 },
] as const;
const GAP = 16;
const PADDING = 32;

/** The columns' widths as the style sheet takes them, and the least that all of them need. */
export function columnTracks(names: readonly ColumnName[]): { readonly tracks: string; readonly least: string } {
  const all = [...FIXED, ...names.map(columnOf)];
  const least = all.reduce((sum, column) => sum + column.least, GAP * (all.length - 1) + PADDING);
  const tracks = all.map((column) =>
    column.share === 0 ? `${column.least}px` : `minmax(${column.least}px, ${column.share}fr)`,
  );
  return { tracks: tracks.join(' '), least: `${least}px` };
}
