import type { DecimalText } from './decimal-text.ts';

const ZERO = 0x30;
const POINT = 0x2e;
const MINUS = 0x2d;
/** So many digits, and the powers of ten up to them, are exact in a double. */
const MAX_DIGITS = 15;
/** Beyond it there is no reckoning with distances. */
const MAX = 1e300;
const POWERS = Array.from({ length: MAX_DIGITS + 1 }, (_, i) => 10 ** i);

/** A price as a double, good enough to judge by: a fifth of the time of `Number()` for usual ones. */
export function priceNumber(price: DecimalText): number {
  const { length } = price;
  if (length > MAX_DIGITS) return Math.max(-MAX, Math.min(MAX, Number(price)));
  const start = price.charCodeAt(0) === MINUS ? 1 : 0;
  let value = 0;
  let decimals = 0;
  for (let at = start; at < length; at++) {
    const code = price.charCodeAt(at);
    if (code === POINT) decimals = length - at - 1;
    else value = value * 10 + code - ZERO;
  }
  if (decimals > 0) value /= POWERS[decimals] as number;
  return start === 0 ? value : -value;
}

/** How many digits stand behind the point. */
export function decimalsOf(price: DecimalText): number {
  const point = price.indexOf('.');
  return point < 0 ? 0 : price.length - point - 1;
}
