import { FileError, quoted } from './file-error.ts';

/** What of a row makes a tick. */
export const FIELDS = ['timestamp', 'stock_name', 'exchange_name', 'price'] as const;
export type Field = (typeof FIELDS)[number];
/**
 * What `--columns` says: which column is which (by name, or by number from 1; a time from two columns: `date+time`), or the
 * columns in their order.
 */
export type ColumnsOption = MappedColumns | { readonly kind: 'in order'; readonly fields: readonly string[] };

export interface MappedColumns {
  readonly kind: 'mapped';
  readonly names: ReadonlyMap<Field, readonly string[]>;
}

const SHORT: Readonly<Record<string, Field>> = { time: 'timestamp', stock: 'stock_name', exchange: 'exchange_name' };
/** Reads `--columns`: `stock_name=symbol,price=last,timestamp=date+time`, or `timestamp,price,qty`. @throws FileError */
export function readColumns(text: string): ColumnsOption {
  const items = text.split(',').map((item) => item.trim());
  const mapped = items.filter((item) => item.includes('='));
  if (mapped.length === 0) {
    const names = items.map((item) => item.toLowerCase());
    // Beside a date, a time is none of its own.
    const fields = names.map((name) => (name === 'time' && names.includes('date') ? name : (fieldOf(name) ?? name)));
    for (const field of FIELDS) {
      if (fields.filter((one) => one === field).length > 1) throw new FileError(`--columns names ${field} twice`);
    }
    return { kind: 'in order', fields };
  }
  const names = new Map<Field, readonly string[]>();
  for (const item of items) {
    const [left = '', right = ''] = [item.slice(0, item.indexOf('=')), item.slice(item.indexOf('=') + 1)];
    const field = fieldOf(left);
    if (!item.includes('=') || field === undefined || right.trim() === '' || names.has(field)) {
      throw new FileError(
        `--columns ${quoted(item)}: give ${FIELDS.join(', ')}, each once, as NAME=COLUMN, or all columns in their order`,
      );
    }
    names.set(field, field === 'timestamp' ? right.split('+').map((name) => name.trim()) : [right.trim()]);
  }
  return { kind: 'mapped', names };
}

function fieldOf(name: string): Field | undefined {
  const plain = name.trim().toLowerCase();
  return FIELDS.find((field) => field === plain) ?? SHORT[plain];
}
