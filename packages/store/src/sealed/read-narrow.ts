import { basesOf, type CodedColumn, fieldAt, unaryStart } from './coded-column.ts';
import { zigzagDistance } from './zigzag.ts';

const WORD_BITS = 32;
const FIRST_BIT = 0x80000000;

/**
 * Reads the first values of a column whose fields are narrow, in one pass: each of its parts takes as long as to keep it for another.
 * @returns false: it can't be one of this code
 */
export function readNarrow(bytes: DataView, column: CodedColumn, out: Float64Array): boolean {
  const { code, packedAs } = column;
  const { least, low, ranked, unaryBytes } = code;
  const isDistance = packedAs !== 'values';
  const isZigzag = packedAs === 'zigzag';
  const width = low + ranked;
  const size = 2 ** width;
  const ofLow = 2 ** low - 1;
  const step = 2 ** ranked;
  const bases = basesOf(code);
  const isRanked = bases.length > 0;
  const unary = unaryStart(column);
  const unaryBits = unaryBytes * 8;
  let bit = column.start * 8;
  let value = column.before;
  // Of the unary part: where a word begins, its bits that were not read yet, the bit behind the last one that was set.
  let wordBit = -WORD_BITS;
  let word = 0;
  let from = 0;
  for (let i = 0; i < out.length; i++) {
    let quotient = 0;
    if (unaryBits > 0) {
      while (word === 0) {
        wordBit += WORD_BITS;
        if (wordBit >= unaryBits) return false;
        word = bytes.getInt32(unary + (wordBit >>> 3));
      }
      const zeros = Math.clz32(word);
      word ^= FIRST_BIT >>> zeros;
      quotient = wordBit + zeros - from;
      from = wordBit + zeros + 1;
    }
    const field = fieldAt(bytes, bit, width);
    bit += width;
    let packed: number;
    if (isRanked) {
      const rank = (field >>> low) + quotient * step;
      if (rank >= bases.length) return false;
      packed = (bases[rank] as number) + (field & ofLow);
    } else packed = field + quotient * size + least;
    const distance = isZigzag ? zigzagDistance(packed) : packed;
    value = isDistance ? value + distance : distance;
    out[i] = value;
  }
  return from <= unaryBits;
}
