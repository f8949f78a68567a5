import { type EpochMicros, formatMicros, MICROS_PER_SECOND } from '@tickwatch/core';
import { type MarketChunk, type PriceText, rowText, type StockKey } from '@tickwatch/store';
import { decimalRoom, putBytes, putDecimal, putPadded, putWhole } from './put-text.ts';

export type MarketTextForm = Pick<PriceText, 'format' | 'decimals' | 'spreadsheetSafe'>;

/** Of a piece, unless a row alone is longer. */
const PIECE_BYTES = 1 << 18;
/** Of a row beside its names and its price: the time, the number, and what stands around them. */
const ROW_ROOM = 160;
const SECONDS_KNOWN = 64;
/** `2026-11-22T10:00:00.` */
const SECOND_LENGTH = 20;
const LETTER_Z = 90;

const MARKET_CSV_HEADER = 'timestamp,stock_name,exchange_name,price,seq\n';

/**
 * Ticks of many stocks as text, written byte by byte and with no string per row: names are quoted once, and a second's text
 * is made once.
 */
export class MarketText {
  readonly #form: MarketTextForm;
  readonly #timeFirst: boolean;
  readonly #afterPrice: Buffer;
  readonly #beforeSeq: Buffer;
  readonly #noSeq: Buffer;
  readonly #end: Buffer;
  readonly #known = new Map<string, Buffer>();
  readonly #seconds = new Float64Array(SECONDS_KNOWN).fill(Number.NaN);
  readonly #secondTexts: Buffer[] = [];
  #keys: readonly StockKey[] = [];
  /** What stands before the price, of each of the keys; of those that have occurred. */
  #around: (Buffer | undefined)[] = [];
  #out = Buffer.alloc(0);
  #length = 0;
  #any = false;

  constructor(form: MarketTextForm) {
    const { format, decimals } = form;
    const isCsv = format === 'csv';
    const quote = !isCsv && decimals === 'string' ? '"' : '';
    this.#form = form;
    this.#timeFirst = isCsv;
    this.#afterPrice = Buffer.from(isCsv ? ',' : `${quote},"timestamp":"`);
    this.#beforeSeq = Buffer.from(isCsv ? '' : '","seq":');
    this.#noSeq = Buffer.from(isCsv ? '' : 'null');
    this.#end = Buffer.from(isCsv ? '\n' : '}\n');
  }

  /** The text of all ticks, in pieces. */
  async *pieces(chunks: AsyncIterable<MarketChunk> | Iterable<MarketChunk>): AsyncGenerator<Buffer> {
    if (this.#form.format === 'csv') yield Buffer.from(MARKET_CSV_HEADER);
    for await (const chunk of chunks) yield* this.write(chunk);
    if (this.#form.format === 'json') yield Buffer.from(this.#any ? ']\n' : '[]\n');
  }

  /** The rows of a chunk, in pieces that are their reader's to keep; of JSON, without the bracket at the end. */
  *write(chunk: MarketChunk): Generator<Buffer> {
    if (chunk.keys !== this.#keys) {
      this.#keys = chunk.keys;
      this.#around = new Array(chunk.keys.length);
    }
    for (let from = 0; from < chunk.count; ) {
      this.#begin(this.#rowRoom(chunk, from));
      from = this.#fill(chunk, from);
      yield this.#done();
    }
  }

  #begin(leastBytes: number): void {
    this.#out = Buffer.allocUnsafeSlow(Math.max(PIECE_BYTES, leastBytes));
    this.#length = 0;
  }

  #done(): Buffer {
    const piece = this.#out.subarray(0, this.#length);
    // Rows of JSON begin with a comma; the first one's is the bracket.
    if (!this.#any && this.#form.format === 'json') piece[0] = BRACKET;
    this.#any = true;
    return piece;
  }

  #rowRoom(chunk: MarketChunk, i: number): number {
    const text = chunk.texts.size === 0 ? undefined : chunk.texts.get(i);
    const price = text === undefined ? decimalRoom(chunk.decimals[i] as number) : text.length;
    return this.#aroundOf(chunk.keyOf[i] as number).length + price + ROW_ROOM;
  }

  /** Rows from one on, as many as there is room for. @returns which one is the next */
  #fill(chunk: MarketChunk, from: number): number {
    const { count, keyOf, times, seqs, mantissas, decimals } = chunk;
    const out = this.#out;
    const size = out.length;
    let at = this.#length;
    let i = from;
    for (; i < count; i++) {
      if (at + this.#rowRoom(chunk, i) > size) break;
      if (this.#timeFirst) at = this.#putTime(out, at, times[i] as number);
      at = putBytes(out, at, this.#aroundOf(keyOf[i] as number));
      const mantissa = mantissas[i] as number;
      at = Number.isNaN(mantissa)
        ? at + out.write(chunk.texts.get(i) ?? '', at, 'latin1')
        : putDecimal(out, at, mantissa, decimals[i] as number);
      at = putBytes(out, at, this.#afterPrice);
      if (!this.#timeFirst) at = this.#putTime(out, at, times[i] as number);
      at = putBytes(out, at, this.#beforeSeq);
      const seq = seqs[i] as number;
      at = seq === 0 ? putBytes(out, at, this.#noSeq) : putWhole(out, at, seq);
      at = putBytes(out, at, this.#end);
    }
    this.#length = at;
    return i;
  }

  #aroundOf(key: number): Buffer {
    const known = this.#around[key];
    if (known !== undefined) return known;
    const { stock, exchange } = this.#keys[key] as StockKey;
    const name = `${exchange}\0${stock}`;
    const around = this.#known.get(name) ?? Buffer.from(beforePrice(this.#form, stock, exchange));
    this.#known.set(name, around);
    this.#around[key] = around;
    return around;
  }

  #putTime(out: Buffer, start: number, time: number): number {
    const second = Math.floor(time / MICROS_PER_SECOND);
    const slot = second & (SECONDS_KNOWN - 1);
    if (this.#seconds[slot] !== second) {
      this.#seconds[slot] = second;
      this.#secondTexts[slot] = Buffer.from(formatMicros(time as EpochMicros).slice(0, SECOND_LENGTH));
    }
    let at = putBytes(out, start, this.#secondTexts[slot] as Buffer);
    at = putPadded(out, at, time - second * MICROS_PER_SECOND, 6);
    out[at++] = LETTER_Z;
    return at;
  }
}

const BRACKET = '['.charCodeAt(0);

function beforePrice(form: MarketTextForm, stock: string, exchange: string): string {
  if (form.format === 'csv') return rowText({ ...form, order: 'asc' }, stock, exchange).beforePrice;
  const quote = form.decimals === 'string' ? '"' : '';
  const members = `"stock_name":${JSON.stringify(stock)},"exchange_name":${JSON.stringify(exchange)}`;
  return `${form.format === 'json' ? ',' : ''}{${members},"price":${quote}`;
}
