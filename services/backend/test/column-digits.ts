/** With so many decimals. */
export function padded(price: string, scale: number): string {
  const [whole = '', fraction = ''] = price.split('.');
  return scale === 0 ? whole : `${whole}.${fraction.padEnd(scale, '0')}`;
}

/** A decimal of Arrow, from its four words. */
export function decimalOf(words: readonly number[], scale: number): string {
  const value = BigInt.asIntN(
    128,
    words.reduce((sum, word, i) => sum | (BigInt(word >>> 0) << BigInt(32 * i)), 0n),
  );
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  const sign = value < 0n ? '-' : '';
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
