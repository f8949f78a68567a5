import { mostPriceBytes, writePrice } from '../../sealed/price-bytes.ts';
import { TIME_BYTES, TimeBytes } from '../../sealed/time-bytes.ts';
import { type PriceText, type RowText, rowText } from '../price-text.ts';
import { exchangeAt, type TickSlice } from './tick-slice.ts';

type RowWords = Readonly<Record<keyof RowText, Words>>;

/** Turns columns of ticks into the text of an answer, four bytes at once and with no string per row. */
export class SliceRows {
  readonly #text: PriceText;
  readonly #stock: string;
  readonly #around = new Map<string, RowWords>();
  readonly #times = new TimeBytes();

  constructor(text: PriceText, stock: string) {
    this.#text = text;
    this.#stock = stock;
  }

  write(slices: readonly TickSlice[]): Buffer {
    let length = 0;
    for (const slice of slices) length += this.#mostBytes(slice);
    const bytes = Buffer.allocUnsafe(length + WORD_BYTES);
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
      at = put(view, at, around.beforeTime);
      at = this.#times.write(view, at, ticks.times[i] as number);
      at = put(view, at, around.beforePrice);
      at = writePrice(bytes, at, ticks.prices, i);
      at = put(view, at, around.afterPrice);
    }
    return at;
  }

  #aroundOf(exchange: string): RowWords {
    const known = this.#around.get(exchange);
    if (known !== undefined) return known;
    const { beforeTime, beforePrice, afterPrice } = rowText(this.#text, this.#stock, exchange);
    const around = {
      beforeTime: wordsOf(beforeTime),
      beforePrice: wordsOf(beforePrice),
      afterPrice: wordsOf(afterPrice),
    };
    this.#around.set(exchange, around);
    return around;
  }
}

/** A text as whole words, the last one filled up; it may be written over what comes behind, which is written later. */
interface Words {
  readonly length: number;
  readonly words: Int32Array;
}

const WORD_BYTES = 4;

function wordsOf(text: string): Words {
  const { length } = Buffer.from(text);
  const words = new Int32Array(Math.ceil(length / WORD_BYTES));
  const filled = Buffer.alloc(words.length * WORD_BYTES);
  filled.write(text);
  for (let i = 0; i < words.length; i++) words[i] = filled.readInt32BE(i * WORD_BYTES);
  return { length, words };
}

// A loop: for a few bytes it is several times faster than `copy` and `set`.
function put(bytes: DataView, at: number, { length, words }: Words): number {
  for (let i = 0; i < words.length; i++) bytes.setInt32(at + i * WORD_BYTES, words[i] as number);
  return at + length;
}
