import type { PriceCandle } from '@tickwatch/store';
import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import { type CandleDecimals, candleDecimals, type DecimalColumn } from './candle-columns.ts';
import { decimalElement, TEXT_ELEMENT, TIME_ELEMENT } from './parquet-elements.ts';

const OPTIONAL = { repetition_type: 'OPTIONAL' } as const;

/**
 * Candles as a Parquet file: `time`, `open`, `high`, `low`, `close`, `count`, `average`, `complete`, as in JSON.
 * @throws TooManyDigitsError
 */
export function parquetCandles(candles: readonly PriceCandle[], decimals: 'number' | 'string'): Uint8Array {
  const { prices, average } = candleDecimals(candles, decimals);
  const columns = [
    { name: 'time', data: candles.map(({ time }) => BigInt(time)) },
    ...prices.map(dataOf),
    { name: 'count', data: candles.map(({ count }) => BigInt(count)) },
    dataOf(average),
    { name: 'complete', data: candles.map(({ complete }) => complete) },
  ];
  const writer = new ByteWriter();
  const file = new ParquetWriter({ writer, schema: schemaOf({ prices, average }), createdBy: 'tickwatch' });
  // Into memory: nothing to wait for.
  void file.write({ columnData: columns, rowGroupSize: Math.max(1, candles.length) });
  void file.finish();
  return writer.getBytes();
}

function schemaOf({ prices, average }: CandleDecimals): SchemaElement[] {
  const columns: SchemaElement[] = [
    { ...TIME_ELEMENT, name: 'time' },
    ...prices.map(elementOf),
    { name: 'count', type: 'INT64', repetition_type: 'REQUIRED' },
    elementOf(average),
    { name: 'complete', type: 'BOOLEAN', repetition_type: 'REQUIRED' },
  ];
  return [{ name: 'candles', num_children: columns.length }, ...columns];
}

function elementOf({ name, kind }: DecimalColumn): SchemaElement {
  const element = kind.kind === 'text' ? { ...TEXT_ELEMENT, name } : decimalElement(name, kind.kind, kind.scale);
  return { ...element, ...OPTIONAL };
}

function dataOf({ name, values }: DecimalColumn) {
  return { name, data: [...values] };
}
