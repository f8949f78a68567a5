import { type PriceColumn, priceText } from '@tickwatch/store';

/** A price that its file's column can't hold: what was known of the prices beforehand was wrong. */
export class PriceScaleError extends Error {
  readonly code = 'PRICE_SCALE';
  override readonly name = 'PriceScaleError';

  constructor(price: string) {
    super(
      `a price of ${price} came while the file was written, with more digits than those that were there: start again`,
    );
  }
}

/** A decimal column of 38 digits holds what is less far from 0. */
export const MOST_WIDE = 10n ** 38n;

/** Writes prices from one to another without their point, with `scale` decimals. @throws PriceScaleError one would not be exact */
export function putNumbers(
  prices: PriceColumn,
  [from, until]: readonly [number, number],
  scale: number,
  into: Float64Array,
  at: number,
): void {
  const isScaled = prices.kind === 'scaled' && prices.scale <= scale;
  const factor = isScaled ? 10 ** (scale - prices.scale) : 0;
  for (let i = from, to = at; i < until; i++, to++) {
    const value = isScaled ? (prices.mantissas[i] as number) * factor : Number(unscaled(priceText(prices, i), scale));
    if (!Number.isSafeInteger(value)) throw new PriceScaleError(priceText(prices, i));
    into[to] = value;
  }
}

/** As {@link putNumbers}, of up to 38 digits. @throws PriceScaleError */
export function putBigints(
  prices: PriceColumn,
  [from, until]: readonly [number, number],
  scale: number,
  into: bigint[],
): void {
  const isScaled = prices.kind === 'scaled' && prices.scale <= scale;
  const factor = isScaled ? 10n ** BigInt(scale - prices.scale) : 0n;
  for (let i = from; i < until; i++) {
    const value = isScaled ? BigInt(prices.mantissas[i] as number) * factor : unscaled(priceText(prices, i), scale);
    if (value >= MOST_WIDE || value <= -MOST_WIDE) throw new PriceScaleError(priceText(prices, i));
    into.push(value);
  }
}

/** A plain decimal without its point, with so many decimals. @throws PriceScaleError it has more */
export function unscaled(text: string, scale: number): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  const kept = fraction.length > scale ? fraction.replace(/0+$/, '') : fraction;
  if (kept.length > scale) throw new PriceScaleError(text);
  return BigInt(whole + kept.padEnd(scale, '0'));
}
