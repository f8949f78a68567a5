import type { BlockKey } from '../sealed/index.ts';
import { type RowHead, RowHeads } from './row-heads.ts';

/** Numbers stocks on their exchanges as rows of them come, and knows their order. */
export class NameTable {
  readonly keys: BlockKey[] = [];
  /** Of each key, the number of its exchange. */
  readonly exchanges: number[] = [];
  readonly #heads = new RowHeads();
  readonly #stocks: Buffer[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #exchangeNumbers = new Map<string, number>();

  /** The head of the row that begins there; its number is that of its key. */
  at(view: DataView, row: number): RowHead {
    const head = this.#heads.at(view, row);
    if (head.number === this.keys.length) this.#add(head);
    return head;
  }

  /** `undefined`: it did not come. */
  find(key: BlockKey): number | undefined {
    return this.#numbers.get(textOf(key));
  }

  /** By the bytes of the stocks' names. */
  compare(a: number, b: number): number {
    return a === b ? 0 : Buffer.compare(this.#stocks[a] as Buffer, this.#stocks[b] as Buffer);
  }

  #add({ stock, exchange, number }: RowHead): void {
    this.keys.push({ stock, exchange });
    this.#numbers.set(textOf({ stock, exchange }), number);
    this.#stocks.push(Buffer.from(stock));
    const exchangeNumber = this.#exchangeNumbers.get(exchange) ?? this.#exchangeNumbers.size;
    this.#exchangeNumbers.set(exchange, exchangeNumber);
    this.exchanges.push(exchangeNumber);
  }
}

/** Names hold any character but NUL. */
function textOf({ stock, exchange }: BlockKey): string {
  return `${stock}\0${exchange}`;
}
