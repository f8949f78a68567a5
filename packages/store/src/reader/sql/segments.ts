import type { EpochMicros } from '@tickwatch/core';
import type { Piece } from '../range-plan.ts';
import type { LaneTick } from '../tail/usable-tail.ts';
import { manyPieces } from './many-pieces.ts';
import { type Parameters, timeText } from './parameters.ts';

/** Ticks of an exchange that were summed up already; decimals as text. */
export interface Segment {
  readonly exchange: string;
  readonly count: number;
  readonly sum: string;
  readonly low: string;
  readonly high: string;
  readonly open: string;
  readonly openTime: EpochMicros;
  readonly openSeq: number;
  readonly close: string;
  readonly closeTime: EpochMicros;
  readonly closeSeq: number;
  /** Price × seconds until the next one, within the segment. */
  readonly weightedSum: string;
  /** Of the first of the lowest, and of the highest. */
  readonly lowTime: EpochMicros;
  readonly highTime: EpochMicros;
}

/** More pieces than this are read by a few joins instead of one part of the statement each: it has to stay short. */
export const MAX_SINGLE_PIECES = 64;

export interface SegmentsQuestion {
  readonly stock: string;
  readonly exchange: string | undefined;
  readonly pieces: readonly Piece[];
  /** Ticks that are not committed, already limited to stock, exchange and range. */
  readonly tail: readonly LaneTick[];
  /** True: some of the tail may be committed by now. */
  readonly tailMayBeStored?: boolean;
  /** Of sealed ticks, in no piece. */
  readonly sealed?: readonly Segment[];
}

/**
 * SQL: everything there is about a stock in a range as rows of one shape, whatever level they come from: exchange_name,
 * count, sum, low, high, open, open_time, open_seq, close, close_time, close_seq, weighted_sum (price × seconds).
 * A single tick is a segment whose open is its close.
 * @param extremes adds low_time and high_time; left out, because wide rows cost an average a tenth of its time
 */
export function segmentsSql(parameters: Parameters, question: SegmentsQuestion, extremes = false): string {
  const tick = extremes ? `${TICK}, timestamp AS low_time, timestamp AS high_time` : TICK;
  const rollup = extremes ? `${ROLLUP}, low_time, high_time` : ROLLUP;
  const shared = { ticks: tick, rollups: rollup, condition: conditionOf(parameters, question) };
  const parts =
    question.pieces.length > MAX_SINGLE_PIECES
      ? manyPieces(parameters, question.pieces, shared)
      : question.pieces.map((piece) =>
          piece.level === 'raw'
            ? `SELECT ${tick} FROM unsealed_prices WHERE ${shared.condition}${within('timestamp', piece, parameters)}`
            : `SELECT ${rollup} FROM price_rollups
           WHERE ${shared.condition} AND width = '${piece.level}'${within('bucket', piece, parameters)}`,
        );
  if (question.tail.length > 0) {
    const table = tailTable(parameters, question.tail);
    parts.push(`SELECT ${tick} FROM ${table}${question.tailMayBeStored ? NOT_STORED : ''}`);
  }
  const { sealed = [] } = question;
  if (sealed.length > 0) parts.push(sealedSegments(parameters, sealed, extremes));
  return parts.length === 0 ? `SELECT ${tick} FROM unsealed_prices WHERE false` : parts.join('\n         UNION ALL ');
}

function conditionOf(parameters: Parameters, { stock, exchange, pieces }: SegmentsQuestion): string {
  // A value that stands nowhere has no type.
  if (pieces.length === 0) return 'false';
  const only = exchange === undefined ? '' : ` AND exchange_name = ${parameters.add(exchange, 'text')}`;
  return `stock_name = ${parameters.add(stock, 'text')}${only}`;
}

/** SQL: the tail's ticks as a table with the columns of `stock_prices`, and `lane`. */
export function tailTable(parameters: Parameters, tail: readonly LaneTick[]): string {
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
  const seqs = parameters.add(
    tail.map((tick) => tick.seq),
    'bigint[]',
  );
  const lanes = parameters.add(
    tail.map((tick) => tick.lane),
    'text[]',
  );
  return `unnest(${times}, ${prices}, ${exchanges}, ${seqs}, ${lanes}) AS tail(timestamp, price, exchange_name, seq, lane)`;
}

function sealedSegments(parameters: Parameters, sealed: readonly Segment[], extremes: boolean): string {
  // As PostgreSQL writes arrays, all at once: `pg` would look at each element of each of them.
  const array = (type: string, write: (segment: Segment) => string | number): string =>
    parameters.add(`{${sealed.map(write).join(',')}}`, `${type}[]`);
  const columns: Readonly<Record<string, string>> = {
    exchange_name: array('text', ({ exchange }) => `"${exchange.replaceAll(/["\\]/g, '\\$&')}"`),
    count: array('bigint', ({ count }) => count),
    sum: array('numeric', ({ sum }) => sum),
    low: array('numeric', ({ low }) => low),
    high: array('numeric', ({ high }) => high),
    open: array('numeric', ({ open }) => open),
    open_time: array('timestamptz', ({ openTime }) => timeText(openTime)),
    open_seq: array('bigint', ({ openSeq }) => openSeq),
    close: array('numeric', ({ close }) => close),
    close_time: array('timestamptz', ({ closeTime }) => timeText(closeTime)),
    close_seq: array('bigint', ({ closeSeq }) => closeSeq),
    weighted_sum: array('numeric', ({ weightedSum }) => weightedSum),
    ...(extremes
      ? {
          low_time: array('timestamptz', ({ lowTime }) => timeText(lowTime)),
          high_time: array('timestamptz', ({ highTime }) => timeText(highTime)),
        }
      : {}),
  };
  const names = Object.keys(columns);
  return `SELECT ${names.map((name) => (name === 'exchange_name' ? `${name} COLLATE "C" AS ${name}` : name)).join(', ')}
        FROM unnest(${Object.values(columns).join(', ')}) AS sealed(${names.join(', ')})`;
}

const NOT_STORED = `
           WHERE seq > coalesce((SELECT stored.seq FROM ingest_positions stored WHERE stored.lane = tail.lane), 0)`;

const TICK =
  `exchange_name::text COLLATE "C" AS exchange_name, 1::bigint AS count, price AS sum, price AS low, price AS high, ` +
  'price AS open, timestamp AS open_time, seq AS open_seq, price AS close, timestamp AS close_time, seq AS close_seq, ' +
  '0::numeric AS weighted_sum';

const ROLLUP =
  `exchange_name::text COLLATE "C" AS exchange_name, count, sum, low, high, ` +
  'open, open_time, open_seq, close, close_time, close_seq, weighted_sum';

function within(column: string, piece: Piece, parameters: Parameters): string {
  const from = piece.from < 0 ? '' : ` AND ${column} >= ${parameters.time(piece.from)}`;
  const until = piece.until === Number.POSITIVE_INFINITY ? '' : ` AND ${column} < ${parameters.time(piece.until)}`;
  return from + until;
}
