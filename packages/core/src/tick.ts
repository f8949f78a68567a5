import type { DecimalText } from './decimal-text.ts';
import type { EpochMicros } from './epoch-micros.ts';

/** One price of one stock on one exchange at one moment. */
export interface Tick {
  readonly stock: string;
  readonly exchange: string;
  readonly price: DecimalText;
  readonly time: EpochMicros;
}

/** A tick with its number in its exchange's feed: counted from 1, in the order of arrival, never used twice. */
export interface SequencedTick extends Tick {
  readonly seq: number;
}

/**
 * The one order of ticks everywhere: by time, then by price, so that what comes first or last among ticks of
 * one microsecond follows from the ticks alone and a rebuild gives the same answer.
 */
export function compareTicks(a: Tick, b: Tick): number {
  return a.time - b.time || comparePrices(a.price, b.price);
}

/** Compares two plain positive decimals by value; no float is involved. */
export function comparePrices(a: string, b: string): number {
  const [aWhole = '', aFraction = ''] = a.split('.');
  const [bWhole = '', bFraction = ''] = b.split('.');
  if (aWhole.length !== bWhole.length) return aWhole.length - bWhole.length;
  if (aWhole !== bWhole) return aWhole < bWhole ? -1 : 1;
  const digits = Math.max(aFraction.length, bFraction.length);
  const [left, right] = [aFraction.padEnd(digits, '0'), bFraction.padEnd(digits, '0')];
  return left === right ? 0 : left < right ? -1 : 1;
}
