import type { MarketChunk } from '@tickwatch/store';
import { ByteWriter, type SchemaElement } from 'hyparquet-writer';
import { writeRleBitPackedHybrid } from 'hyparquet-writer/src/encoding.js';
import { deltaPacked } from './delta-packed.ts';
import { marketBatches } from './market-batches.ts';
import { decimalElement, SEQ_ELEMENT, TEXT_ELEMENT, TIME_ELEMENT, WIDE_BYTES } from './parquet-elements.ts';
import { type EncodedColumn, ParquetFile } from './parquet-file.ts';
import type { PriceKind } from './price-kind.ts';
import {
  type BatchPrices,
  type FileNames,
  Names,
  type StockChunk,
  type TickBatch,
  tickBatches,
} from './tick-batches.ts';

/** What DuckDB takes for a row group: each is read by one of its threads. */
const ROWS_A_GROUP = 122_880;

/**
 * Ticks as a Parquet file, a row group in memory at a time. Columns: `timestamp` (µs, UTC), `stock_name`, `exchange_name`,
 * `price` (DECIMAL, or text). The same ticks are the same bytes.
 * @throws PriceScaleError a price that the column can't hold
 */
export function parquetTicks(source: AsyncIterable<StockChunk>, kind: PriceKind): AsyncGenerator<Uint8Array> {
  const names = { stocks: new Names(), exchanges: new Names() };
  return parquetOf(tickBatches(source, kind, names, ROWS_A_GROUP), kind, names, []);
}

/** As {@link parquetTicks}, of many stocks in turns, with their numbers: `seq`, null where it was not kept. */
export function parquetMarket(source: AsyncIterable<MarketChunk>, kind: PriceKind): AsyncGenerator<Uint8Array> {
  const names = { stocks: new Names(), exchanges: new Names() };
  return parquetOf(marketBatches(source, kind, names, ROWS_A_GROUP), kind, names, [SEQ_ELEMENT]);
}

async function* parquetOf(
  batches: AsyncIterable<TickBatch>,
  kind: PriceKind,
  names: FileNames,
  more: readonly SchemaElement[],
): AsyncGenerator<Uint8Array> {
  const file = new ParquetFile([
    { ...TIME_ELEMENT, name: 'timestamp' },
    { ...TEXT_ELEMENT, name: 'stock_name' },
    { ...TEXT_ELEMENT, name: 'exchange_name' },
    priceElement(kind),
    ...more,
  ]);
  yield file.head();
  for await (const batch of batches) {
    yield file.rowGroup(batch.count, [
      whole(batch.times),
      named(batch.stocks, names.stocks),
      named(batch.exchanges, names.exchanges),
      pricesOf(batch),
      ...(batch.seqs === undefined ? [] : [numbersOf(batch.seqs)]),
    ]);
  }
  yield file.foot();
}

function priceElement(kind: PriceKind): SchemaElement {
  return kind.kind === 'text' ? { ...TEXT_ELEMENT, name: 'price' } : decimalElement('price', kind.kind, kind.scale);
}

function whole(values: Float64Array): EncodedColumn {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return { encoding: 'DELTA_BINARY_PACKED', values: deltaPacked(values), least: BigInt(least), most: BigInt(most) };
}

/** Numbers of which 0 is null. */
function numbersOf(seqs: Float64Array): EncodedColumn {
  const known = seqs.filter((seq) => seq !== 0);
  const levels = new ByteWriter();
  writeRleBitPackedHybrid(
    levels,
    Int32Array.from(seqs, (seq) => (seq === 0 ? 0 : 1)),
    1,
  );
  const nulls = { count: seqs.length - known.length, levels: levels.getBytes() };
  if (known.length === 0) return { encoding: 'PLAIN', values: new Uint8Array(0), nulls };
  return { ...whole(known), nulls };
}

/** A dictionary of the names that occur in this row group. */
function named(numbers: Int32Array, { list }: Names): EncodedColumn {
  const here = new Names();
  const places = new Int32Array(numbers.length);
  let [number, place] = [-1, -1];
  for (let i = 0; i < numbers.length; i++) {
    if (numbers[i] !== number) {
      number = numbers[i] as number;
      place = here.numberOf(list[number] as string);
    }
    places[i] = place;
  }
  const dictionary = new ByteWriter();
  for (const name of here.list) putText(dictionary, name);
  const values = new ByteWriter();
  const width = 32 - Math.clz32(here.list.length - 1);
  values.appendUint8(width);
  writeRleBitPackedHybrid(values, places, width);
  return {
    encoding: 'RLE_DICTIONARY',
    values: values.getBytes(),
    dictionary: { count: here.list.length, bytes: dictionary.getBytes() },
  };
}

function pricesOf({ prices }: TickBatch): EncodedColumn {
  if (prices.kind === 'narrow') return whole(prices.values);
  return { encoding: 'PLAIN', values: prices.kind === 'wide' ? wideBytes(prices) : texts(prices.values) };
}

/** Big endian, two's complement. */
function wideBytes({ values }: Extract<BatchPrices, { kind: 'wide' }>): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * WIDE_BYTES));
  for (const [i, value] of values.entries()) {
    view.setBigInt64(i * WIDE_BYTES, value >> 64n);
    view.setBigUint64(i * WIDE_BYTES + 8, BigInt.asUintN(64, value));
  }
  return new Uint8Array(view.buffer);
}

function texts(values: readonly string[]): Uint8Array {
  const writer = new ByteWriter(values.length * 16);
  for (const value of values) putText(writer, value);
  return writer.getBytes();
}

function putText(writer: ByteWriter, text: string): void {
  const bytes = Buffer.from(text);
  writer.appendUint32(bytes.length);
  writer.appendBytes(bytes);
}
