import type { EpochMicros } from '@tickwatch/core';
import type { PageKey } from '@tickwatch/store';
import { ParameterError } from './problem-reply.ts';

type Order = 'asc' | 'desc';

/** Whatever `stock_prices` takes: zero and less, too. */
const PRICE = /^-?\d{1,400}(?:\.\d{1,400})?$/;

/** Text that leads to the row behind a page. */
export function writeCursor({ time, seq, price, exchange, seen, also }: PageKey, order: Order): string {
  const more = also.length === 0 ? [] : [also];
  return Buffer.from(JSON.stringify([order, time, seq, price, exchange, seen, ...more])).toString('base64url');
}

/** @throws ParameterError it is none of ours, or of another order */
export function readCursor(text: string, order: Order): PageKey {
  const key = decode(text);
  if (key === undefined) throw new ParameterError('cursor', 'cursor is not one that this server gave out');
  if (key.order !== order) throw new ParameterError('cursor', `cursor belongs to order=${key.order}`);
  return key;
}

function decode(text: string): (PageKey & { readonly order: string }) | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return undefined;
  }
  if (!Array.isArray(value) || value.length < 6 || value.length > 7) return undefined;
  const [order, time, seq, price, exchange, seen, also = []]: unknown[] = value;
  if ((order !== 'asc' && order !== 'desc') || !isCount(time) || !isCount(seq) || !isCount(seen)) return undefined;
  if (typeof price !== 'string' || !PRICE.test(price)) return undefined;
  if (!isName(exchange) || !Array.isArray(also) || !also.every(isName)) return undefined;
  return { order, time: time as EpochMicros, seq, price, exchange, seen, also };
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && !value.includes('\0');
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
