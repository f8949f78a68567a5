import { decimalsAt, mantissaAt, numericText } from './binary-numeric.ts';
import { MESSAGE_HEAD_BYTES } from './copy-out.ts';

const HEADER_BYTES = 19;
/** PostgreSQL counts from 2000-01-01. */
const POSTGRES_EPOCH_MICROS = 946_684_800_000_000;
const TWO_TO_32 = 2 ** 32;
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
 * Reads what {@link CopyOut} gives of `COPY (SELECT stock_name, exchange_name, "timestamp", seq, price …) TO STDOUT (FORMAT binary)`
 * by hand: several million rows a second, no object a row.
 * Sources: PostgreSQL's documentation of COPY (File Formats); numeric_send in its numeric.c.
 */
export class TickRows {
  readonly #sink: TickSink;
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

  /** Gives the rows of some whole messages to the sink; pauses after each so many. */
  *write(messages: Buffer, rowsAPause: number): Iterable<void> {
    for (let head = 0, rows = 1; head < messages.length; rows++) {
      const end = head + 1 + lengthAt(messages, head + 1);
      const row = head + MESSAGE_HEAD_BYTES + (this.#isBegun ? 0 : HEADER_BYTES);
      this.#isBegun = true;
      // The file's header may come with the first row, or alone.
      if (row < end && ((messages[row] as number) << 8) + (messages[row + 1] as number) !== END)
        this.#read(messages, row, end);
      head = end;
      if (rows % rowsAPause === 0) yield;
    }
  }

  #read(input: Buffer, row: number, end: number): void {
    const stockAt = row + 6;
    const stockLength = lengthAt(input, row + 2);
    if (!isSame(input, stockAt, stockLength, this.#stock.bytes)) {
      this.#stock = nameAt(input, stockAt, stockLength);
      this.#exchanges = [];
    }
    const exchangeAt = stockAt + stockLength + 4;
    const exchangeLength = lengthAt(input, exchangeAt - 4);
    const exchange = this.#exchangeAt(input, exchangeAt, exchangeLength);
    const timeAt = exchangeAt + exchangeLength + 4;
    const time = bigintAt(input, timeAt) + POSTGRES_EPOCH_MICROS;
    const seq = bigintAt(input, timeAt + 12);
    const priceAt = timeAt + 24;
    if (priceAt + lengthAt(input, priceAt - 4) !== end) throw new Error('COPY gave a row that is no tick');
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
