export type Way = 'asc' | 'desc';

/**
 * SQL: the order of ticks, as `compareTicks` has it, made total: time, arrival, price; then exchange, and how a price is
 * written. @param table whose columns are meant
 */
export function tickOrder(table: string, way: Way): string {
  const keys = ['timestamp', 'seq', 'price', 'exchange_name'].map((column) => `${table}.${column}`);
  return [...keys, `scale(${table}.price)`].map((key) => `${key} ${way}`).join(', ');
}
