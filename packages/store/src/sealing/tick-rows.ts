import { decimalsAt, mantissaAt, numericText } from './binary-numeric.ts';

const HEADER_BYTES = 19;
/** PostgreSQL counts from 2000-01-01. */
const POSTGRES_EPOCH_MICROS = 946_684_800_000_000;
const TWO_TO_32 = 2 ** 32;
const FIELDS = 5;
const END = 0xffff;

/** What takes ticks one by one. */
export interface TickSink {
  /** @param mantissa the price without its point, NaN: see `text` @param text the price where the mantissa is NaN */
  add(
    stock: string,
    exchange: string,
    time: number,
    seq: number,
    mantissa: number,
    decimals: number,
    text: string | undefined,
  ): void;
}

interface Name {
  readonly bytes: Buffer;
  readonly text: string;
}

/**
 * Reads rows of `COPY (SELECT stock_name, exchange_name, "timestamp", seq, price …) TO STDOUT (FORMAT binary)` by hand: several
 * million a second, no object a row.
 * Sources: PostgreSQL's documentation of COPY (File Formats); numeric_send in its numeric.c.
 */
export class TickRows {
  readonly #sink: TickSink;
  #rest: Buffer = Buffer.alloc(0);
  #isBegun = false;
  #stock: Name = { bytes: Buffer.alloc(0), text: '' };
  #exchanges: Name[] = [];
  #count = 0;

  constructor(sink: TickSink) {
    this.#sink = sink;
  }

  /** Rows read so far. */
  get count(): number {
    return this.#count;
  }

  /** Gives the rows that end in this chunk to the sink; pauses after each so many. */
  *write(chunk: Buffer, rowsAPause: number): Iterable<void> {
    const input = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    if (!this.#isBegun) {
      if (input.length < HEADER_BYTES) {
        this.#rest = Buffer.from(input);
        return;
      }
      this.#isBegun = true;
      at = HEADER_BYTES;
    }
    for (let rows = 1; ; rows++) {
      const end = rowEnd(input, at);
      if (end < 0) break;
      this.#read(input, at);
      at = end;
      if (rows % rowsAPause === 0) yield;
    }
    this.#rest = Buffer.from(input.subarray(at));
  }

  #read(input: Buffer, row: number): void {
    const stockAt = row + 6;
    const stockLength = input.readInt32BE(row + 2);
    if (!isSame(input, stockAt, stockLength, this.#stock.bytes)) {
      this.#stock = nameAt(input, stockAt, stockLength);
      this.#exchanges = [];
    }
    const exchangeAt = stockAt + stockLength + 4;
    const exchangeLength = input.readInt32BE(exchangeAt - 4);
    const exchange = this.#exchangeAt(input, exchangeAt, exchangeLength);
    const timeAt = exchangeAt + exchangeLength + 4;
    const time = bigintAt(input, timeAt) + POSTGRES_EPOCH_MICROS;
    const seq = bigintAt(input, timeAt + 12);
    const priceAt = timeAt + 24;
    const mantissa = mantissaAt(input, priceAt);
    let text: string | undefined;
    if (Number.isNaN(mantissa)) text = numericText(input, priceAt);
    this.#count++;
    this.#sink.add(this.#stock.text, exchange, time, seq, mantissa, decimalsAt(input, priceAt), text);
  }

  #exchangeAt(input: Buffer, at: number, length: number): string {
    for (const { bytes, text } of this.#exchanges) if (isSame(input, at, length, bytes)) return text;
    const name = nameAt(input, at, length);
    this.#exchanges.push(name);
    return name.text;
  }
}

/** Where a row ends; -1: it is not all there, or there are no more. */
function rowEnd(input: Buffer, row: number): number {
  if (row + 2 > input.length || (((input[row] as number) << 8) | (input[row + 1] as number)) === END) return -1;
  let at = row + 2;
  for (let i = 0; i < FIELDS; i++) {
    if (at + 4 > input.length) return -1;
    at += 4 + lengthAt(input, at);
  }
  return at > input.length ? -1 : at;
}

function lengthAt(input: Buffer, at: number): number {
  return (
    ((input[at] as number) << 24) |
    ((input[at + 1] as number) << 16) |
    ((input[at + 2] as number) << 8) |
    (input[at + 3] as number)
  );
}

function bigintAt(input: Buffer, at: number): number {
  return lengthAt(input, at) * TWO_TO_32 + (lengthAt(input, at + 4) >>> 0);
}

function nameAt(input: Buffer, at: number, length: number): Name {
  const bytes = Buffer.from(input.subarray(at, at + length));
  return { bytes, text: bytes.toString() };
}

function isSame(input: Buffer, at: number, length: number, name: Buffer): boolean {
  if (length !== name.length) return false;
  for (let i = 0; i < length; i++) if (input[at + i] !== name[i]) return false;
  return true;
}
