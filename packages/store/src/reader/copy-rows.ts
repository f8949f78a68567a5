import { type PriceText, type RowText, rowText } from './price-text.ts';

const TAB = 9;
const NEWLINE = 10;
const POINT = 46;
const ZERO = 48;
const LETTER_T = 84;
const LETTER_Z = 90;
/** `2026-06-01 10:00:00`: what COPY writes of a time before its fraction. */
const SECONDS_LENGTH = 19;
/** `2026-06-01T10:00:00.123456Z`: what we write. */
const TIME_LENGTH = 27;

/**
 * Turns rows as COPY writes them (`2026-06-01 10:00:00.5+00⇥220.40⇥NASDAQ`, in UTC) into the text of an answer, byte by
 * byte and with no string per row: PostgreSQL would take longer to make that text than to find the rows.
 */
export class CopyRows {
  readonly #text: PriceText;
  readonly #stock: string;
  /** An unfinished row at the end of the last chunk. */
  #rest: Buffer = Buffer.alloc(0);
  /** The exchange of the last row, as COPY wrote it, and what stands around its ticks; it seldom changes. */
  #exchange: Buffer = Buffer.alloc(0);
  #around: Readonly<Record<keyof RowText, Buffer>> = noText;

  constructor(text: PriceText, stock: string) {
    this.#text = text;
    this.#stock = stock;
  }

  /** The rows that end in this chunk. */
  write(chunk: Buffer): Buffer {
    const input = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let output = Buffer.allocUnsafe(input.length * 3 + 1024);
    let at = 0;
    let row = 0;
    for (let end = input.indexOf(NEWLINE, row); end >= 0; end = input.indexOf(NEWLINE, row)) {
      const afterTime = input.indexOf(TAB, row + SECONDS_LENGTH);
      const afterPrice = input.indexOf(TAB, afterTime + 1);
      this.#setExchange(input, afterPrice + 1, end);
      const { beforeTime, beforePrice, afterPrice: tail } = this.#around;
      const length = beforeTime.length + TIME_LENGTH + beforePrice.length + (afterPrice - afterTime) + tail.length;
      if (at + length > output.length) output = Buffer.concat([output], output.length * 2 + length);
      at = put(output, at, beforeTime, 0, beforeTime.length);
      at = putTime(output, at, input, row);
      at = put(output, at, beforePrice, 0, beforePrice.length);
      at = put(output, at, input, afterTime + 1, afterPrice);
      at = put(output, at, tail, 0, tail.length);
      row = end + 1;
    }
    this.#rest = Buffer.from(input.subarray(row));
    return output.subarray(0, at);
  }

  #setExchange(input: Buffer, from: number, end: number): void {
    const known = this.#exchange;
    if (known.length === end - from) {
      let i = 0;
      while (i < known.length && known[i] === input[from + i]) i++;
      if (i === known.length) return;
    }
    this.#exchange = Buffer.from(input.subarray(from, end));
    const text = rowText(this.#text, this.#stock, unescapeCopy(this.#exchange.toString()));
    this.#around = {
      beforeTime: Buffer.from(text.beforeTime),
      beforePrice: Buffer.from(text.beforePrice),
      afterPrice: Buffer.from(text.afterPrice),
    };
  }
}

const noText = { beforeTime: Buffer.alloc(0), beforePrice: Buffer.alloc(0), afterPrice: Buffer.alloc(0) };

// A loop: for a few bytes it is several times faster than `copy` and `set`.
function put(output: Buffer, at: number, source: Buffer, from: number, end: number): number {
  let to = at;
  for (let i = from; i < end; i++) output[to++] = source[i] as number;
  return to;
}

function putTime(output: Buffer, at: number, input: Buffer, row: number): number {
  let to = put(output, at, input, row, row + SECONDS_LENGTH);
  output[at + 10] = LETTER_T;
  output[to++] = POINT;
  let i = row + SECONDS_LENGTH;
  const end = at + TIME_LENGTH - 1;
  if (input[i] === POINT) {
    for (i++; (input[i] as number) >= ZERO; i++) output[to++] = input[i] as number;
  }
  while (to < end) output[to++] = ZERO;
  output[to++] = LETTER_Z;
  return to;
}

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** What COPY meant in its text format. */
export function unescapeCopy(text: string): string {
  return text.replace(/\\(.)/g, (_all, letter: string) => ESCAPES[letter] ?? letter);
}
