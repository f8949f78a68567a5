import { decimalsOf } from '@tickwatch/store';

/**
 * How the prices of one file stand in their column. `narrow`: DECIMAL(18, scale), every price an integer below 10^15 when
 * its point is left out; `wide`: DECIMAL(38, scale); `text`: the digits as they were written.
 */
export type PriceKind = { readonly kind: 'narrow' | 'wide'; readonly scale: number } | { readonly kind: 'text' };

/** A price has more digits than any decimal column holds. */
export class TooManyDigitsError extends Error {
  readonly code = 'TOO_MANY_DIGITS';
  override readonly name = 'TooManyDigitsError';
}

const NARROW_DIGITS = 15;
const WIDE_DIGITS = 38;

/**
 * The one kind that holds every price of a file.
 * @param prices decimals that have as many digits before the point as any of them
 * @param sums decimals that have as many behind it; default: the same
 * @throws TooManyDigitsError no decimal of Parquet and Arrow has that many digits
 */
export function priceKind(
  prices: readonly string[],
  decimals: 'number' | 'string',
  sums: readonly string[] = prices,
): PriceKind {
  const scale = sums.reduce((most, sum) => Math.max(most, decimalsOf(sum)), 0);
  const whole = prices.reduce((most, price) => Math.max(most, wholeDigits(price)), 1);
  return kindOfDigits(whole, scale, decimals);
}

/**
 * @param whole the most digits before the point, at least 1
 * @param scale the most behind it
 * @throws TooManyDigitsError
 */
export function kindOfDigits(whole: number, scale: number, decimals: 'number' | 'string'): PriceKind {
  if (decimals === 'string') return { kind: 'text' };
  const digits = whole + scale;
  if (digits <= NARROW_DIGITS) return { kind: 'narrow', scale };
  if (digits <= WIDE_DIGITS) return { kind: 'wide', scale };
  throw new TooManyDigitsError(
    `these prices need ${digits} digits, ${scale} of them after the point; a DECIMAL of Parquet or Arrow has ${WIDE_DIGITS}`,
  );
}

/** Digits before the point, without zeros at the start. */
export function wholeDigits(price: string): number {
  return price.replace(/^-?0*/, '').replace(/\..*$/, '').length;
}
