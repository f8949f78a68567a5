const MAX_DIGITS = 12;

/** How numbers are written in a language (a BCP 47 tag). What Intl needs to know is made once for each number of digits. */
export function numberTexts(locale: string) {
  const formats = new Map<number, Intl.NumberFormat>();
  const withDigits = (digits: number): Intl.NumberFormat => {
    let format = formats.get(digits);
    if (format === undefined) {
      format = new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
      formats.set(digits, format);
    }
    return format;
  };
  /** So many digits behind the mark, whatever they are. */
  const fixedText = (value: number, digits: number): string => withDigits(digits).format(value);

  /** A price with as many digits as its stock's prices have had, at least two. */
  const priceText = (value: number, digits: number): string =>
    fixedText(value, Math.max(2, Math.min(MAX_DIGITS, digits)));

  /** An exact decimal as the API writes it, digit for digit: nothing is rounded, and no zero is added or left out. */
  const decimalText = (decimal: string): string => {
    const [, sign, whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal) ?? [];
    if (sign === undefined) return decimal;
    const text = withDigits(0).format(BigInt(whole));
    return `${sign === '' ? '' : '−'}${text}${fraction === '' ? '' : decimalMark + fraction}`;
  };

  /** `+1.25`, `−0.40`, `0.00`: a difference of two prices, with a true minus sign. */
  const signedText = (value: number, digits: number): string => {
    const size = Math.abs(value);
    const text = fixedText(size, digits);
    if (Number(size.toFixed(digits)) === 0) return text;
    return value > 0 ? `+${text}` : `−${text}`;
  };

  /** `1,234,567`. */
  const countText = (value: number): string => fixedText(value, 0);

  const decimalMark =
    withDigits(1)
      .formatToParts(0.5)
      .find(({ type }) => type === 'decimal')?.value ?? '.';

  return {
    decimalMark,
    priceText,
    decimalText,
    signedText,
    countText,
    fixedText,

    /** `+0.57 %`. */
    percentText: (ratio: number): string => `${signedText(ratio * 100, 2)} %`,

    /** `987`, `12.3 k`, `4.56 M`: the signs of SI are the same in every language. */
    shortCount: (value: number): string => {
      if (value < 10_000) return countText(value);
      if (value < 1e6) return `${fixedText(value / 1e3, value < 1e5 ? 1 : 0)} k`;
      return value < 1e9 ? `${fixedText(value / 1e6, value < 1e7 ? 2 : 1)} M` : `${fixedText(value / 1e9, 2)} G`;
    },
  };
}

/** How many digits a number has behind its point, as it was written; a float's noise is not counted. */
export function fractionDigits(value: number): number {
  const text = String(Number(value.toPrecision(15)));
  const exponent = text.indexOf('e-');
  if (exponent >= 0) return Math.min(MAX_DIGITS, Number(text.slice(exponent + 2)) + Math.max(0, exponent - 2));
  const point = text.indexOf('.');
  return point < 0 ? 0 : Math.min(MAX_DIGITS, text.length - point - 1);
}
