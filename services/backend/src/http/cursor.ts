import type { EpochMicros } from '@tickwatch/core';
import { parsePrice } from '@tickwatch/core';
import type { PageKey } from '@tickwatch/store';
import { ParameterError } from './problem-reply.ts';

type Order = 'asc' | 'desc';

/** Text that leads to the row behind a page. */
export function writeCursor({ time, seq, price, exchange, seen }: PageKey, order: Order): string {
  return Buffer.from(JSON.stringify([order, time, seq, price, exchange, seen])).toString('base64url');
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
  if (!Array.isArray(value) || value.length !== 6) return undefined;
  const [order, time, seq, price, exchange, seen]: unknown[] = value;
  if ((order !== 'asc' && order !== 'desc') || !isCount(time) || !isCount(seq) || !isCount(seen)) return undefined;
  if (typeof price !== 'string' || parsePrice(price, { signed: true }) !== price) return undefined;
  if (typeof exchange !== 'string' || exchange.includes('\0')) return undefined;
  return { order, time: time as EpochMicros, seq, price, exchange, seen };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
