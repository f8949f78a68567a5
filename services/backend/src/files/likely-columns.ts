import { DEFAULT_EXCHANGES, parsePrice, parseTime } from '@tickwatch/core';
import type { Field } from './columns-option.ts';

/**
 * What the columns of a row without names seem to be, as `--columns` wants them: a proposal for a person.
 * @param given fields that need no column
 */
export function likelyColumns(cells: readonly string[], given: readonly Field[]): string {
  const left = new Set<string>(
    ['timestamp', 'stock_name', 'exchange_name', 'price'].filter((field) => !given.includes(field as Field)),
  );
  const take = (field: string): string => (left.delete(field) ? field : '-');
  return cells.map((cell) => take(fieldOf(cell.trim()))).join(',');
}

function fieldOf(cell: string): string {
  if (parsePrice(cell.replace(',', '.')) !== undefined)
    return parseTime(cell) !== undefined && cell.length >= 8 && !/[.,]\d{1,4}$/.test(cell) ? 'timestamp' : 'price';
  if (parseTime(cell) !== undefined) return 'timestamp';
  return DEFAULT_EXCHANGES.includes(cell) ? 'exchange_name' : 'stock_name';
}
