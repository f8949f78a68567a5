const ZERO = 48;
const POINT = 46;
const MINUS = 45;

const INT32 = 2 ** 31;

/** Bytes that {@link putDecimal} needs at most: sign, 16 digits, point, decimals. */
export function decimalLength(scale: number): number {
  return scale + 19;
}

/**
 * Writes mantissa × 10^-scale with so many decimals; those that are left out are zeros.
 * @param mantissa an integer below 2^52 @returns where it ends
 */
export function putDecimal(out: Uint8Array, at: number, mantissa: number, scale: number, decimals: number): number {
  let start = at;
  let rest = mantissa;
  if (rest < 0) {
    out[start++] = MINUS;
    rest = -rest;
  }
  if (decimals < scale) rest /= 10 ** (scale - decimals);
  const digits = Math.max(countDigits(rest), decimals + 1);
  const end = start + digits + (decimals === 0 ? 0 : 1);
  let to = end;
  let left = decimals;
  for (; rest >= INT32; left--) {
    if (left === 0 && decimals > 0) out[--to] = POINT;
    const next = Math.floor(rest / 10);
    out[--to] = ZERO + (rest - next * 10);
    rest = next;
  }
  let small = rest | 0;
  while (to > start) {
    if (left === 0 && decimals > 0 && to < end) out[--to] = POINT;
    const next = (small / 10) | 0;
    out[--to] = ZERO + (small - next * 10);
    small = next;
    left--;
  }
  return end;
}

function countDigits(value: number): number {
  let digits = 1;
  for (let bound = 10; value >= bound; bound *= 10) digits++;
  return digits;
}

/** Writes so many digits, with zeros in front. */
export function putDigits(out: Uint8Array, at: number, value: number, digits: number): void {
  let rest = value | 0;
  for (let to = at + digits - 1; to >= at; to--) {
    const next = (rest / 10) | 0;
    out[to] = ZERO + (rest - next * 10);
    rest = next;
  }
}
