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
 * @param count of all its values
 * @param out takes the first of them, as many as it has
 * @returns where the column ends; `undefined`: it can't be one of this code
 */
export function readColumn(
  bytes: DataView,
  start: number,
  code: ColumnCode,
  count: number,
  out: Float64Array,
): number | undefined {
  const unaryStart = start + fieldBytes(code, count);
  const end = unaryStart + code.unaryBytes;
  if (end + SPARE_BYTES > bytes.byteLength) return undefined;
  readFields(bytes, start, code.low + code.ranked, out);
  const isRight =
    code.values.length > 0 ? addRanked(bytes, unaryStart, code, out) : addPlain(bytes, unaryStart, code, out);
  return isRight ? end : undefined;
}

function readFields(bytes: DataView, start: number, width: number, out: Float64Array): void {
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
function addPlain(bytes: DataView, start: number, { least, low, ranked, unaryBytes }: ColumnCode, out: Float64Array) {
  if (unaryBytes === 0) {
    if (least !== 0) for (let i = 0; i < out.length; i++) out[i] = (out[i] as number) + least;
    return true;
  }
  const size = 2 ** (low + ranked);
  const end = (start + unaryBytes) * 8;
  let bit = start * 8;
  for (let i = 0; i < out.length; i++) {
    if (bit > end) return false;
    const one = oneFrom(bytes, bit, end);
    out[i] = (out[i] as number) + (one - bit) * size + least;
    bit = one + 1;
  }
  return bit <= end;
}

/** Values of a table: that of the rank, and the low bits. */
function addRanked(bytes: DataView, start: number, code: ColumnCode, out: Float64Array): boolean {
  const { least, low, ranked, unaryBytes, values } = code;
  const size = 2 ** low;
  const bases = Float64Array.from(values, (value) => least + value * size);
  const step = 2 ** ranked;
  const isShort = low + ranked <= WINDOW_BITS;
  const end = (start + unaryBytes) * 8;
  let bit = start * 8;
  for (let i = 0; i < out.length; i++) {
    const field = out[i] as number;
    let rank = isShort ? field >>> low : Math.floor(field / size);
    const rest = field - rank * size;
    if (unaryBytes > 0) {
      if (bit > end) return false;
      const one = oneFrom(bytes, bit, end);
      rank += (one - bit) * step;
      bit = one + 1;
    }
    if (rank >= bases.length) return false;
    out[i] = (bases[rank] as number) + rest;
  }
  return bit <= end;
}

/** The first bit from one on that is set: numbers are so many zeros and a one. Beyond the end: there is none. */
function oneFrom(bytes: DataView, from: number, end: number): number {
  let bit = from;
  let window = windowAt(bytes, bit >>> 3) << (bit & 7);
  while (window === 0 && bit < end) {
    bit = (bit | 7) + 25;
    window = windowAt(bytes, bit >>> 3) << (bit & 7);
  }
  return bit + Math.clz32(window);
}

function bitsAt(bytes: DataView, bit: number, width: number): number {
  return width === 0 ? 0 : (windowAt(bytes, bit >>> 3) << (bit & 7)) >>> (32 - width);
}

function windowAt(bytes: DataView, at: number): number {
  return bytes.getInt32(at);
}
