import { formatMicros, type PriceFormat, type Tick } from '@tickwatch/core';
import type { Decimals } from './json-text.ts';

/** Ticks as text, in the very form in which the database writes them when it streams. */
export function writeTicks(ticks: readonly Tick[], format: PriceFormat, decimals: Decimals): string {
  if (format === 'csv') return `${CSV_HEADER}\n${ticks.map(csvRow).join('')}`;
  const rows = ticks.map((tick) => jsonRow(tick, decimals, format === 'ndjson'));
  return format === 'ndjson' ? rows.map((row) => `${row}\n`).join('') : `[${rows.join('\n,')}\n]\n`;
}

const CSV_HEADER = 'timestamp,stock_name,exchange_name,price';

function jsonRow(tick: Tick, decimals: Decimals, withStock: boolean): string {
  const stock = withStock ? `"stock_name":${JSON.stringify(tick.stock)},` : '';
  const price = decimals === 'string' ? `"${tick.price}"` : tick.price;
  return `{"timestamp":"${formatMicros(tick.time)}",${stock}"price":${price},"exchange_name":${JSON.stringify(tick.exchange)}}`;
}

function csvRow({ time, stock, exchange, price }: Tick): string {
  return `${formatMicros(time)},${csvField(stock)},${csvField(exchange)},${price}\n`;
}

function csvField(text: string): string {
  return /[",\r\n]/.test(text) || text === '\\.' ? `"${text.replaceAll('"', '""')}"` : text;
}
