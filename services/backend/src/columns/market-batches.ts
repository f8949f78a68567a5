import { type MarketChunk, marketPrice, type StockKey } from '@tickwatch/store';
import type { PriceKind } from './price-kind.ts';
import { MOST_WIDE, PriceScaleError, unscaled } from './price-values.ts';
import { type BatchPrices, type FileNames, type GrowingPrices, growingPrices, type TickBatch } from './tick-batches.ts';

/** Gathers ticks of many stocks into batches of exactly `size`, and the rest; of no tick, none. @throws PriceScaleError */
export async function* marketBatches(
  source: AsyncIterable<MarketChunk>,
  kind: PriceKind,
  names: FileNames,
  size: number,
): AsyncGenerator<TickBatch> {
  let batch = new MarketBatch(kind, size);
  for await (const chunk of source) {
    const numbers = numbersOf(chunk.keys, names);
    for (let from = 0; from < chunk.count; ) {
      from = batch.add(chunk, numbers, from);
      if (batch.count < size) continue;
      yield batch.done();
      batch = new MarketBatch(kind, size);
    }
  }
  if (batch.count > 0) yield batch.done();
}

/** Of each of the keys of a chunk: the numbers of its names. Only what occurs is named in the file. */
interface KeyNumbers {
  readonly keys: readonly StockKey[];
  readonly names: FileNames;
  readonly stocks: Int32Array;
  readonly exchanges: Int32Array;
}

const UNKNOWN = -1;

function numbersOf(keys: readonly StockKey[], names: FileNames): KeyNumbers {
  const none = () => new Int32Array(keys.length).fill(UNKNOWN);
  return { keys, names, stocks: none(), exchanges: none() };
}

function nameKey({ keys, names, stocks, exchanges }: KeyNumbers, key: number): void {
  const { stock, exchange } = keys[key] as StockKey;
  stocks[key] = names.stocks.numberOf(stock);
  exchanges[key] = names.exchanges.numberOf(exchange);
}

class MarketBatch {
  count = 0;
  readonly #size: number;
  readonly #times: Float64Array;
  readonly #stocks: Int32Array;
  readonly #exchanges: Int32Array;
  readonly #seqs: Float64Array;
  readonly #prices: GrowingPrices;

  constructor(kind: PriceKind, size: number) {
    this.#size = size;
    this.#times = new Float64Array(size);
    this.#stocks = new Int32Array(size);
    this.#exchanges = new Int32Array(size);
    this.#seqs = new Float64Array(size);
    this.#prices = growingPrices(kind, size);
  }

  /** Takes ticks from one on, as many as there is room for. @returns which one is the next */
  add(chunk: MarketChunk, numbers: KeyNumbers, from: number): number {
    const { count, keyOf, times, seqs } = chunk;
    const until = Math.min(count, from + this.#size - this.count);
    this.#times.set(times.subarray(from, until), this.count);
    this.#seqs.set(seqs.subarray(from, until), this.count);
    for (let i = from, to = this.count; i < until; i++, to++) {
      const key = keyOf[i] as number;
      if (numbers.stocks[key] === UNKNOWN) nameKey(numbers, key);
      this.#stocks[to] = numbers.stocks[key] as number;
      this.#exchanges[to] = numbers.exchanges[key] as number;
    }
    putPrices(this.#prices, this.count, chunk, [from, until]);
    this.count += until - from;
    return until;
  }

  done(): TickBatch {
    const { count } = this;
    const prices: BatchPrices = this.#prices;
    return {
      count,
      times: this.#times.subarray(0, count),
      stocks: this.#stocks.subarray(0, count),
      exchanges: this.#exchanges.subarray(0, count),
      seqs: this.#seqs.subarray(0, count),
      prices: prices.kind === 'narrow' ? { ...prices, values: prices.values.subarray(0, count) } : prices,
    };
  }
}

function putPrices(
  column: GrowingPrices,
  at: number,
  chunk: MarketChunk,
  [from, until]: readonly [number, number],
): void {
  if (column.kind === 'text') {
    for (let i = from; i < until; i++) column.values.push(marketPrice(chunk, i));
    return;
  }
  const { scale } = column;
  if (column.kind === 'wide') {
    for (let i = from; i < until; i++) {
      const value = unscaled(marketPrice(chunk, i), scale);
      if (value >= MOST_WIDE || value <= -MOST_WIDE) throw new PriceScaleError(marketPrice(chunk, i));
      column.values.push(value);
    }
    return;
  }
  for (let i = from, to = at; i < until; i++, to++) {
    const missing = scale - (chunk.decimals[i] as number);
    const value = missing >= 0 ? (chunk.mantissas[i] as number) * (POWERS[missing] as number) : Number.NaN;
    column.values[to] = Number.isSafeInteger(value) ? value : exact(chunk, i, scale);
  }
}

const POWERS = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));

/** @throws PriceScaleError */
function exact(chunk: MarketChunk, i: number, scale: number): number {
  const value = Number(unscaled(marketPrice(chunk, i), scale));
  if (!Number.isSafeInteger(value)) throw new PriceScaleError(marketPrice(chunk, i));
  return value;
}
