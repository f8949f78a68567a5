/** A stock on an exchange. */
export interface StockKey {
  readonly stock: string;
  readonly exchange: string;
}

/** The database's order of stocks: by the bytes of the name, then of the exchange. */
export function compareStocks(a: StockKey, b: StockKey): number {
  return compareBytes(a.stock, b.stock) || compareBytes(a.exchange, b.exchange);
}

/** One text for both names; a name can hold any character but NUL. */
export function stockKeyText({ stock, exchange }: StockKey): string {
  return `${stock}\0${exchange}`;
}

/** The order of texts in the database: by their bytes. */
export function compareBytes(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}
