import { Type } from 'typebox';

/** RFC 3339, UTC, six digits: `2026-11-22T10:00:00.123456Z`. */
export const Timestamp = Type.String({
  format: 'date-time',
  description: 'RFC 3339, UTC, always six digits.',
  examples: ['2026-11-22T10:00:00.123456Z'],
});

/** A decimal with all its digits: a JSON number, or with `decimals=string` the same digits as a string. */
export const Decimal = Type.Union([Type.Number(), Type.String({ pattern: '^-?\\d+(\\.\\d+)?$' })], {
  description: 'A decimal with all its digits: a number, or with `decimals=string` the same digits as a string.',
  examples: [220.4],
});

// PostgreSQL's text holds any character but NUL.
const NO_NUL = '^[^\\u0000]+$';

export const StockName = Type.String({ minLength: 1, maxLength: 255, pattern: NO_NUL, examples: ['AAPL'] });
export const ExchangeName = Type.String({ minLength: 1, maxLength: 255, pattern: NO_NUL, examples: ['NASDAQ'] });

/** Either the value or null. */
export function Nullable<T extends Parameters<typeof Type.Union>[0][number]>(schema: T) {
  return Type.Union([schema, Type.Null()]);
}

/** One of some words. */
export function OneOf<const T extends string>(
  words: readonly T[],
  options: { description?: string; examples?: T[] } = {},
) {
  return Type.Unsafe<T>({ type: 'string', enum: [...words], ...options });
}
