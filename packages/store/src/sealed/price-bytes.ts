import type { PriceColumn, ScaledPrices } from './tick-columns.ts';

const MINUS = 45;
const POINT = 46;
const ZERO = 48;
/** As many digits as integer arithmetic takes at once. */
const PART_DIGITS = 9;
const PART = 10 ** PART_DIGITS;
/** Digits of a mantissa below 2^52, the zero before the point, the point and a minus. */
const OTHER_BYTES = 16 + 3;

/** As many bytes as a price of the column takes at most. */
export function mostPriceBytes(prices: PriceColumn): number {
  if (prices.kind === 'scaled') return prices.scale + OTHER_BYTES;
  return prices.texts.reduce((most, text) => Math.max(most, text.length), 0);
}

/**
 * Writes a price as it was written, with no string in between, into {@link mostPriceBytes} that are there.
 * @returns the place behind
 */
export function writePrice(bytes: Buffer, at: number, prices: PriceColumn, i: number): number {
  return prices.kind === 'scaled'
    ? writeScaled(bytes, at, prices, i)
    : at + bytes.write(prices.texts[i] as string, at, 'latin1');
}

function writeScaled(bytes: Buffer, start: number, { mantissas, scale, written }: ScaledPrices, i: number): number {
  let value = mantissas[i] as number;
  let decimals = scale;
  if (written !== undefined && written[i] !== scale) {
    decimals = written[i] as number;
    value /= 10 ** (scale - decimals);
  }
  let at = start;
  if (value < 0) {
    bytes[at++] = MINUS;
    value = -value;
  }
  const end = at + Math.max(digitsOf(value), decimals + 1) + (decimals > 0 ? 1 : 0);
  let to = end - 1;
  // From the last digit to the first.
  let left = decimals > 0 ? decimals : -1;
  while (to >= at) {
    const higher = value < PART ? 0 : Math.floor(value / PART);
    let rest = (value - higher * PART) | 0;
    // Those of the highest part, and zeros up to the one before the point.
    const digits = higher === 0 ? Number.POSITIVE_INFINITY : PART_DIGITS;
    for (let digit = 0; digit < digits && to >= at; digit++) {
      if (left-- === 0) bytes[to--] = POINT;
      const next = (rest / 10) | 0;
      bytes[to--] = ZERO + rest - next * 10;
      rest = next;
    }
    value = higher;
  }
  return end;
}

function digitsOf(value: number): number {
  if (value < 100_000) return value < 100 ? (value < 10 ? 1 : 2) : value < 1000 ? 3 : value < 10_000 ? 4 : 5;
  let digits = 6;
  for (let bound = 1_000_000; value >= bound; bound *= 10) digits++;
  return digits;
}
