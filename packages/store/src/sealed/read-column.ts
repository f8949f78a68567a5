import { type ColumnCode, fieldBytes } from './column-code.ts';
import { readUnary } from './read-unary.ts';

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
  const unary = readUnary(bytes, unaryStart, code.unaryBytes, out.length);
  if (unary === undefined) return undefined;
  if (code.low + code.ranked > WINDOW_BITS) return readWide(bytes, start, code, unary, out) ? end : undefined;
  if (code.values.length > 0) return readRanked(bytes, start, code, unary, out) ? end : undefined;
  readPlain(bytes, start, code, unary, out);
  return end;
}

/** Values without a table: field + quotient × 2^width + least. */
function readPlain(bytes: DataView, start: number, code: ColumnCode, unary: Int32Array, out: Float64Array): void {
  const { least, low, ranked } = code;
  const width = low + ranked;
  const size = 2 ** width;
  let bit = start * 8;
  for (let i = 0; i < out.length; i++) {
    out[i] = fieldAt(bytes, bit, width) + (unary[i] as number) * size + least;
    bit += width;
  }
}

/** Values of a table: that of the rank, and the low bits. */
function readRanked(bytes: DataView, start: number, code: ColumnCode, unary: Int32Array, out: Float64Array): boolean {
  const { low, ranked } = code;
  const width = low + ranked;
  const step = 1 << ranked;
  const ofLow = (1 << low) - 1;
  const bases = basesOf(code);
  let bit = start * 8;
  for (let i = 0; i < out.length; i++) {
    const field = fieldAt(bytes, bit, width);
    const rank = (field >>> low) + (unary[i] as number) * step;
    if (rank >= bases.length) return false;
    out[i] = (bases[rank] as number) + (field & ofLow);
    bit += width;
  }
  return true;
}

/** Values whose fields are wider than a window. */
function readWide(bytes: DataView, start: number, code: ColumnCode, unary: Int32Array, out: Float64Array): boolean {
  const { least, low, ranked, values } = code;
  const high = low + ranked - HALF_BITS;
  const size = 2 ** low;
  const bases = basesOf(code);
  let bit = start * 8;
  for (let i = 0; i < out.length; i++) {
    const upper =
      high <= WINDOW_BITS
        ? fieldAt(bytes, bit, high)
        : fieldAt(bytes, bit, high - 16) * 65536 + fieldAt(bytes, bit + high - 16, 16);
    const field = upper * 2 ** HALF_BITS + fieldAt(bytes, bit + high, HALF_BITS);
    const ofRank = Math.floor(field / size);
    const rank = ofRank + (unary[i] as number) * 2 ** ranked;
    if (values.length > 0 && rank >= bases.length) return false;
    const base = values.length > 0 ? (bases[rank] as number) : least + rank * size;
    out[i] = base + (field - ofRank * size);
    bit += low + ranked;
  }
  return true;
}

function basesOf({ least, low, values }: ColumnCode): Float64Array {
  const bases = new Float64Array(values.length);
  for (let rank = 0; rank < bases.length; rank++) bases[rank] = least + (values[rank] as number) * 2 ** low;
  return bases;
}

/** A number of up to {@link WINDOW_BITS}. Of none, a shift by 32 bits would leave all. */
function fieldAt(bytes: DataView, bit: number, width: number): number {
  return ((bytes.getInt32(bit >>> 3) << (bit & 7)) >>> 1) >>> (31 - width);
}
