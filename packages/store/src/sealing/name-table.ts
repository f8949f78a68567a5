import { viewOf } from '../binary-values.ts';
import type { BlockKey } from '../sealed/index.ts';

const FIRST_SLOTS = 1024;
const LENGTH_BYTES = 4;

/** Numbers stocks on their exchanges as they come, by the bytes of both names as COPY writes them: no string a row. */
export class NameTable {
  readonly keys: BlockKey[] = [];
  /** Of each key, the number of its exchange. */
  readonly exchanges: number[] = [];
  readonly #bytes: DataView[] = [];
  readonly #stocks: Buffer[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #exchangeNumbers = new Map<string, number>();
  /** Numbers of keys from 1 on; 0 is free. */
  #slots = new Int32Array(FIRST_SLOTS);

  /** @param start where the length of the stock's name lies; behind the name are the exchange's length and name, up to `end` */
  numberOf(view: DataView, start: number, end: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash(view, start, end) & mask; ; slot = (slot + 1) & mask) {
      const known = this.#slots[slot] as number;
      if (known === 0) return this.#add(view, start, end, slot);
      if (isSame(view, start, end, this.#bytes[known - 1] as DataView)) return known - 1;
    }
  }

  /** `undefined`: it did not come. */
  find(key: BlockKey): number | undefined {
    return this.#numbers.get(textOf(key));
  }

  /** By the bytes of the stocks' names. */
  compare(a: number, b: number): number {
    return a === b ? 0 : Buffer.compare(this.#stocks[a] as Buffer, this.#stocks[b] as Buffer);
  }

  #add(view: DataView, start: number, end: number, slot: number): number {
    const bytes = Buffer.from(Buffer.from(view.buffer, view.byteOffset + start, end - start));
    const stockEnd = LENGTH_BYTES + bytes.readInt32BE();
    const stock = bytes.toString('utf8', LENGTH_BYTES, stockEnd);
    const exchange = bytes.toString('utf8', stockEnd + LENGTH_BYTES);
    const number = this.keys.push({ stock, exchange }) - 1;
    this.exchanges.push(this.#exchangeNumbers.get(exchange) ?? this.#exchangeNumbers.size);
    this.#exchangeNumbers.set(exchange, this.exchanges[number] as number);
    this.#numbers.set(textOf({ stock, exchange }), number);
    this.#bytes.push(viewOf(bytes));
    this.#stocks.push(bytes.subarray(LENGTH_BYTES, stockEnd));
    this.#slots[slot] = number + 1;
    if (this.keys.length * 2 > this.#slots.length) this.#grow();
    return number;
  }

  #grow(): void {
    const slots = new Int32Array(2 * this.#slots.length);
    const mask = slots.length - 1;
    for (const [number, bytes] of this.#bytes.entries()) {
      let slot = hash(bytes, 0, bytes.byteLength) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = number + 1;
    }
    this.#slots = slots;
  }
}

/** Names hold any character but NUL. */
function textOf({ stock, exchange }: BlockKey): string {
  return `${stock}\0${exchange}`;
}

function hash(view: DataView, start: number, end: number): number {
  let sum = end - start;
  let at = start;
  for (; at + 4 <= end; at += 4) sum = mixed(sum ^ view.getInt32(at));
  for (; at < end; at++) sum = mixed(sum ^ view.getUint8(at));
  return sum;
}

function mixed(value: number): number {
  const product = Math.imul(value, 0x9e3779b1);
  return product ^ (product >>> 15);
}

function isSame(view: DataView, start: number, end: number, bytes: DataView): boolean {
  if (end - start !== bytes.byteLength) return false;
  let at = 0;
  for (; at + 4 <= bytes.byteLength; at += 4) if (view.getInt32(start + at) !== bytes.getInt32(at)) return false;
  for (; at < bytes.byteLength; at++) if (view.getUint8(start + at) !== bytes.getUint8(at)) return false;
  return true;
}
