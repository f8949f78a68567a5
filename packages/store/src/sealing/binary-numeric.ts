import { MANTISSA_BOUND } from '../sealed/scaled-prices.ts';

/** What COPY writes in front of a numeric's digits: their number, the weight of the first, the sign, the decimals. */
const HEAD_BYTES = 8;
/** NUMERIC_NEG. */
const NEGATIVE = 0x4000;
/** Three groups of four digits stay exact whatever they are multiplied by below the bound. */
const MOST_GROUPS = 3;
const MOST_POWER = 15;
const POWERS = Float64Array.from({ length: MOST_POWER + 1 }, (_, i) => 10 ** i);

/** Of a numeric as COPY writes it: how many decimals were written. */
export function decimalsAt(bytes: DataView, at: number): number {
  return bytes.getUint16(at + 6);
}

/**
 * A numeric without its point (220.40 is 22040).
 * @returns NaN where it is 2^52 or more, or can't be told by doubles: then see {@link numericText}
 */
export function mantissaAt(bytes: DataView, at: number): number {
  const groups = bytes.getUint16(at);
  if (groups > MOST_GROUPS) return Number.NaN;
  let value = 0;
  for (let i = 0, from = at + HEAD_BYTES; i < groups; i++, from += 2) value = value * 10_000 + bytes.getUint16(from);
  if (value === 0) return 0;
  const power = decimalsAt(bytes, at) - 4 * (groups - 1 - bytes.getInt16(at + 2));
  if (power > MOST_POWER || power < -MOST_POWER) return Number.NaN;
  // What is cut is zeros: a group has four digits, and the decimals end within it.
  value = power >= 0 ? value * (POWERS[power] as number) : value / (POWERS[-power] as number);
  if (!(value < MANTISSA_BOUND)) return Number.NaN;
  return bytes.getUint16(at + 4) === NEGATIVE ? -value : value;
}

/** A numeric digit for digit, as PostgreSQL writes it. */
export function numericText(bytes: DataView, at: number): string {
  const groups = bytes.getUint16(at);
  const weight = bytes.getInt16(at + 2);
  const sign = bytes.getUint16(at + 4) === NEGATIVE ? '-' : '';
  const decimals = bytes.getUint16(at + 6);
  const group = (i: number): string =>
    (i < 0 || i >= groups ? 0 : bytes.getUint16(at + HEAD_BYTES + 2 * i)).toString().padStart(4, '0');
  let whole = '';
  for (let i = 0; i <= weight; i++) whole += group(i);
  whole = whole.replace(/^0+(?=\d)/, '') || '0';
  if (decimals === 0) return sign + whole;
  let fraction = '';
  for (let i = weight + 1; fraction.length < decimals; i++) fraction += group(i);
  return `${sign}${whole}.${fraction.slice(0, decimals)}`;
}
