import type { PriceCandle } from '@tickwatch/store';
import { Bool, type Data, type DataType, Field, Int64, Utf8, vectorFromArray } from 'apache-arrow';
import { decimalType, decimalWords, timeData, timeType } from './arrow-columns.ts';
import { ArrowFile } from './arrow-file.ts';
import { candleDecimals, type DecimalColumn } from './candle-columns.ts';

interface Column {
  readonly field: Field;
  readonly data: Data;
}

/**
 * Candles as an Arrow IPC file: `time`, `open`, `high`, `low`, `close`, `count`, `average`, `complete`, as in JSON.
 * @throws TooManyDigitsError
 */
export function arrowCandles(candles: readonly PriceCandle[], decimals: 'number' | 'string'): Uint8Array {
  const { prices, average } = candleDecimals(candles, decimals);
  const columns: readonly Column[] = [
    timeColumn(candles),
    ...prices.map(decimalColumn),
    column(
      'count',
      new Int64(),
      false,
      candles.map(({ count }) => BigInt(count)),
    ),
    decimalColumn(average),
    column(
      'complete',
      new Bool(),
      false,
      candles.map(({ complete }) => complete),
    ),
  ];
  const file = new ArrowFile(columns.map(({ field }) => field));
  const rows =
    candles.length === 0
      ? []
      : [
          file.batch(
            candles.length,
            columns.map(({ data }) => data),
          ),
        ];
  return Buffer.concat([...rows, file.foot(new Map())]);
}

function timeColumn(candles: readonly PriceCandle[]): Column {
  const type = timeType();
  return {
    field: new Field('time', type, false),
    data: timeData(
      type,
      Float64Array.from(candles, ({ time }) => time),
    ),
  };
}

function decimalColumn({ name, kind, values }: DecimalColumn): Column {
  if (kind.kind === 'text') return column(name, new Utf8(), true, values);
  const words = values.map((value) => (typeof value === 'bigint' ? decimalWords(value) : null));
  return column(name, decimalType(kind.kind, kind.scale), true, words);
}

function column(name: string, type: DataType, nullable: boolean, values: readonly unknown[]): Column {
  return { field: new Field(name, type, nullable), data: vectorFromArray(values, type).data[0] as Data };
}
