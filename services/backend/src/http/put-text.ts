const ZERO = 48;
const MINUS = 45;
const POINT = 46;
/** Up to here a whole number fits the arithmetic of 32 bits, which is several times as fast. */
const SMALL = 2 ** 30;
const EIGHT_DIGITS = 100_000_000;

/** Bytes that {@link putDecimal} needs at most, of a number with so many decimals. */
export function decimalRoom(decimals: number): number {
  return decimals + 20;
}

/** Copies bytes. @returns where they end. A loop: for a few bytes it is several times faster than `set`. */
export function putBytes(out: Uint8Array, at: number, bytes: Uint8Array): number {
  const count = bytes.length;
  for (let i = 0; i < count; i++) out[at + i] = bytes[i] as number;
  return at + count;
}

/** The digits of a whole number from 0 to 2^53, with zeros before them where it has fewer. @returns where they end */
export function putPadded(out: Uint8Array, at: number, value: number, width: number): number {
  let to = at + width;
  let rest = value;
  while (rest >= SMALL) {
    let high = Math.floor(rest / EIGHT_DIGITS);
    let low = rest - high * EIGHT_DIGITS;
    // The quotient of two exact numbers is rounded.
    if (low < 0) {
      high--;
      low += EIGHT_DIGITS;
    }
    for (let i = 0; i < 8; i++) {
      const tens = (low / 10) | 0;
      out[--to] = ZERO + low - tens * 10;
      low = tens;
    }
    rest = high;
  }
  let small = rest | 0;
  while (to > at) {
    const tens = (small / 10) | 0;
    out[--to] = ZERO + small - tens * 10;
    small = tens;
  }
  return at + width;
}

/** A whole number from 0 to 2^53. @returns where it ends */
export function putWhole(out: Uint8Array, at: number, value: number): number {
  let digits = 1;
  for (let power = 10; value >= power; power *= 10) digits++;
  return putPadded(out, at, value, digits);
}

/** `mantissa` × 10^-`decimals`, with all its decimals. @param mantissa whole, less than 2^53 from 0. @returns where it ends */
export function putDecimal(out: Uint8Array, start: number, mantissa: number, decimals: number): number {
  let at = start;
  if (mantissa < 0) out[at++] = MINUS;
  const digits = Math.abs(mantissa);
  if (decimals === 0) return putWhole(out, at, digits);
  // No mantissa has a digit before the point then.
  const power = decimals > 15 ? Number.POSITIVE_INFINITY : (POWERS[decimals] as number);
  let whole = Math.floor(digits / power);
  let fraction = whole === 0 ? digits : digits - whole * power;
  if (fraction < 0) {
    whole--;
    fraction += power;
  }
  at = putWhole(out, at, whole);
  out[at++] = POINT;
  return putPadded(out, at, fraction, decimals);
}

const POWERS = Float64Array.from({ length: 16 }, (_, i) => Number(`1e${i}`));
