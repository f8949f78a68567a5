import { priceText, type TickChunk } from '@tickwatch/store';
import type { PriceKind } from './price-kind.ts';
import { putBigints, putNumbers } from './price-values.ts';

/** Ticks of one stock, in order. */
export interface StockChunk {
  readonly stock: string;
  readonly chunk: TickChunk;
}

/** Names that a file's rows point at by number, from 0, in the order in which they came. */
export class Names {
  readonly list: string[] = [];
  readonly #numbers = new Map<string, number>();

  constructor(known: readonly string[] = []) {
    for (const name of known) this.numberOf(name);
  }

  numberOf(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    this.#numbers.set(name, this.list.length);
    return this.list.push(name) - 1;
  }
}

/** Prices of a batch, as their {@link PriceKind} says. */
export type BatchPrices =
  | { readonly kind: 'narrow'; readonly scale: number; readonly values: Float64Array }
  | { readonly kind: 'wide'; readonly scale: number; readonly values: readonly bigint[] }
  | { readonly kind: 'text'; readonly values: readonly string[] };

/** So many ticks of a file, column by column. The arrays are its reader's to keep. */
export interface TickBatch {
  readonly count: number;
  /** µs since 1970. */
  readonly times: Float64Array;
  /** Numbers in the file's {@link Names}. */
  readonly stocks: Int32Array;
  readonly exchanges: Int32Array;
  readonly prices: BatchPrices;
  /** 0: not kept. `undefined`: of none of the file. */
  readonly seqs?: Float64Array;
}

export interface FileNames {
  readonly stocks: Names;
  readonly exchanges: Names;
}

/** Gathers chunks of any size into batches of exactly `size` ticks, and the rest; of no tick, none. */
export async function* tickBatches(
  source: AsyncIterable<StockChunk>,
  kind: PriceKind,
  names: FileNames,
  size: number,
): AsyncGenerator<TickBatch> {
  let batch = new GrowingBatch(kind, names, size);
  for await (const { stock, chunk } of source) {
    for (let from = 0; from < chunk.count; ) {
      from = batch.add(stock, chunk, from);
      if (batch.count < size) continue;
      yield batch.done();
      batch = new GrowingBatch(kind, names, size);
    }
  }
  if (batch.count > 0) yield batch.done();
}

class GrowingBatch {
  count = 0;
  readonly #names: FileNames;
  readonly #size: number;
  readonly #times: Float64Array;
  readonly #stocks: Int32Array;
  readonly #exchanges: Int32Array;
  readonly #prices: GrowingPrices;

  constructor(kind: PriceKind, names: FileNames, size: number) {
    this.#names = names;
    this.#size = size;
    this.#times = new Float64Array(size);
    this.#stocks = new Int32Array(size);
    this.#exchanges = new Int32Array(size);
    this.#prices = growingPrices(kind, size);
  }

  /** Takes ticks from one on, as many as there is room for. @returns which one is the next */
  add(stock: string, { times, prices, exchange, count }: TickChunk, from: number): number {
    const until = Math.min(count, from + this.#size - this.count);
    const end = this.count + until - from;
    this.#times.set(times.subarray(from, until), this.count);
    this.#stocks.fill(this.#names.stocks.numberOf(stock), this.count, end);
    if (typeof exchange === 'string') {
      this.#exchanges.fill(this.#names.exchanges.numberOf(exchange), this.count, end);
    } else {
      for (let i = from, to = this.count; i < until; i++, to++) {
        this.#exchanges[to] = this.#names.exchanges.numberOf(exchange[i] as string);
      }
    }
    const column = this.#prices;
    if (column.kind === 'narrow') putNumbers(prices, [from, until], column.scale, column.values, this.count);
    else if (column.kind === 'wide') putBigints(prices, [from, until], column.scale, column.values);
    else for (let i = from; i < until; i++) column.values.push(priceText(prices, i));
    this.count = end;
    return until;
  }

  done(): TickBatch {
    const { count } = this;
    const prices = this.#prices;
    return {
      count,
      times: this.#times.subarray(0, count),
      stocks: this.#stocks.subarray(0, count),
      exchanges: this.#exchanges.subarray(0, count),
      prices: prices.kind === 'narrow' ? { ...prices, values: prices.values.subarray(0, count) } : prices,
    };
  }
}

/** Prices of a batch that is not full yet. */
export type GrowingPrices =
  | { readonly kind: 'narrow'; readonly scale: number; readonly values: Float64Array }
  | { readonly kind: 'wide'; readonly scale: number; readonly values: bigint[] }
  | { readonly kind: 'text'; readonly values: string[] };

export function growingPrices(kind: PriceKind, size: number): GrowingPrices {
  if (kind.kind === 'text') return { kind: 'text', values: [] };
  if (kind.kind === 'wide') return { kind: 'wide', scale: kind.scale, values: [] };
  return { kind: 'narrow', scale: kind.scale, values: new Float64Array(size) };
}
