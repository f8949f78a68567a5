const MAX_DIGITS = 12;

/** How many digits a number has behind its point, as it was written; a float's noise is not counted. */
export function fractionDigits(value: number): number {
  const text = String(Number(value.toPrecision(15)));
  const exponent = text.indexOf('e-');
  if (exponent >= 0) return Math.min(MAX_DIGITS, Number(text.slice(exponent + 2)) + Math.max(0, exponent - 2));
  const point = text.indexOf('.');
  return point < 0 ? 0 : Math.min(MAX_DIGITS, text.length - point - 1);
}

/** A price with as many digits as its stock's prices have had, at least two. */
export function priceText(value: number, digits: number): string {
  return value.toFixed(Math.max(2, Math.min(MAX_DIGITS, digits)));
}

/** `+1.25`, `−0.40`, `0.00`: a difference of two prices, with a true minus sign. */
export function signedText(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return text;
  return value > 0 ? `+${text}` : `−${text}`;
}

/** `+0.57 %`. */
export function percentText(ratio: number): string {
  return `${signedText(ratio * 100, 2)} %`;
}

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `1,234,567`. */
export function countText(value: number): string {
  return grouped.format(value);
}

/** `987`, `12.3 k`, `4.56 M`. */
export function shortCount(value: number): string {
  if (value < 10_000) return countText(value);
  if (value < 1e6) return `${(value / 1e3).toFixed(value < 1e5 ? 1 : 0)} k`;
  return value < 1e9 ? `${(value / 1e6).toFixed(value < 1e7 ? 2 : 1)} M` : `${(value / 1e9).toFixed(2)} G`;
}

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];

/** `640 B`, `3.2 MB`. */
export function bytesText(bytes: number): string {
  const step = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** step;
  return `${step === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${UNITS[step]}`;
}

/** `4.2 ms`, `1.30 s`. */
export function latencyText(seconds: number): string {
  return seconds < 1 ? `${(seconds * 1000).toFixed(seconds < 0.01 ? 1 : 0)} ms` : `${seconds.toFixed(2)} s`;
}
