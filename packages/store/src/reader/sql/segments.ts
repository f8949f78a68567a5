import type { SequencedTick } from '@tickwatch/core';
import type { Piece } from '../range-plan.ts';
import { type Parameters, timeText } from './parameters.ts';

export interface SegmentsQuestion {
  readonly stock: string;
  readonly exchange: string | undefined;
  readonly pieces: readonly Piece[];
  /** Ticks that are not committed, already limited to stock, exchange and range. */
  readonly tail: readonly SequencedTick[];
}

/**
 * SQL: everything there is about a stock in a range as rows of one shape, whatever level they come from: exchange_name,
 * count, sum,
 * low, low_time, high, high_time, open, open_time, close, close_time, weighted_sum (price × seconds).
 * A single tick is a segment whose open is its close.
 */
export function segmentsSql(parameters: Parameters, question: SegmentsQuestion): string {
  const stock = parameters.add(question.stock, 'text');
  const exchange =
    question.exchange === undefined ? '' : ` AND exchange_name = ${parameters.add(question.exchange, 'text')}`;
  const parts = question.pieces.map((piece) =>
    piece.level === 'raw'
      ? `SELECT ${tickColumns} FROM stock_prices WHERE stock_name = ${stock}${exchange}${within('timestamp', piece, parameters)}`
      : `SELECT ${rollupColumns} FROM price_rollups
           WHERE stock_name = ${stock}${exchange} AND width = '${piece.level}'${within('bucket', piece, parameters)}`,
  );
  if (question.tail.length > 0) parts.push(`SELECT ${tickColumns} FROM ${tailTable(parameters, question.tail)}`);
  return parts.length === 0
    ? `SELECT ${tickColumns} FROM stock_prices WHERE false`
    : parts.join('\n         UNION ALL ');
}

/** SQL: the tail's ticks as a table with the columns of `stock_prices`. */
export function tailTable(parameters: Parameters, tail: readonly SequencedTick[]): string {
  const times = parameters.add(
    tail.map((tick) => timeText(tick.time)),
    'timestamptz[]',
  );
  const prices = parameters.add(
    tail.map((tick) => tick.price),
    'numeric[]',
  );
  const exchanges = parameters.add(
    tail.map((tick) => tick.exchange),
    'text[]',
  );
  return `unnest(${times}, ${prices}, ${exchanges}) AS tail(timestamp, price, exchange_name)`;
}

const tickColumns =
  `exchange_name::text COLLATE "C" AS exchange_name, 1::bigint AS count, price AS sum, ` +
  'price AS low, timestamp AS low_time, price AS high, timestamp AS high_time, ' +
  'price AS open, timestamp AS open_time, price AS close, timestamp AS close_time, 0::numeric AS weighted_sum';

const rollupColumns =
  `exchange_name::text COLLATE "C" AS exchange_name, count, sum, ` +
  'low, low_time, high, high_time, open, open_time, close, close_time, weighted_sum';

function within(column: string, piece: Piece, parameters: Parameters): string {
  const from = piece.from < 0 ? '' : ` AND ${column} >= ${parameters.time(piece.from)}`;
  const until = piece.until === Number.POSITIVE_INFINITY ? '' : ` AND ${column} < ${parameters.time(piece.until)}`;
  return from + until;
}
