import type { BoardKey, StockKey } from '@tickwatch/store';
import { ParameterError } from './problem-reply.ts';

/** Text that leads to the stock behind a page in the order of names. */
export function writeStockCursor({ stock, exchange }: StockKey): string {
  return encode([stock, exchange]);
}

/** @throws ParameterError it is none of ours */
export function readStockCursor(text: string): StockKey {
  const [stock, exchange, ...more] = decode(text);
  if (!isName(stock) || !isName(exchange) || more.length > 0) throw unknownCursor();
  return { stock, exchange };
}

/** @param order that the board has, as a text of its own */
export function writeBoardCursor({ stock, exchange, value }: BoardKey, order: string): string {
  return encode([order, value, stock, exchange]);
}

/** @throws ParameterError it is none of ours, or of another order */
export function readBoardCursor(text: string, order: string): BoardKey {
  const [ofOrder, value, stock, exchange, ...more] = decode(text);
  const isValue = value === null || (typeof value === 'string' && /^-?\d{1,20000}(?:\.\d{1,20000})?$/.test(value));
  if (typeof ofOrder !== 'string' || !isValue || !isName(stock) || !isName(exchange) || more.length > 0) {
    throw unknownCursor();
  }
  if (ofOrder !== order) throw new ParameterError('cursor', `cursor belongs to ${JSON.stringify(ofOrder)}`);
  return { stock, exchange, value };
}

function encode(value: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function decode(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && !value.includes('\0');
}

function unknownCursor(): ParameterError {
  return new ParameterError('cursor', 'cursor is not one that this server gave out');
}
