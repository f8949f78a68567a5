import { type ColumnCode, fieldBytes } from './column-code.ts';

/** Bytes behind a payload that {@link readColumn} may look at. */
export const SPARE_BYTES = 8;
/** As many bits as lie in four bytes from any bit on. */
const WINDOW_BITS = 25;
const HALF_BITS = 24;

/**
 * Unpacks a column.
 * @param bytes the payload with {@link SPARE_BYTES} behind it
 * @param start where the column starts
 * @returns the values and where the column ends; `undefined`: it can't be one of this code
 */
export function readColumn(
  bytes: Uint8Array,
  start: number,
  count: number,
  code: ColumnCode,
): { readonly values: Float64Array; readonly end: number } | undefined {
  const unaryStart = start + fieldBytes(code, count);
  const end = unaryStart + code.unaryBytes;
  if (end + SPARE_BYTES > bytes.length) return undefined;
  const out = new Float64Array(count);
  readFields(bytes, start, code.low + code.ranked, out);
  const isRight =
    code.values.length > 0 ? addRanked(bytes, unaryStart, code, out) : addPlain(bytes, unaryStart, code, out);
  return isRight ? { values: out, end } : undefined;
}

function readFields(bytes: Uint8Array, start: number, width: number, out: Float64Array): void {
  if (width === 0) return;
  let bit = start * 8;
  if (width <= WINDOW_BITS) {
    const shift = 32 - width;
    for (let i = 0; i < out.length; i++) {
      out[i] = (windowAt(bytes, bit >>> 3) << (bit & 7)) >>> shift;
      bit += width;
    }
    return;
  }
  const high = width - HALF_BITS;
  for (let i = 0; i < out.length; i++) {
    const upper =
      high <= WINDOW_BITS
        ? bitsAt(bytes, bit, high)
        : bitsAt(bytes, bit, high - 16) * 65536 + bitsAt(bytes, bit + high - 16, 16);
    out[i] = upper * 2 ** HALF_BITS + bitsAt(bytes, bit + high, HALF_BITS);
    bit += width;
  }
}

/** Values without a table: field + quotient × 2^width + least. */
function addPlain(bytes: Uint8Array, start: number, { least, low, ranked, unaryBytes }: ColumnCode, out: Float64Array) {
  if (unaryBytes === 0) {
    if (least !== 0) for (let i = 0; i < out.length; i++) out[i] = (out[i] as number) + least;
    return true;
  }
  const size = 2 ** (low + ranked);
  const unary = new UnaryBits(bytes, start, unaryBytes);
  for (let i = 0; i < out.length; i++) out[i] = (out[i] as number) + unary.next() * size + least;
  return !unary.isOver;
}

/** Values of a table: that of the rank, and the low bits. */
function addRanked(bytes: Uint8Array, start: number, code: ColumnCode, out: Float64Array): boolean {
  const { least, low, ranked, unaryBytes, values } = code;
  const size = 2 ** low;
  const bases = Float64Array.from(values, (value) => least + value * size);
  const step = 2 ** ranked;
  const isShort = low + ranked <= WINDOW_BITS;
  const unary = new UnaryBits(bytes, start, unaryBytes);
  for (let i = 0; i < out.length; i++) {
    const field = out[i] as number;
    let rank = isShort ? field >>> low : Math.floor(field / size);
    const rest = field - rank * size;
    if (unaryBytes > 0) rank += unary.next() * step;
    if (rank >= bases.length) return false;
    out[i] = (bases[rank] as number) + rest;
  }
  return !unary.isOver;
}

/** Numbers as so many zeros and a one. */
class UnaryBits {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #bit: number;

  constructor(bytes: Uint8Array, start: number, length: number) {
    this.#bytes = bytes;
    this.#bit = start * 8;
    this.#end = (start + length) * 8;
  }

  /** More was read than there is. */
  get isOver(): boolean {
    return this.#bit > this.#end;
  }

  next(): number {
    const first = this.#bit;
    let bit = first;
    let window = windowAt(this.#bytes, bit >>> 3) << (bit & 7);
    while (window === 0 && bit < this.#end) {
      bit = (bit | 7) + 25;
      window = windowAt(this.#bytes, bit >>> 3) << (bit & 7);
    }
    bit += Math.clz32(window) + 1;
    this.#bit = bit;
    return bit - 1 - first;
  }
}

function bitsAt(bytes: Uint8Array, bit: number, width: number): number {
  return width === 0 ? 0 : (windowAt(bytes, bit >>> 3) << (bit & 7)) >>> (32 - width);
}

function windowAt(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)
  );
}
