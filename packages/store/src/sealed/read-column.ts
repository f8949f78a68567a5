import { basesOf, type CodedColumn, fieldAt, unaryStart, unpackedValue, WINDOW_BITS } from './coded-column.ts';
import { readNarrow } from './read-narrow.ts';
import { readUnary } from './read-unary.ts';

/** Bytes behind a payload that {@link readColumn} may look at. */
export const SPARE_BYTES = 8;
const HALF_BITS = 24;

/**
 * Unpacks a column.
 * @param bytes the payload with {@link SPARE_BYTES} behind it
 * @param out takes the first values, as many as it has
 * @returns where the column ends; `undefined`: it can't be one of its code
 */
export function readColumn(bytes: DataView, column: CodedColumn, out: Float64Array): number | undefined {
  const { code } = column;
  const end = unaryStart(column) + code.unaryBytes;
  if (end + SPARE_BYTES > bytes.byteLength) return undefined;
  const read = code.low + code.ranked <= WINDOW_BITS ? readNarrow : readWide;
  return read(bytes, column, out) ? end : undefined;
}

function readWide(bytes: DataView, column: CodedColumn, out: Float64Array): boolean {
  const { code, packedAs } = column;
  const { least, low, ranked, unaryBytes } = code;
  const quotients = readUnary(bytes, unaryStart(column), unaryBytes, out.length);
  if (quotients === undefined) return false;
  const high = low + ranked - HALF_BITS;
  const size = 2 ** low;
  const bases = basesOf(code);
  let bit = column.start * 8;
  let value = column.before;
  for (let i = 0; i < out.length; i++) {
    const upper =
      high <= WINDOW_BITS
        ? fieldAt(bytes, bit, high)
        : fieldAt(bytes, bit, high - 16) * 65536 + fieldAt(bytes, bit + high - 16, 16);
    const field = upper * 2 ** HALF_BITS + fieldAt(bytes, bit + high, HALF_BITS);
    bit += low + ranked;
    const ofRank = Math.floor(field / size);
    const rank = ofRank + (quotients[i] as number) * 2 ** ranked;
    const base = bases.length > 0 ? bases[rank] : least + rank * size;
    if (base === undefined) return false;
    value = unpackedValue(base + (field - ofRank * size), value, packedAs);
    out[i] = value;
  }
  return true;
}
