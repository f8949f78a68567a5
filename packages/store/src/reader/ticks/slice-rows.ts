import { type EpochMicros, formatMicros, MICROS_PER_SECOND } from '@tickwatch/core';
import { type PriceText, rowText } from '../price-text.ts';
import { decimalLength, putDecimal, putDigits } from './digits.ts';
import { exchangeAt, type TickSlice } from './tick-slice.ts';

const MINUTE = 60 * MICROS_PER_SECOND;
/** `2026-06-01T10:00:00.123456Z`: where its seconds and its fraction stand. */
const TIME_LENGTH = 27;
const SECONDS = 17;
const FRACTION = 20;

interface Around {
  /** Up to where the price stands; its time is written anew. */
  readonly before: Uint8Array;
  readonly time: number;
  readonly after: Uint8Array;
  /** Which minute stands in `before`, µs. */
  minute: number;
}

/** Turns columns of ticks into the text of an answer, byte by byte and with no string per row. */
export class SliceRows {
  readonly #text: PriceText;
  readonly #stock: string;
  readonly #around = new Map<string, Around>();

  constructor(text: PriceText, stock: string) {
    this.#text = text;
    this.#stock = stock;
  }

  write(slices: readonly TickSlice[]): Buffer {
    let length = 0;
    for (const slice of slices) length += this.#mostBytes(slice);
    const out = Buffer.allocUnsafe(length);
    let at = 0;
    for (const slice of slices) at = this.#writeSlice(out, at, slice);
    return out.subarray(0, at);
  }

  #mostBytes(slice: TickSlice): number {
    const { exchange, from, until, ticks } = slice;
    let around = 0;
    let price = ticks.prices.kind === 'scaled' ? decimalLength(ticks.prices.scale) : 0;
    for (let i = from; i < until; i++) {
      if (i === from || typeof exchange !== 'string') {
        const { before, after } = this.#aroundOf(exchangeAt(slice, i));
        around = Math.max(around, before.length + after.length);
      }
      if (ticks.prices.kind === 'texts') price = Math.max(price, ticks.prices.texts[i]?.length ?? 0);
      else if (typeof exchange === 'string') break;
    }
    return (until - from) * (around + price);
  }

  #writeSlice(out: Buffer, start: number, slice: TickSlice): number {
    const { ticks, exchange, from, until } = slice;
    const { times, prices } = ticks;
    let around = this.#aroundOf(exchangeAt(slice, from));
    let at = start;
    for (let i = from; i < until; i++) {
      if (i > from && typeof exchange !== 'string') around = this.#aroundOf(exchangeAt(slice, i));
      const { before, time, after } = around;
      setMinute(around, times[i] as number);
      for (let k = 0; k < before.length; k++) out[at + k] = before[k] as number;
      putTime(out, at + time, times[i] as number, around.minute);
      at += before.length;
      if (prices.kind === 'texts') at += out.write(prices.texts[i] ?? '', at, 'latin1');
      else {
        const { mantissas, scale, written } = prices;
        at = putDecimal(out, at, mantissas[i] as number, scale, written === undefined ? scale : (written[i] as number));
      }
      for (let k = 0; k < after.length; k++) out[at + k] = after[k] as number;
      at += after.length;
    }
    return at;
  }

  #aroundOf(exchange: string): Around {
    const known = this.#around.get(exchange);
    if (known !== undefined) return known;
    const { beforeTime, beforePrice, afterPrice } = rowText(this.#text, this.#stock, exchange);
    const around: Around = {
      before: new Uint8Array(Buffer.from(beforeTime + ' '.repeat(TIME_LENGTH) + beforePrice)),
      time: Buffer.byteLength(beforeTime),
      after: new Uint8Array(Buffer.from(afterPrice)),
      minute: Number.NaN,
    };
    this.#around.set(exchange, around);
    return around;
  }
}

/** Keeps the minute of a time in what is written before each price. */
function setMinute(around: Around, micros: number): void {
  if (micros >= around.minute && micros < around.minute + MINUTE) return;
  around.minute = Math.floor(micros / MINUTE) * MINUTE;
  const text = formatMicros(micros as EpochMicros);
  for (let i = 0; i < TIME_LENGTH; i++) around.before[around.time + i] = text.charCodeAt(i);
}

function putTime(out: Uint8Array, at: number, micros: number, minute: number): void {
  const rest = (micros - minute) | 0;
  const seconds = (rest / MICROS_PER_SECOND) | 0;
  putDigits(out, at + SECONDS, seconds, 2);
  putDigits(out, at + FRACTION, rest - seconds * MICROS_PER_SECOND, 6);
}
