import type { PriceColumn } from './tick-columns.ts';

/** A price as it was written. */
export function priceText(prices: PriceColumn, i: number): string {
  if (prices.kind === 'texts') return prices.texts[i] as string;
  const { mantissas, scale, written } = prices;
  const decimals = written === undefined ? scale : (written[i] as number);
  return scaledText((mantissas[i] as number) / 10 ** (scale - decimals), decimals);
}

/** A whole number × 10^-decimals, with all of its decimals: 22040 of 2 is 220.40. */
export function scaledText(mantissa: number, decimals: number): string {
  if (decimals === 0) return String(mantissa);
  const digits = String(Math.abs(mantissa)).padStart(decimals + 1, '0');
  return `${mantissa < 0 ? '-' : ''}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
