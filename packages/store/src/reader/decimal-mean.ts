/** Decimals that a mean has beyond those of the numbers it is made of. */
export const EXTRA_DECIMALS = 12;

/**
 * Divides an exact decimal by a whole number, rounding once, half away from zero as PostgreSQL does. Zeros at the end go.
 * @param sum plain decimal and @param count whole number > 0, as text of any length
 * @param decimals where to round; default: {@link EXTRA_DECIMALS} more than `sum` has
 */
export function decimalMean(sum: string, count: string, decimals = decimalsOf(sum) + EXTRA_DECIMALS): string {
  if (sum.startsWith('-')) {
    const mean = decimalMean(sum.slice(1), count, decimals);
    return /[1-9]/.test(mean) ? `-${mean}` : mean;
  }
  const [whole = '0', fraction = ''] = sum.split('.');
  const shift = decimals - fraction.length;
  const numerator = BigInt(whole + fraction) * 10n ** BigInt(Math.max(0, shift));
  const divisor = BigInt(count) * 10n ** BigInt(Math.max(0, -shift));
  const rounded = (2n * numerator + divisor) / (2n * divisor);
  const digits = rounded.toString().padStart(decimals + 1, '0');
  const trimmed = digits.slice(-decimals).replace(/0+$/, '');
  return `${digits.slice(0, -decimals)}${trimmed === '' ? '' : `.${trimmed}`}`;
}

/** Digits after the point. */
export function decimalsOf(text: string): number {
  const point = text.indexOf('.');
  return point < 0 ? 0 : text.length - point - 1;
}
