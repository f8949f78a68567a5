import type { EpochMicros } from '@tickwatch/core';
import { toMicros } from '../read-pool.ts';
import type { LaneTick } from '../tail/usable-tail.ts';
import { Parameters } from './parameters.ts';
import { tailTable } from './segments.ts';
import { tickOrder, type Way } from './tick-order.ts';

/** The last row of a page: the next one starts behind it. */
export interface PageKey {
  readonly time: EpochMicros;
  readonly seq: number;
  readonly price: string;
  readonly exchange: string;
  /** How many rows with exactly these values have been delivered: equal ticks are all kept. */
  readonly seen: number;
  /** The other exchanges of which ticks of that time have been delivered. */
  readonly also: readonly string[];
}

export interface PageQuestion {
  readonly stock: string;
  readonly exchange: string | undefined;
  readonly from: number;
  readonly until: number;
  readonly order: Way;
  readonly after: PageKey | undefined;
  readonly limit: number;
  readonly tail: readonly LaneTick[];
}

/**
 * Columns: micros, seq, price, exchange_name. The first rows may be those of the key itself: as many more are read as were
 * seen of them.
 */
export function pageStatement(
  question: PageQuestion,
  table: 'unsealed_prices' | 'late_prices',
): { text: string; values: unknown[] } {
  const parameters = new Parameters();
  const { order, after } = question;
  const bounds = [
    ...(question.from < 0 ? [] : [`timestamp >= ${parameters.time(question.from)}`]),
    ...(question.until === Number.POSITIVE_INFINITY ? [] : [`timestamp < ${parameters.time(question.until)}`]),
    ...(question.exchange === undefined ? [] : [`exchange_name = ${parameters.add(question.exchange, 'text')}`]),
    ...keyset(parameters, after, order),
  ];
  const where = (first: string): string => [first, ...bounds].join(' AND ');
  const tail =
    question.tail.length === 0
      ? ''
      : `UNION ALL SELECT timestamp, seq, price, exchange_name COLLATE "C" FROM ${tailTable(parameters, question.tail)} WHERE ${where('true')}`;
  const limit = parameters.add(question.limit + (after?.seen ?? 0), 'integer');
  // With a limit of its own: together with a tail, all rows of the range would be sorted for one page.
  const text = `
    SELECT ${toMicros('timestamp')} AS micros, seq, price::text AS price, exchange_name
      FROM ((SELECT timestamp, seq, price, exchange_name::text COLLATE "C" AS exchange_name FROM ${table}
              WHERE ${where(`stock_name = ${parameters.add(question.stock, 'text')}`)}
              ORDER BY ${tickOrder(table, order)} LIMIT ${limit})
            ${tail}) ticks
     ORDER BY ${tickOrder('ticks', order)} LIMIT ${limit}`;
  return { text, values: parameters.values };
}

function keyset(parameters: Parameters, after: PageKey | undefined, order: Way): string[] {
  if (after === undefined) return [];
  const beyond = order === 'asc' ? '>=' : '<=';
  const time = parameters.time(after.time);
  const seq = parameters.add(after.seq, 'bigint');
  const key = `(${time}, ${seq}, ${parameters.add(after.price, 'numeric')}, ${parameters.add(after.exchange, 'text')} COLLATE "C")`;
  // The first condition alone is what the index can use.
  return [`timestamp ${beyond} ${time}`, `(timestamp, seq, price, exchange_name) ${beyond} ${key}`];
}
