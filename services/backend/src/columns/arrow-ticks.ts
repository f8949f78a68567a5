import type { MarketChunk } from '@tickwatch/store';
import { type Data, type Decimal, Field, Int64, Utf8, vectorFromArray } from 'apache-arrow';
import { decimalData, decimalType, namesData, namesType, seqData, timeData, timeType } from './arrow-columns.ts';
import { ArrowFile } from './arrow-file.ts';
import { marketBatches } from './market-batches.ts';
import type { PriceKind } from './price-kind.ts';
import {
  type BatchPrices,
  type FileNames,
  Names,
  type StockChunk,
  type TickBatch,
  tickBatches,
} from './tick-batches.ts';

const ROWS_A_BATCH = 65_536;
/** Exchanges that a file may name. */
const MOST_EXCHANGES = 2 ** 15 - 1;
/** Stocks that a file of the market may name. */
const MOST_STOCKS = 2 ** 31 - 1;

/**
 * Ticks as an Arrow IPC file, not packed, a batch in memory at a time. Columns: `timestamp` (µs, UTC), `stock_name` and
 * `exchange_name` (dictionaries), `price` (DECIMAL, or text). The same ticks are the same bytes.
 * @param stocks how many there may be
 * @throws PriceScaleError a price that the column can't hold
 */
export function arrowTicks(
  source: AsyncIterable<StockChunk>,
  kind: PriceKind,
  stocks: number,
): AsyncGenerator<Uint8Array> {
  const names = { stocks: new Names(), exchanges: new Names() };
  return arrowOf(tickBatches(source, kind, names, ROWS_A_BATCH), kind, names, { stocks, withSeqs: false });
}

/** As {@link arrowTicks}, of many stocks in turns, with their numbers: `seq`, null where it was not kept. */
export function arrowMarket(source: AsyncIterable<MarketChunk>, kind: PriceKind): AsyncGenerator<Uint8Array> {
  const names = { stocks: new Names(), exchanges: new Names() };
  const batches = marketBatches(source, kind, names, ROWS_A_BATCH);
  return arrowOf(batches, kind, names, { stocks: MOST_STOCKS, withSeqs: true });
}

async function* arrowOf(
  batches: AsyncIterable<TickBatch>,
  kind: PriceKind,
  names: FileNames,
  { stocks, withSeqs }: { readonly stocks: number; readonly withSeqs: boolean },
): AsyncGenerator<Uint8Array> {
  const types = {
    time: timeType(),
    stock: namesType(0, stocks),
    exchange: namesType(1, MOST_EXCHANGES),
    price: kind.kind === 'text' ? new Utf8() : decimalType(kind.kind, kind.scale),
  };
  const file = new ArrowFile([
    new Field('timestamp', types.time, false),
    new Field('stock_name', types.stock, false),
    new Field('exchange_name', types.exchange, false),
    new Field('price', types.price, false),
    ...(withSeqs ? [new Field('seq', new Int64(), true)] : []),
  ]);
  for await (const batch of batches) {
    yield file.batch(batch.count, [
      timeData(types.time, batch.times),
      namesData(types.stock, batch.stocks),
      namesData(types.exchange, batch.exchanges),
      priceData(types.price, batch.prices),
      ...(batch.seqs === undefined ? [] : [seqData(batch.seqs)]),
    ]);
  }
  yield file.foot(
    new Map([
      [types.stock.id, names.stocks.list],
      [types.exchange.id, names.exchanges.list],
    ]),
  );
}

function priceData(type: Decimal | Utf8, prices: BatchPrices): Data {
  if (prices.kind !== 'text') return decimalData(type as Decimal, prices.values);
  return vectorFromArray(prices.values, type as Utf8).data[0] as Data;
}
