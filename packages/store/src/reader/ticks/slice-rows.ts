import { mostPriceBytes, writePrice } from '../../sealed/price-bytes.ts';
import { TIME_BYTES, TimeBytes } from '../../sealed/time-bytes.ts';
import { type PriceText, type RowText, rowText } from '../price-text.ts';
import { exchangeAt, type TickSlice } from './tick-slice.ts';

type RowBytes = Readonly<Record<keyof RowText, Buffer>>;

/** Turns columns of ticks into the text of an answer, byte by byte and with no string per row. */
export class SliceRows {
  readonly #text: PriceText;
  readonly #stock: string;
  readonly #around = new Map<string, RowBytes>();
  readonly #times = new TimeBytes();

  constructor(text: PriceText, stock: string) {
    this.#text = text;
    this.#stock = stock;
  }

  write(slices: readonly TickSlice[]): Buffer {
    let length = 0;
    for (const slice of slices) length += this.#mostBytes(slice);
    const bytes = Buffer.allocUnsafe(length);
    let at = 0;
    for (const slice of slices) at = this.#writeSlice(bytes, at, slice);
    return bytes.subarray(0, at);
  }

  #mostBytes({ exchange, from, until, ticks: { prices } }: TickSlice): number {
    let names = 0;
    let texts = 0;
    for (let i = from; i < until; i++) {
      if (i === from || typeof exchange !== 'string') {
        const { beforeTime, beforePrice, afterPrice } = this.#aroundOf(
          typeof exchange === 'string' ? exchange : (exchange[i] ?? ''),
        );
        names = Math.max(names, beforeTime.length + beforePrice.length + afterPrice.length);
      } else if (prices.kind === 'scaled') break;
      if (prices.kind === 'texts') texts = Math.max(texts, prices.texts[i]?.length ?? 0);
    }
    // Of a part only: a slice of one tick may be one of thousands of the same columns.
    return (until - from) * (names + TIME_BYTES + (prices.kind === 'scaled' ? mostPriceBytes(prices) : texts));
  }

  #writeSlice(bytes: Buffer, start: number, slice: TickSlice): number {
    const { ticks, exchange, from, until } = slice;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let around = this.#aroundOf(exchangeAt(slice, from));
    let at = start;
    for (let i = from; i < until; i++) {
      if (typeof exchange !== 'string') around = this.#aroundOf(exchange[i] ?? '');
      at = put(bytes, at, around.beforeTime);
      at = this.#times.write(view, at, ticks.times[i] as number);
      at = put(bytes, at, around.beforePrice);
      at = writePrice(bytes, at, ticks.prices, i);
      at = put(bytes, at, around.afterPrice);
    }
    return at;
  }

  #aroundOf(exchange: string): RowBytes {
    const known = this.#around.get(exchange);
    if (known !== undefined) return known;
    const { beforeTime, beforePrice, afterPrice } = rowText(this.#text, this.#stock, exchange);
    const around = {
      beforeTime: Buffer.from(beforeTime),
      beforePrice: Buffer.from(beforePrice),
      afterPrice: Buffer.from(afterPrice),
    };
    this.#around.set(exchange, around);
    return around;
  }
}

// A loop: for a few bytes it is several times faster than `copy` and `set`.
function put(bytes: Buffer, at: number, source: Buffer): number {
  for (let i = 0; i < source.length; i++) bytes[at + i] = source[i] as number;
  return at + source.length;
}
