import type { PriceColumn } from './tick-columns.ts';

/** A price as it was written. */
export function priceText(prices: PriceColumn, i: number): string {
  if (prices.kind === 'texts') return prices.texts[i] as string;
  const { mantissas, scale, written } = prices;
  const decimals = written === undefined ? scale : (written[i] as number);
  const mantissa = (mantissas[i] as number) / 10 ** (scale - decimals);
  if (decimals === 0) return mantissa.toFixed(0);
  const digits = Math.abs(mantissa)
    .toFixed(0)
    .padStart(decimals + 1, '0');
  return `${mantissa < 0 ? '-' : ''}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
