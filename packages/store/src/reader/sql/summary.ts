import type { DecimalText, EpochMicros } from '@tickwatch/core';
import { toMicros } from '../read-pool.ts';
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

/** `open` and `close` follow the canonical order of ticks: time, then price. */
export function summaryStatement(question: SegmentsQuestion): { text: string; values: unknown[] } {
  const parameters = new Parameters();
  const text = `
    WITH segments AS (
         ${segmentsSql(parameters, question)}
    ), chained AS (
      SELECT *,
             lag(close) OVER line AS close_before,
             ${toMicros('open_time - lag(close_time) OVER line')} AS gap
        FROM segments
      WINDOW line AS (PARTITION BY exchange_name ORDER BY open_time, open, close_time)
    )
    SELECT sum(count)::bigint AS count,
           sum(sum) AS sum,
           min(low) AS low,
           max(high) AS high,
           (array_agg(open ORDER BY open_time, open))[1] AS open,
           ${toMicros('min(open_time)')} AS open_time,
           (array_agg(close ORDER BY close_time DESC, close DESC))[1] AS close,
           ${toMicros('max(close_time)')} AS close_time,
           trim_scale(sum(weighted_sum) * 1000000 + coalesce(sum(close_before * greatest(gap, 0)), 0)) AS weighted_sum,
           sum(${toMicros('close_time - open_time')}) + coalesce(sum(greatest(gap, 0)), 0) AS weighted_micros
      FROM chained`;
  return { text, values: parameters.values };
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
