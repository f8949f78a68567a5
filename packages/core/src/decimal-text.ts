import type { Brand } from './brand.ts';

/**
 * A decimal in plain notation, digit for digit as it was received (`220.40` stays `220.40`): greater than zero, but on
 * exchanges of `SIGNED_PRICES`, where it may have a minus in front. Zero has none. It is a valid JSON number and a valid PostgreSQL NUMERIC literal.
 */
export type DecimalText = Brand<string, 'DecimalText'>;

/** More digits than any price has; keeps an exponent such as `1e999999` from growing into a megabyte. */
const MAX_DIGITS = 400;

const PLAIN = /^(?:0|[1-9]\d*)(?:\.\d+)?$/;
const ANY = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,5}))?$/;

/**
 * Reads a finite decimal greater than zero, or with `signed` any finite decimal; anything else is `undefined`. An exponent
 * is written out exactly.
 */
export function parsePrice(text: string, options?: { readonly signed?: boolean }): DecimalText | undefined {
  const signed = options?.signed === true;
  if (text.length <= MAX_DIGITS && PLAIN.test(text)) return isZero(text) && !signed ? undefined : (text as DecimalText);
  const parts = ANY.exec(text);
  if (parts === null) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = parts;
  if (whole === '' && fraction === '') return undefined;
  const plain = shift(whole, fraction, Number(exponent));
  if (plain === undefined) return undefined;
  const zero = isZero(plain);
  if ((zero || sign === '-') && !signed) return undefined;
  return (sign === '-' && !zero ? `-${plain}` : plain) as DecimalText;
}

function shift(whole: string, fraction: string, exponent: number): string | undefined {
  if (whole.length + fraction.length + Math.abs(exponent) > MAX_DIGITS) return undefined;
  let digits = whole + fraction;
  let point = whole.length + exponent;
  if (point <= 0) {
    digits = '0'.repeat(1 - point) + digits;
    point = 1;
  }
  digits = digits.padEnd(point, '0');
  const integer = digits.slice(0, point).replace(/^0+(?=\d)/, '');
  const rest = digits.slice(point);
  return rest === '' ? integer : `${integer}.${rest}`;
}

function isZero(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 49 && code <= 57) return false;
  }
  return true;
}
