import { readFile } from 'node:fs/promises';
import { decodeText, isExchangeName, nowMicros } from '@tickwatch/core';
import { ConfigError } from '@tickwatch/runtime';
import type { Stock } from './stock.ts';

const MAX_PRICE = 1_000_000_000;

/**
 * Reads a stock list: a JSON array of `{"stock_name", "exchange_name", "price"}`.
 * @throws ConfigError naming everything that is wrong with it
 */
export async function readStocksFile(path: string): Promise<readonly Stock[]> {
  const items = await readArray(path);
  const problems: string[] = [];
  const stocks = items.flatMap((item, index) => {
    const stock = parseStock(item);
    if (typeof stock !== 'string') return [stock];
    problems.push(`GENERATOR_STOCKS_FILE, item ${index + 1}: ${stock}`);
    return [];
  });
  if (items.length === 0) problems.push('GENERATOR_STOCKS_FILE lists no stock');
  if (problems.length > 0) throw new ConfigError(problems);
  return stocks;
}

async function readArray(path: string): Promise<readonly unknown[]> {
  try {
    const parsed: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (Array.isArray(parsed)) return parsed;
  } catch (error) {
    throw new ConfigError([`GENERATOR_STOCKS_FILE can't be read: ${error instanceof Error ? error.message : error}`]);
  }
  throw new ConfigError(['GENERATOR_STOCKS_FILE is not a JSON array']);
}

/** @returns what is wrong, as text, when it is no stock */
function parseStock(item: unknown): Stock | string {
  if (typeof item !== 'object' || item === null) return 'it is not an object';
  const { stock_name: name, exchange_name: exchange, price } = item as Record<string, unknown>;
  if (typeof name !== 'string') return '"stock_name" is missing';
  if (typeof exchange !== 'string' || !isExchangeName(exchange)) return '"exchange_name" is missing or unusable';
  if (typeof price !== 'number' || !(price >= 0.01 && price <= MAX_PRICE)) {
    return `"price" has to be a number from 0.01 to ${MAX_PRICE}`;
  }
  // A name that the subscriber would reject is refused here.
  const decoded = decodeText(`${name}:1`, nowMicros());
  if (!decoded.ok) return decoded.detail;
  return { name: decoded.stock, exchange, cents: Math.round(price * 100) };
}
