import type { DecimalText } from './decimal-text.ts';
import type { EpochMicros } from './epoch-micros.ts';

/** One price of one stock on one exchange at one moment. */
export interface Tick {
  readonly stock: string;
  readonly exchange: string;
  readonly price: DecimalText;
  readonly time: EpochMicros;
}

/** A tick with its number in its lane: in the order of arrival, from the clock's microseconds on, never used twice. */
export interface SequencedTick extends Tick {
  readonly seq: number;
}

/**
 * The one order of ticks everywhere: by time, then by arrival, then (only ticks without a number, of before there were
 * any, have equal ones) by price.
 */
export function compareTicks(a: Tick & { readonly seq?: number }, b: Tick & { readonly seq?: number }): number {
  return a.time - b.time || (a.seq ?? 0) - (b.seq ?? 0) || comparePrices(a.price, b.price);
}

/** Compares two plain decimals by value; no float is involved. */
export function comparePrices(a: string, b: string): number {
  const isBelow = a.charCodeAt(0) === MINUS;
  if (isBelow !== (b.charCodeAt(0) === MINUS)) return isBelow ? -1 : 1;
  return isBelow ? compareDigits(b.slice(1), a.slice(1)) : compareDigits(a, b);
}

const MINUS = 0x2d;

function compareDigits(a: string, b: string): number {
  const [aWhole = '', aFraction = ''] = a.split('.');
  const [bWhole = '', bFraction = ''] = b.split('.');
  if (aWhole.length !== bWhole.length) return aWhole.length - bWhole.length;
  if (aWhole !== bWhole) return aWhole < bWhole ? -1 : 1;
  const digits = Math.max(aFraction.length, bFraction.length);
  const [left, right] = [aFraction.padEnd(digits, '0'), bFraction.padEnd(digits, '0')];
  return left === right ? 0 : left < right ? -1 : 1;
}
