import { comparePrices, type DecimalText, priceNumber } from '@tickwatch/core';

/** A decimal, and the double next to it: where doubles differ, decimals differ likewise. */
export interface Price {
  readonly text: DecimalText;
  readonly number: number;
}

export function priceOf(text: DecimalText): Price {
  return { text, number: priceNumber(text) };
}

/** Below 0, 0 or above 0; exact. */
export function comparePrice(a: Price, b: Price): number {
  if (a.number !== b.number) return a.number < b.number ? -1 : 1;
  return a.text === b.text ? 0 : comparePrices(a.text, b.text);
}

/** The lower one (`sign` 1) or the higher one (-1). */
export function extremeOf(sign: 1 | -1, a: Price | undefined, b: Price): Price;
export function extremeOf(sign: 1 | -1, a: Price | undefined, b: Price | undefined): Price | undefined;
export function extremeOf(sign: 1 | -1, a: Price | undefined, b: Price | undefined): Price | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return sign * comparePrice(a, b) <= 0 ? a : b;
}
