import { BLOCK_TICKS } from './sealed-block.ts';

const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;
const FROM = new Uint32Array(BLOCK_TICKS);
const TO = new Uint32Array(BLOCK_TICKS);
const PLACES = new Uint32Array(DIGITS);

export type Values = Float64Array | Uint32Array;

/** Non-negative integers in order. What it returns may be overwritten by the next call. */
export function sortedValues(column: Float64Array): Values {
  let most = 0;
  for (let i = 0; i < column.length; i++) if ((column[i] as number) > most) most = column[i] as number;
  if (most >= 2 ** 32 || column.length > BLOCK_TICKS) return column.slice().sort();
  return sortedByDigits(column, most);
}

/** Digit by digit, the lowest first: several times faster than by comparing. */
function sortedByDigits(column: Float64Array, most: number): Uint32Array {
  const count = column.length;
  let [from, to] = [FROM, TO];
  for (let i = 0; i < count; i++) from[i] = column[i] as number;
  for (let shift = 0; shift < 32 && most >>> shift > 0; shift += DIGIT_BITS) {
    PLACES.fill(0);
    for (let i = 0; i < count; i++) {
      const digit = ((from[i] as number) >>> shift) & (DIGITS - 1);
      PLACES[digit] = (PLACES[digit] as number) + 1;
    }
    let place = 0;
    for (let digit = 0; digit < DIGITS; digit++) {
      const times = PLACES[digit] as number;
      PLACES[digit] = place;
      place += times;
    }
    for (let i = 0; i < count; i++) {
      const value = from[i] as number;
      const digit = (value >>> shift) & (DIGITS - 1);
      const at = PLACES[digit] as number;
      PLACES[digit] = at + 1;
      to[at] = value;
    }
    [from, to] = [to, from];
  }
  return from.subarray(0, count);
}
