import { type EpochMicros, formatMicros } from './epoch-micros.ts';

/**
 * Writes the first message form, `AAPL:(220.4, 1757494917.021389)`: symbol, price, epoch seconds.
 * The price is written as given; the time keeps all six digits.
 */
export function encodeMessage(stock: string, price: string, time: EpochMicros): string {
  const seconds = Math.floor(time / 1_000_000);
  const micros = (time - seconds * 1_000_000 + 1_000_000).toString().slice(1);
  return `${stock}:(${price}, ${seconds}.${micros})`;
}

/** Writes the form of this house, with the number `n` that its publisher gives it. */
export function encodeNumberedMessage(stock: string, price: string, time: EpochMicros, n: number): string {
  return `{"stock_name":${JSON.stringify(stock)},"price":${price},"timestamp":"${formatMicros(time)}","n":${n}}`;
}
