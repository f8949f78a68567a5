import type { PriceColumn, ScaledPrices } from './tick-columns.ts';

/** Mantissas lie below. */
export const MANTISSA_BOUND = 2 ** 52;
/** `written` is a column of bytes. */
const MOST_DECIMALS = 255;
const MOST_DIGITS = 16;
const POINT = 46;
const MINUS = 45;
const ZERO = 48;

/** Prices as mantissas of one scale, or as texts where a double can't hold one of them. */
export function priceColumn(texts: readonly string[]): PriceColumn {
  return scaledPrices(texts) ?? { kind: 'texts', texts };
}

/** `undefined`: a price has more digits, or more decimals, than {@link ScaledPrices} hold. */
export function scaledPrices(texts: readonly string[]): ScaledPrices | undefined {
  const written = new Uint8Array(texts.length);
  let scale = 0;
  let isEven = true;
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i] as string;
    const point = text.indexOf('.');
    const decimals = point < 0 ? 0 : text.length - point - 1;
    if (decimals > MOST_DECIMALS) return undefined;
    if (decimals !== scale) {
      isEven &&= i === 0;
      if (decimals > scale) scale = decimals;
    }
    written[i] = decimals;
  }
  const mantissas = new Float64Array(texts.length);
  for (let i = 0; i < texts.length; i++) {
    const mantissa = digitsOf(texts[i] as string) * 10 ** (scale - (written[i] as number));
    if (!(Math.abs(mantissa) < MANTISSA_BOUND)) return undefined;
    mantissas[i] = mantissa;
  }
  return { kind: 'scaled', mantissas, scale, written: isEven ? undefined : written };
}

/** A decimal without its point; NaN where it is more than digits or has too many of them. */
function digitsOf(text: string): number {
  const first = text.charCodeAt(0) === MINUS ? 1 : 0;
  let value = 0;
  let digits = 0;
  for (let i = first; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === POINT) continue;
    const digit = code - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    if (digit > 0 || digits > 0) digits++;
    if (digits > MOST_DIGITS) return Number.NaN;
    value = value * 10 + digit;
  }
  // Not -0, which is another number than 0 to whoever compares.
  return first === 1 && value !== 0 ? -value : value;
}

/** The zeros at the end of a mantissa that are decimals: 1 for 22040 of scale 2, 0 for 22000 of scale 0. */
export function trailingZeros(mantissa: number, scale: number): number {
  if (mantissa === 0) return scale;
  let zeros = 0;
  let rest = mantissa;
  // Integer arithmetic is several times faster.
  for (let whole = rest | 0; zeros < scale && whole === rest; zeros++) {
    whole = (whole / 10) | 0;
    if (whole * 10 !== rest) return zeros;
    rest = whole;
  }
  for (; zeros < scale && rest % 10 === 0; zeros++) rest /= 10;
  return zeros;
}

/** The decimals that are written of each mantissa where zeros at the end are not. */
export function shortestDecimals(mantissas: Float64Array, scale: number): Uint8Array {
  const written = new Uint8Array(mantissas.length).fill(scale);
  for (let i = 0; i < mantissas.length; i++) {
    const mantissa = mantissas[i] as number;
    const whole = mantissa | 0;
    // Of few prices the last digit is a zero; integer arithmetic finds them.
    if (Math.imul((whole / 10) | 0, 10) === whole || whole !== mantissa)
      written[i] = scale - trailingZeros(mantissa, scale);
  }
  return written;
}
