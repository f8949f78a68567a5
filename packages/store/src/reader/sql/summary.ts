import type { DecimalText, EpochMicros } from '@tickwatch/core';
import type { NoMinutes } from '../range-plan.ts';
import { toMicros } from '../read-pool.ts';
import type { Statement } from '../statement.ts';
import type { LaneTick } from '../tail/usable-tail.ts';
import { lastTicksSql } from './as-of.ts';
import { Parameters } from './parameters.ts';
import { MAX_SINGLE_PIECES, type SegmentsQuestion, segmentsSql, tailTable } from './segments.ts';

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
  readonly noMinutes: NoMinutes | undefined;
  /** False: no unsealed tick lies before `from` in its minute. */
  readonly hasSingles: boolean;
}

/** For how long which prices held, over all exchanges. */
export interface HeldRow {
  /** Σ price × µs that it held, and Σ of those µs: decimal text, whole number as text. */
  readonly sum: string;
  readonly micros: string;
  /** The prices in force at the start, one an exchange: their number, sum, and most decimals. */
  readonly inForce: { readonly count: number; readonly sum: string; readonly decimals: number };
}

// Where an expression stands twice, PostgreSQL computes it once.
const WEIGHTED_SUM = 'sum(weighted_sum) + coalesce(sum(close * extract(epoch FROM gap)), 0)';

/**
 * `open` and `close` follow the order of ticks: time, then arrival (`seq`), then price. Only the first segment of an exchange's line
 * can hold the open, and the close only one that ends no earlier than the next begins: sorting those few instead of all
 * takes a twentieth of the statement's time off. Gaps stay intervals, which add up exactly and cheaply.
 */
export function summaryStatement(
  question: SegmentsQuestion,
  held: HeldQuestion | undefined,
  more: (parameters: Parameters) => readonly string[],
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
               FILTER (WHERE count > 0 AND coalesce(next_time <= close_time, true)))[1] AS close`,
    `${toMicros('max(close_time)')} AS close_time`,
    `trim_scale((${WEIGHTED_SUM}) * 1000000) AS weighted_sum`,
    ...(held === undefined ? [] : heldColumns(parameters, held)),
    ...more(parameters),
  ];
  const text = `
    WITH segments AS (
         ${segmentsSql(parameters, question)}
    ), placed AS (
      SELECT *, row_number() OVER line AS place, lead(open_time) OVER line AS next_time,
             greatest(lead(open_time) OVER line - close_time, interval '0') AS gap
        FROM segments
      WINDOW line AS (PARTITION BY exchange_name ORDER BY open_time, open_seq, open, close_time)
    )
    SELECT ${columns.join(',\n           ')}
      FROM placed${held?.from === undefined ? '' : inForce(parameters, question, held.from, held)}`;
  const readsUnsealed =
    question.pieces.some(({ level }) => level === 'raw') || (held?.from !== undefined && held.hasSingles);
  const fitsAnyValues = !readsUnsealed && question.pieces.length <= MAX_SINGLE_PIECES;
  return { text, values: parameters.values, isRepeated: true, fitsAnyValues };
}

/**
 * SQL: joins the prices that were in force when the range began, one an exchange, to the first segment of that exchange;
 * a row of its own where it has none.
 */
function inForce(
  parameters: Parameters,
  { stock, exchange }: SegmentsQuestion,
  from: number,
  { before, noMinutes, hasSingles }: HeldQuestion,
): string {
  let last = lastTicksSql(parameters, { stock, exchange, time: from - 1, noMinutes, hasSingles });
  if (before.length > 0) {
    const tail = `SELECT exchange_name, timestamp, seq, price FROM ${tailTable(parameters, before)}`;
    last = `SELECT DISTINCT ON (exchange_name) * FROM (${last} UNION ALL ${tail}) ticks
             ORDER BY exchange_name, time DESC, seq DESC, price DESC`;
  }
  return ` FULL JOIN (SELECT exchange_name, price AS in_force, 1 AS place FROM (${last}) last) last USING (exchange_name, place)`;
}

function heldColumns(parameters: Parameters, { from, until }: HeldQuestion): string[] {
  const end = parameters.time(until);
  const after = `greatest(${end} - close_time, interval '0')`;
  const afterSum = `coalesce(sum(close * extract(epoch FROM ${after})) FILTER (WHERE next_time IS NULL), 0)`;
  const sums = [`coalesce(${WEIGHTED_SUM}, 0)`, afterSum];
  const spans = ['sum(close_time - open_time)', 'sum(gap)', `sum(${after}) FILTER (WHERE next_time IS NULL)`];
  if (from === undefined) return [...heldSums(sums, spans), '0 AS in_force_count'];
  const start = parameters.time(from);
  const before = `coalesce(open_time, greatest(${end}, ${start})) - ${start}`;
  sums.push(`coalesce(sum(in_force * extract(epoch FROM ${before})), 0)`);
  spans.push(`sum(${before}) FILTER (WHERE in_force IS NOT NULL)`);
  return [
    ...heldSums(sums, spans),
    'count(in_force) AS in_force_count',
    'sum(in_force) AS in_force_sum',
    'max(scale(in_force)) AS in_force_decimals',
  ];
}

function heldSums(sums: readonly string[], spans: readonly string[]): string[] {
  const span = spans.map((one) => `coalesce(${one}, interval '0')`).join(' + ');
  return [
    `trim_scale((${sums.join(' + ')}) * 1000000) AS held_sum`,
    `(extract(epoch FROM ${span}) * 1000000)::bigint AS held_micros`,
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
