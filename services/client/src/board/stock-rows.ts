import { signal } from '@preact/signals';
import { rowKey, StockRow } from './stock-row.ts';

/** All rows, and where each stock is traded. */
export class StockRows {
  readonly all = new Map<string, StockRow>();
  /** Grows when stocks are added. */
  readonly version = signal(0);
  readonly #exchanges = new Map<string, Set<string>>();

  find(stock: string, exchange: string): StockRow | undefined {
    return this.all.get(rowKey(stock, exchange));
  }

  add(stock: string, exchange: string): StockRow {
    const row = new StockRow(stock, exchange);
    this.all.set(row.key, row);
    const exchanges = this.#exchanges.get(stock);
    if (exchanges === undefined) this.#exchanges.set(stock, new Set([exchange]));
    else exchanges.add(exchange);
    this.version.value++;
    return row;
  }

  exchangesOf(stock: string): readonly string[] {
    return [...(this.#exchanges.get(stock) ?? [])];
  }
}
