import { type Data, type Decimal, Field, Utf8, vectorFromArray } from 'apache-arrow';
import { decimalData, decimalType, namesData, namesType, timeData, timeType } from './arrow-columns.ts';
import { ArrowFile } from './arrow-file.ts';
import type { PriceKind } from './price-kind.ts';
import { type BatchPrices, Names, type StockChunk, tickBatches } from './tick-batches.ts';

const ROWS_A_BATCH = 65_536;
/** Exchanges that a file may name. */
const MOST_EXCHANGES = 2 ** 15 - 1;

/**
 * Ticks as an Arrow IPC file, not packed, a batch in memory at a time. Columns: `timestamp` (µs, UTC), `stock_name` and
 * `exchange_name` (dictionaries), `price` (DECIMAL, or text). The same ticks are the same bytes.
 * @param stocks how many there may be
 * @throws PriceScaleError a price that the column can't hold
 */
export async function* arrowTicks(
  source: AsyncIterable<StockChunk>,
  kind: PriceKind,
  stocks: number,
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
  ]);
  const names = { stocks: new Names(), exchanges: new Names() };
  for await (const batch of tickBatches(source, kind, names, ROWS_A_BATCH)) {
    yield file.batch(batch.count, [
      timeData(types.time, batch.times),
      namesData(types.stock, batch.stocks),
      namesData(types.exchange, batch.exchanges),
      priceData(types.price, batch.prices),
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
