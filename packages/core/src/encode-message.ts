import type { EpochMicros } from './epoch-micros.ts';

/**
 * Writes the first message form, `AAPL:(220.4, 1757494917.021389)`: symbol, price, epoch seconds.
 * The price is written as given; the time keeps all six digits.
 */
export function encodeMessage(stock: string, price: string, time: EpochMicros): string {
  const seconds = Math.floor(time / 1_000_000);
  const micros = (time - seconds * 1_000_000 + 1_000_000).toString().slice(1);
  return `${stock}:(${price}, ${seconds}.${micros})`;
}
