import pg from 'pg';
import { COPIED_COLUMNS } from '../../sealed/copied-block.ts';
import type { Span } from '../queries/range.ts';
import { timeText } from '../sql/parameters.ts';
import type { MarketQuestion } from './market-chunk.ts';

export type MarketFilter = Pick<MarketQuestion, 'exchange' | 'stocks'>;

/** @param below only rows with lower numbers */
export function rowsCopy(
  table: 'unsealed_prices' | 'late_prices',
  { from, until }: Span,
  filter: MarketFilter,
  below?: number,
): string {
  const only = [`"timestamp" >= ${timeLiteral(from)}`, `"timestamp" < ${timeLiteral(until)}`, ...filterSql(filter)];
  if (below !== undefined) only.push(`seq < ${below}`);
  return `COPY (SELECT stock_name, exchange_name, "timestamp", seq, price FROM ${table} WHERE ${only.join(' AND ')})
    TO STDOUT (FORMAT binary)`;
}

/** Blocks whose first times are in a span and that reach as far as a moment. */
export function blocksCopy(begins: Span, reaching: number, filter: MarketFilter): string {
  const only = [
    `first_time >= ${timeLiteral(begins.from)}`,
    `first_time < ${timeLiteral(begins.until)}`,
    `last_time >= ${timeLiteral(reaching)}`,
    ...filterSql(filter),
  ];
  return `COPY (SELECT ${COPIED_COLUMNS} FROM sealed_blocks WHERE ${only.join(' AND ')}) TO STDOUT (FORMAT binary)`;
}

function filterSql({ exchange, stocks }: MarketFilter): readonly string[] {
  return [
    ...(exchange === undefined ? [] : [`exchange_name = ${pg.escapeLiteral(exchange)}`]),
    ...(stocks === undefined ? [] : [`stock_name IN (${stocks.map(pg.escapeLiteral).join(', ') || 'NULL'})`]),
  ];
}

function timeLiteral(micros: number): string {
  return `timestamptz '${timeText(micros)}'`;
}
