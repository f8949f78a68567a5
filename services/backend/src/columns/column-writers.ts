import type { ColumnFormat, Tick } from '@tickwatch/core';
import type { MarketChunk, PriceCandle, SummaryRow, TickChunk } from '@tickwatch/store';
import { arrowCandles } from './arrow-candles.ts';
import { arrowMarket, arrowTicks } from './arrow-ticks.ts';
import { parquetCandles } from './parquet-candles.ts';
import { parquetMarket, parquetTicks } from './parquet-ticks.ts';
import { type PriceKind, priceKind } from './price-kind.ts';
import type { StockChunk } from './tick-batches.ts';

/** @param stocks how many there may be. @throws PriceScaleError */
export function writeTickColumns(
  format: ColumnFormat,
  source: AsyncIterable<StockChunk>,
  kind: PriceKind,
  stocks: number,
): AsyncIterable<Uint8Array> {
  return format === 'parquet' ? parquetTicks(source, kind) : arrowTicks(source, kind, stocks);
}

/** Ticks of many stocks, with their numbers. @throws PriceScaleError */
export function writeMarketColumns(
  format: ColumnFormat,
  source: AsyncIterable<MarketChunk>,
  kind: PriceKind,
): AsyncIterable<Uint8Array> {
  return format === 'parquet' ? parquetMarket(source, kind) : arrowMarket(source, kind);
}

/** @throws TooManyDigitsError */
export function writeCandleColumns(
  format: ColumnFormat,
  candles: readonly PriceCandle[],
  decimals: 'number' | 'string',
): Uint8Array {
  return format === 'parquet' ? parquetCandles(candles, decimals) : arrowCandles(candles, decimals);
}

/** The kind that holds all prices that were summed up. @throws TooManyDigitsError */
export function kindOfSummaries(
  rows: readonly (Pick<SummaryRow, 'low' | 'high' | 'sum'> | undefined)[],
  decimals: 'number' | 'string',
): PriceKind {
  const known = rows.filter((row) => row !== undefined);
  const bounds = known.flatMap(({ low, high }) => [low, high]);
  // A sum has as many decimals as the number that has the most.
  return priceKind(
    bounds,
    decimals,
    known.map(({ sum }) => sum),
  );
}

export async function* ofStock(stock: string, chunks: AsyncIterable<TickChunk>): AsyncGenerator<StockChunk> {
  for await (const chunk of chunks) yield { stock, chunk };
}

/** Ticks that are there already, as the ticks of a stream. */
export async function* inOneChunk(stock: string, ticks: readonly Tick[]): AsyncGenerator<StockChunk> {
  const chunk: TickChunk = {
    count: ticks.length,
    times: Float64Array.from(ticks, ({ time }) => time),
    prices: { kind: 'texts', texts: ticks.map(({ price }) => price) },
    exchange: ticks.map(({ exchange }) => exchange),
  };
  yield { stock, chunk };
}

/** Ends a stream that nobody reads, and with it what it takes of the database. */
export async function leave(chunks: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of chunks) break;
}
