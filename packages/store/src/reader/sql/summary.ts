import type { DecimalText, EpochMicros } from '@tickwatch/core';
import { toMicros } from '../read-pool.ts';
import type { Statement } from '../statement.ts';
import type { LaneTick } from '../tail/usable-tail.ts';
import { lastTicksSql } from './as-of.ts';
import { Parameters } from './parameters.ts';
import { type SegmentsQuestion, segmentsSql, tailTable } from './segments.ts';

/** Everything exact that can be said about a range in one row. */
export interface SummaryRow {
  readonly count: number;
  readonly sum: string;
  readonly low: DecimalText;
  readonly high: DecimalText;
  readonly open: DecimalText;
  readonly openTime: EpochMicros;
  readonly close: DecimalText;
  readonly closeTime: EpochMicros;
  /** Σ price × µs until the next tick of its exchange, from the first tick to the last: decimal text. */
  readonly weightedSum: string;
}

/** For how long prices held at the two ends of a range, where no tick stands. */
export interface HeldQuestion {
  /** Where the range begins, µs: the price in force there holds until the first tick. `undefined`: at its first tick. */
  readonly from: number | undefined;
  /** µs; the last price of each exchange holds until then. */
  readonly until: number;
  /** Ticks before `from` that are not committed. */
  readonly before: readonly LaneTick[];
}

/** For how long which prices held, over all exchanges. */
export interface HeldRow {
  /** Σ price × µs that it held, and Σ of those µs: decimal text, whole number as text. */
  readonly sum: string;
  readonly micros: string;
  /** The prices in force at the start, one an exchange: their number, sum, and most decimals. */
  readonly inForce: { readonly count: number; readonly sum: string; readonly decimals: number };
}

/**
 * `open` and `close` follow the order of ticks: time, then arrival (`seq`), then price. Only the first segment of an exchange's line
 * can hold the open, and the close only one that ends no earlier than the next begins: sorting those few instead of all
 * takes a twentieth of the statement's time off. Gaps stay intervals, which add up exactly and cheaply.
 */
export function summaryStatement(
  question: SegmentsQuestion,
  held?: HeldQuestion,
  more: readonly string[] = [],
): Statement {
  const parameters = new Parameters();
  const columns = [
    'sum(count)::bigint AS count',
    'sum(sum) AS sum',
    'min(low) AS low',
    'max(high) AS high',
    '(array_agg(open ORDER BY open_time, open_seq, open) FILTER (WHERE place = 1))[1] AS open',
    `${toMicros('min(open_time)')} AS open_time`,
    `(array_agg(close ORDER BY close_time DESC, close_seq DESC, close DESC)
               FILTER (WHERE coalesce(next_time <= close_time, true)))[1] AS close`,
    `${toMicros('max(close_time)')} AS close_time`,
    `trim_scale((sum(weighted_sum) + sum(close * extract(epoch FROM gap))) * 1000000) AS weighted_sum`,
    ...(held === undefined ? [] : heldColumns(parameters, held)),
    ...more,
  ];
  const text = `
    WITH segments AS (
         ${segmentsSql(parameters, question)}
    ), placed AS (
      SELECT *, row_number() OVER line AS place, lead(open_time) OVER line AS next_time,
             greatest(lead(open_time) OVER line - close_time, interval '0') AS gap
        FROM segments
      WINDOW line AS (PARTITION BY exchange_name ORDER BY open_time, open_seq, open, close_time)
    )${held?.from === undefined ? '' : inForce(parameters, question, held.from, held)}
    SELECT ${columns.join(',\n           ')}
      FROM ${held?.from === undefined ? '' : 'in_force LEFT JOIN '}placed${held?.from === undefined ? '' : ' ON true'}`;
  return { text, values: parameters.values, isRepeated: true };
}

/** SQL: what the prices amount to that were in force when the range began, one an exchange, until its first tick: one row. */
function inForce(
  parameters: Parameters,
  { stock, exchange }: SegmentsQuestion,
  from: number,
  { before, until }: HeldQuestion,
): string {
  const [start, end] = [parameters.time(from), parameters.time(until)];
  let last = lastTicksSql(parameters, { stock, exchange, time: from - 1 });
  if (before.length > 0) {
    const tail = `SELECT exchange_name, timestamp, seq, price FROM ${tailTable(parameters, before)}`;
    last = `SELECT DISTINCT ON (exchange_name) * FROM (${last} UNION ALL ${tail}) ticks
             ORDER BY exchange_name, time DESC, seq DESC, price DESC`;
  }
  return `, in_force AS (
      SELECT count(*) AS in_force_count, coalesce(sum(price), 0) AS in_force_sum,
             coalesce(max(scale(price)), 0) AS in_force_decimals, coalesce(sum(price * span), 0) AS held_sum,
             coalesce(sum(span), 0) AS held_seconds
        FROM (SELECT price, extract(epoch FROM coalesce(
                (SELECT open_time FROM placed WHERE placed.exchange_name = last.exchange_name AND place = 1),
                greatest(${end}, ${start})) - ${start}) AS span
                FROM (${last}) last) spans
    )`;
}

function heldColumns(parameters: Parameters, { from, until }: HeldQuestion): string[] {
  const after = `CASE WHEN next_time IS NULL THEN greatest(${parameters.time(until)} - close_time, interval '0') ELSE gap END`;
  const inForce = (column: string): string => (from === undefined ? '0' : `max(${column})`);
  return [
    `trim_scale((coalesce(sum(weighted_sum) + sum(close * extract(epoch FROM ${after})), 0)
             + ${inForce('held_sum')}) * 1000000) AS held_sum`,
    `((coalesce(extract(epoch FROM sum(close_time - open_time) + sum(${after})), 0)
             + ${inForce('held_seconds')}) * 1000000)::bigint AS held_micros`,
    ...['in_force_count', 'in_force_sum', 'in_force_decimals'].map((column) => `${inForce(column)} AS ${column}`),
  ];
}

type Raw = Readonly<Record<string, string | null>>;

/** `undefined`: no tick in the range. */
export function readSummary(row: Raw | undefined): SummaryRow | undefined {
  if (row === undefined || row.count === null || row.count === undefined) return undefined;
  const text = (name: string): string => row[name] ?? '0';
  return {
    count: Number(row.count),
    sum: text('sum'),
    low: text('low') as DecimalText,
    high: text('high') as DecimalText,
    open: text('open') as DecimalText,
    openTime: Number(row.open_time) as EpochMicros,
    close: text('close') as DecimalText,
    closeTime: Number(row.close_time) as EpochMicros,
    weightedSum: text('weighted_sum'),
  };
}

export function readHeld(row: Raw | undefined): HeldRow | undefined {
  if (row?.held_sum === undefined) return undefined;
  const text = (name: string): string => row[name] ?? '0';
  return {
    sum: text('held_sum'),
    micros: text('held_micros'),
    inForce: {
      count: Number(text('in_force_count')),
      sum: text('in_force_sum'),
      decimals: Number(text('in_force_decimals')),
    },
  };
}
