import type { PriceColumn } from '@tickwatch/store';

/** A price that its file's column can't hold: what was known of the prices beforehand was wrong. */
export class PriceScaleError extends Error {
  readonly code = 'PRICE_SCALE';
  override readonly name = 'PriceScaleError';

  constructor(price: string, scale: number) {
    super(
      `the price ${price} has more than ${scale} decimals, which the other ticks did not have when the file was begun`,
    );
  }
}

/** Writes prices without their point, with `scale` decimals: exact while each stays below 2^53. @throws PriceScaleError */
export function putNumbers(
  prices: PriceColumn,
  from: number,
  until: number,
  scale: number,
  into: Float64Array,
  at: number,
): void {
  if (prices.kind === 'scaled' && prices.scale <= scale) {
    const factor = 10 ** (scale - prices.scale);
    const { mantissas } = prices;
    for (let i = from, to = at; i < until; i++, to++) into[to] = (mantissas[i] as number) * factor;
    return;
  }
  for (let i = from, to = at; i < until; i++, to++) into[to] = Number(unscaled(priceText(prices, i), scale));
}

/** As {@link putNumbers}, of any size. @throws PriceScaleError */
export function putBigints(
  prices: PriceColumn,
  from: number,
  until: number,
  scale: number,
  into: bigint[],
  at: number,
): void {
  if (prices.kind === 'scaled' && prices.scale <= scale) {
    const factor = 10n ** BigInt(scale - prices.scale);
    for (let i = from, to = at; i < until; i++, to++) into[to] = BigInt(prices.mantissas[i] as number) * factor;
    return;
  }
  for (let i = from, to = at; i < until; i++, to++) into[to] = unscaled(priceText(prices, i), scale);
}

/** A price with the digits that were written. */
export function priceText(prices: PriceColumn, i: number): string {
  if (prices.kind === 'texts') return prices.texts[i] as string;
  const mantissa = prices.mantissas[i] as number;
  const digits = String(Math.abs(mantissa)).padStart(prices.scale + 1, '0');
  const point = digits.length - prices.scale;
  const fraction = digits.slice(point, point + (prices.written?.[i] ?? prices.scale));
  return `${mantissa < 0 ? '-' : ''}${digits.slice(0, point)}${fraction === '' ? '' : `.${fraction}`}`;
}

/** A plain decimal without its point, with so many decimals. @throws PriceScaleError it has more */
export function unscaled(text: string, scale: number): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  const kept = fraction.length > scale ? fraction.replace(/0+$/, '') : fraction;
  if (kept.length > scale) throw new PriceScaleError(text, scale);
  return BigInt(whole + kept.padEnd(scale, '0'));
}
