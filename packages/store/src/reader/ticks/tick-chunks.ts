import { priceText } from '../../sealed/price-texts.ts';
import { priceColumn } from '../../sealed/scaled-prices.ts';
import type { PriceColumn, TickChunk } from '../../sealed/tick-columns.ts';
import { CopyColumns } from './copy-columns.ts';
import type { TickPart } from './tick-parts.ts';
import { exchangeAt, type TickSlice } from './tick-slice.ts';

/** Fewer ticks at once aren't worth a chunk of their own. */
const ENOUGH_TICKS = 1024;

/** Ticks as chunks of columns, in the same order. None is empty. */
export async function* tickChunks(parts: AsyncIterable<TickPart>): AsyncGenerator<TickChunk, void, undefined> {
  const copied = new CopyColumns();
  for await (const part of parts) {
    if (part.kind === 'rows') {
      const chunk = copied.read(part.bytes);
      if (chunk.count > 0) yield chunk;
    } else yield* chunksOf(part.slices);
  }
}

function* chunksOf(slices: readonly TickSlice[]): Generator<TickChunk> {
  let small: TickSlice[] = [];
  let ticks = 0;
  for (const slice of slices) {
    const length = slice.until - slice.from;
    if (length >= ENOUGH_TICKS || ticks >= ENOUGH_TICKS) {
      if (small.length > 0) yield joined(small, ticks);
      small = [];
      ticks = 0;
    }
    if (length >= ENOUGH_TICKS) yield chunkOf(slice);
    else {
      small.push(slice);
      ticks += length;
    }
  }
  if (small.length > 0) yield joined(small, ticks);
}

function chunkOf({ ticks, exchange, from, until }: TickSlice): TickChunk {
  const { prices } = ticks;
  const cut: PriceColumn =
    prices.kind === 'texts'
      ? { kind: 'texts', texts: prices.texts.slice(from, until) }
      : {
          ...prices,
          mantissas: prices.mantissas.subarray(from, until),
          written: prices.written?.subarray(from, until),
        };
  return {
    count: until - from,
    times: ticks.times.subarray(from, until),
    prices: cut,
    exchange: typeof exchange === 'string' ? exchange : exchange.slice(from, until),
  };
}

function joined(slices: readonly TickSlice[], count: number): TickChunk {
  const times = new Float64Array(count);
  const texts: string[] = [];
  const exchange: string[] = [];
  for (const slice of slices) {
    times.set(slice.ticks.times.subarray(slice.from, slice.until), texts.length);
    for (let i = slice.from; i < slice.until; i++) {
      texts.push(priceText(slice.ticks.prices, i));
      exchange.push(exchangeAt(slice, i));
    }
  }
  return { count, times, prices: priceColumn(texts), exchange };
}
