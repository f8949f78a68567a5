import type { Brand } from './brand.ts';

/** Integer microseconds since 1970-01-01T00:00:00Z. Exact in a double until the year 2255. */
export type EpochMicros = Brand<number, 'EpochMicros'>;

export const MICROS_PER_SECOND = 1_000_000;
export const MICROS_PER_DAY = 86_400 * MICROS_PER_SECOND;

let cachedSecond = Number.NaN;
let cachedPrefix = '';

/** Prints `2026-11-22T10:00:00.123456Z`: RFC 3339, UTC, always six digits. */
export function formatMicros(time: EpochMicros): string {
  const second = Math.floor(time / MICROS_PER_SECOND);
  if (second !== cachedSecond) {
    // Ticks of one second share its date; formatting it once a second is most of this function's speed.
    cachedPrefix = new Date(second * 1000).toISOString().slice(0, 20);
    cachedSecond = second;
  }
  const micros = time - second * MICROS_PER_SECOND;
  return `${cachedPrefix}${(micros + MICROS_PER_SECOND).toString().slice(1)}Z`;
}

/**
 * The digits of a decimal number of seconds (`scale` 6), ms (3), µs (0) or ns (-3) to microseconds, rounded half up;
 * no float is involved.
 */
export function decimalMicros(whole: string, fraction: string, scale: number): EpochMicros {
  const digits = (whole + fraction).padStart(3, '0');
  const point = digits.length - fraction.length + scale;
  const roundUp = digits.charCodeAt(point) >= 53 ? 1 : 0;
  return (Number(digits.slice(0, point).padEnd(point, '0')) + roundUp) as EpochMicros;
}

/** Milliseconds of JavaScript's clock to microseconds. */
export function millisToMicros(millis: number): EpochMicros {
  return Math.round(millis * 1000) as EpochMicros;
}
