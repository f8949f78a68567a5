import { viewOf } from '../binary-values.ts';

/** A row up to its time: its exchange and stock, as they are written. */
export interface RowHead {
  readonly bytes: DataView;
  /** From 0, in the order in which they were met. */
  readonly number: number;
  readonly stock: string;
  readonly exchange: string;
}

const FIRST_SLOTS = 64;
/** The number of columns, before the length of the first. */
const COLUMNS_BYTES = 2;

/** The heads of rows that a copy brings, each made once: found by its bytes, in whatever order the stocks come. */
export class RowHeads {
  #last: RowHead | undefined;
  readonly #heads: RowHead[] = [];
  /** 1 + the head's number; 0: free. */
  #slots = new Uint32Array(FIRST_SLOTS);

  /** Of the row that begins there. */
  at(view: DataView, row: number): RowHead {
    if (this.#last === undefined || !isAt(view, row, this.#last.bytes)) this.#last = this.#find(view, row);
    return this.#last;
  }

  #find(view: DataView, row: number): RowHead {
    const length = lengthAt(view, row);
    const mask = this.#slots.length - 1;
    for (let slot = hashAt(view, row, length) & mask; ; slot = (slot + 1) & mask) {
      const number = (this.#slots[slot] as number) - 1;
      if (number < 0) return this.#add(view, row, length, slot);
      const head = this.#heads[number] as RowHead;
      if (isAt(view, row, head.bytes)) return head;
    }
  }

  #add(view: DataView, row: number, length: number, slot: number): RowHead {
    const head = readHead(view, row, length, this.#heads.length);
    this.#heads.push(head);
    this.#slots[slot] = this.#heads.length;
    if (this.#heads.length * 2 > this.#slots.length) this.#grow();
    return head;
  }

  #grow(): void {
    this.#slots = new Uint32Array(this.#slots.length * 4);
    const mask = this.#slots.length - 1;
    for (const { bytes, number } of this.#heads) {
      let slot = hashAt(bytes, 0, bytes.byteLength) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = number + 1;
    }
  }
}

/** With the length of the time, which is behind it. */
function lengthAt(view: DataView, row: number): number {
  const exchangeAt = COLUMNS_BYTES + 4 + view.getInt32(row + COLUMNS_BYTES) + 4;
  return exchangeAt + view.getInt32(row + exchangeAt - 4) + 4;
}

function hashAt(view: DataView, row: number, length: number): number {
  let hash = 0x811c9dc5;
  const last = length - 4;
  // Lengths are in it, too; the last four bytes are the same in all.
  for (let i = COLUMNS_BYTES; i < last; i += 4) hash = Math.imul(hash ^ view.getInt32(row + i), 0x01000193);
  hash ^= hash >>> 15;
  return Math.imul(hash, 0x85ebca6b) >>> 8;
}

function readHead(view: DataView, row: number, length: number, number: number): RowHead {
  const bytes = Buffer.from(Buffer.from(view.buffer, view.byteOffset + row, length));
  const stockAt = COLUMNS_BYTES + 4;
  const exchangeAt = stockAt + bytes.readInt32BE(COLUMNS_BYTES) + 4;
  return {
    bytes: viewOf(bytes),
    number,
    stock: bytes.toString('utf8', stockAt, exchangeAt - 4),
    exchange: bytes.toString('utf8', exchangeAt, length - 4),
  };
}

/** Whether bytes, four or more of them, are at a place; they know their own lengths, so nothing longer begins like them. */
function isAt(view: DataView, at: number, bytes: DataView): boolean {
  const last = bytes.byteLength - 4;
  if (at + last + 4 > view.byteLength) return false;
  for (let i = 0; i < last; i += 4) if (view.getInt32(at + i) !== bytes.getInt32(i)) return false;
  return view.getInt32(at + last) === bytes.getInt32(last);
}
