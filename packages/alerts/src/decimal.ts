import type { DecimalText } from '@tickwatch/core';

/** An exact decimal: `digits` × 10^-`scale`. */
export interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

/** @param text plain notation, as prices are kept */
export function decimalOf(text: string): Decimal {
  const point = text.indexOf('.');
  if (point < 0) return { digits: BigInt(text), scale: 0 };
  return { digits: BigInt(text.slice(0, point) + text.slice(point + 1)), scale: text.length - point - 1 };
}

export function plus(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { digits: scaled(a, scale) + scaled(b, scale), scale };
}

export function minus(a: Decimal, b: Decimal): Decimal {
  return plus(a, { digits: -b.digits, scale: b.scale });
}

export function times(a: Decimal, b: Decimal): Decimal {
  return { digits: a.digits * b.digits, scale: a.scale + b.scale };
}

/** Below 0, 0 or above 0. */
export function compare(a: Decimal, b: Decimal): number {
  const { digits } = minus(a, b);
  return digits < 0n ? -1 : digits > 0n ? 1 : 0;
}

export function absolute({ digits, scale }: Decimal): Decimal {
  return { digits: digits < 0n ? -digits : digits, scale };
}

/** In plain notation, with as many digits as it has. */
export function decimalText({ digits, scale }: Decimal): DecimalText {
  const isBelow = digits < 0n;
  const text = (isBelow ? -digits : digits).toString().padStart(scale + 1, '0');
  const point = text.length - scale;
  const plain = scale === 0 ? text : `${text.slice(0, point)}.${text.slice(point)}`;
  return (isBelow ? `-${plain}` : plain) as DecimalText;
}

/** `a / b` with so many digits behind the point, rounded down (towards 0); `b` is not 0. */
export function quotientText(a: Decimal, b: Decimal, decimals: number): DecimalText {
  const scale = decimals + b.scale;
  const up = scale >= a.scale ? 10n ** BigInt(scale - a.scale) : 1n;
  const down = scale >= a.scale ? 1n : 10n ** BigInt(a.scale - scale);
  return decimalText({ digits: (a.digits * up) / (b.digits * down), scale: decimals });
}

/** Without zeros at its end that say nothing: `5.00` is `5`. */
export function withoutZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function scaled({ digits, scale }: Decimal, to: number): bigint {
  return to === scale ? digits : digits * 10n ** BigInt(to - scale);
}
