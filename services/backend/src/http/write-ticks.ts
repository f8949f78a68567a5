import { formatMicros, type Tick } from '@tickwatch/core';
import { frameText, type PriceText, type RowText, rowText } from '@tickwatch/store';

/** Ticks as text, in the very form in which they are streamed. */
export function writeTicks(ticks: readonly Tick[], stock: string, text: PriceText): string {
  const around = new Map<string, RowText>();
  let rows = '';
  for (const { time, exchange, price } of ticks) {
    const known = around.get(exchange) ?? rowText(text, stock, exchange);
    around.set(exchange, known);
    rows += `${known.beforeTime}${formatMicros(time)}${known.beforePrice}${price}${known.afterPrice}`;
  }
  const { open, skip, close } = frameText(text, ticks.length > 0);
  return `${open}${rows.slice(skip)}${close}`;
}
