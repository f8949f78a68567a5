import { BLOCK_TICKS } from './sealed-block.ts';

const WORD_BYTES = 4;
const FIRST_BIT = 0x80000000;
const ZEROS = new Int32Array(BLOCK_TICKS);
const FOUND = new Int32Array(BLOCK_TICKS);

/**
 * Reads numbers that are so many zeros and a one.
 * @param bytes three more than the numbers take can be read
 * @param size bytes that they take; 0: all of them are 0
 * @returns so many of them or more, until the next call; `undefined`: there are fewer
 */
export function readUnary(bytes: DataView, start: number, size: number, count: number): Int32Array | undefined {
  if (size === 0) return count <= BLOCK_TICKS ? ZEROS : new Int32Array(count);
  const found = count <= BLOCK_TICKS ? FOUND : new Int32Array(count);
  let i = 0;
  // The bit behind the last one, and that of the word's beginning.
  let from = 0;
  for (let bit = 0; i < count; bit += WORD_BYTES * 8) {
    if (bit >= size * 8) return undefined;
    let word = bytes.getInt32(start + (bit >>> 3));
    while (word !== 0 && i < count) {
      const zeros = Math.clz32(word);
      word ^= FIRST_BIT >>> zeros;
      found[i++] = bit + zeros - from;
      from = bit + zeros + 1;
    }
  }
  return from <= size * 8 ? found : undefined;
}
