import type { DecimalText, EpochMicros } from '@tickwatch/core';
import { toMicros } from '../read-pool.ts';
import type { Statement } from '../statement.ts';
import { Parameters } from './parameters.ts';
import { type SegmentsQuestion, segmentsSql } from './segments.ts';

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
  /** Σ price × µs until the next tick of its exchange, and Σ of those µs: decimal text, whole number as text. */
  readonly weightedSum: string;
  readonly weightedMicros: string;
}

/**
 * `open` and `close` follow the order of ticks: time, then arrival (`seq`), then price. Only the first segment of an exchange's line
 * can hold the open, and the close only one that ends no earlier than the next begins: sorting those few instead of all
 * takes a twentieth of the statement's time off. Gaps stay intervals, which add up exactly and cheaply.
 */
export function summaryStatement(question: SegmentsQuestion, more: readonly string[] = []): Statement {
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
    `${toMicros('(sum(close_time - open_time) + sum(gap))')} AS weighted_micros`,
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
    )
    SELECT ${columns.join(',\n           ')}
      FROM placed`;
  return { text, values: parameters.values, isRepeated: true };
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
    weightedMicros: text('weighted_micros'),
  };
}
