import type { EpochMicros, SequencedTick } from '@tickwatch/core';
import { toMicros } from '../read-pool.ts';
import { Parameters } from './parameters.ts';
import { tailTable } from './segments.ts';

/** The last row of a page: the next one starts behind it. */
export interface PageKey {
  readonly time: EpochMicros;
  readonly price: string;
  readonly exchange: string;
  /** How many rows with exactly these values have been delivered: equal ticks are all kept. */
  readonly seen: number;
}

export interface PageQuestion {
  readonly stock: string;
  readonly exchange: string | undefined;
  readonly from: number;
  readonly until: number;
  readonly order: 'asc' | 'desc';
  readonly after: PageKey | undefined;
  readonly limit: number;
  readonly tail: readonly SequencedTick[];
}

/** Columns: micros, price, exchange_name. */
export function pageStatement(question: PageQuestion): { text: string; values: unknown[] } {
  const parameters = new Parameters();
  const [way, beyond] = question.order === 'asc' ? ['ASC', '>='] : ['DESC', '<='];
  const bounds = [
    ...(question.from < 0 ? [] : [`timestamp >= ${parameters.time(question.from)}`]),
    ...(question.until === Number.POSITIVE_INFINITY ? [] : [`timestamp < ${parameters.time(question.until)}`]),
    ...(question.exchange === undefined ? [] : [`exchange_name = ${parameters.add(question.exchange, 'text')}`]),
    ...keyset(parameters, question.after, beyond),
  ];
  const where = (first: string): string => [first, ...bounds].join(' AND ');
  const tail =
    question.tail.length === 0
      ? ''
      : `UNION ALL SELECT timestamp, price, exchange_name COLLATE "C" FROM ${tailTable(parameters, question.tail)} WHERE ${where('true')}`;
  const text = `
    SELECT ${toMicros('timestamp')} AS micros, price::text AS price, exchange_name
      FROM (SELECT timestamp, price, exchange_name::text COLLATE "C" AS exchange_name FROM stock_prices
             WHERE ${where(`stock_name = ${parameters.add(question.stock, 'text')}`)} ${tail}) ticks
     ORDER BY timestamp ${way}, ticks.price ${way}, exchange_name ${way}, scale(ticks.price) ${way}
     LIMIT ${parameters.add(question.limit, 'integer')} OFFSET ${parameters.add(question.after?.seen ?? 0, 'integer')}`;
  return { text, values: parameters.values };
}

function keyset(parameters: Parameters, after: PageKey | undefined, beyond: string): string[] {
  if (after === undefined) return [];
  const time = parameters.time(after.time);
  const key = `(${time}, ${parameters.add(after.price, 'numeric')}, ${parameters.add(after.exchange, 'text')} COLLATE "C")`;
  // The first condition alone is what the index can use.
  return [`timestamp ${beyond} ${time}`, `(timestamp, price, exchange_name) ${beyond} ${key}`];
}
