import { type EpochMicros, MAX_OUTLIERS } from '@tickwatch/core';
import { type Row, readMicros, toMicros } from '../read-pool.ts';
import type { Snapshot } from '../snapshot.ts';
import { Parameters } from '../sql/parameters.ts';
import type { Statement } from '../statement.ts';
import type { RangeQuestion } from './range.ts';

/** A tick far from what its stock cost just before; decimals as digits. */
export interface MarkedTick {
  readonly time: EpochMicros;
  readonly exchange: string;
  readonly price: string;
  readonly median: string;
  readonly deviation: string;
}

/** Of a stock, the newest in a range, ascending. */
export async function askOutliers(snapshot: Snapshot, question: RangeQuestion): Promise<readonly MarkedTick[]> {
  const rows = await snapshot.rows(newest(question));
  return rows.map(readOutlier).reverse();
}

function newest({ stock, exchange, start, end }: RangeQuestion): Statement {
  const parameters = new Parameters();
  const only = [
    `stock_name = ${parameters.add(stock, 'text')}`,
    ...(start === undefined ? [] : [`"timestamp" >= ${parameters.time(start)}`]),
    ...(end === undefined ? [] : [`"timestamp" <= ${parameters.time(end)}`]),
    ...(exchange === undefined ? [] : [`exchange_name = ${parameters.add(exchange, 'text')}`]),
  ];
  const text = `
    SELECT ${toMicros('"timestamp"')} AS time, exchange_name, price::text, median::text, deviation::text
      FROM outliers WHERE ${only.join(' AND ')}
     ORDER BY "timestamp" DESC, exchange_name DESC, seq DESC LIMIT ${MAX_OUTLIERS}`;
  return { text, values: parameters.values };
}

function readOutlier(row: Row): MarkedTick {
  return {
    time: readMicros(row.time ?? ''),
    exchange: row.exchange_name ?? '',
    price: row.price ?? '',
    median: row.median ?? '',
    deviation: row.deviation ?? '',
  };
}
