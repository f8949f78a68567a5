import type { GapReason, HoleReason } from '@tickwatch/core';
import type { Interval } from '../../intervals.ts';
import type { Row } from '../read-pool.ts';
import { Parameters } from '../sql/parameters.ts';
import type { Statement } from '../statement.ts';
import type { KnownHole } from './coverage-facts.ts';
import { hashSql, rangeSql } from './coverage-sql.ts';

/** A row of `gaps`. */
export interface RecordedGap extends KnownHole {
  readonly id: number;
  readonly lanes: number;
  readonly detail: string;
  /** Only these stocks' ticks; `undefined`: all of the lane. */
  readonly stocks: readonly string[] | undefined;
}

/** Which of them are asked for, in the order of `from_time`, then `id`. */
export interface GapRowsQuestion {
  readonly asked: Interval;
  readonly stock?: string | undefined;
  /** Default: all. */
  readonly exchanges?: readonly string[] | undefined;
  readonly reason?: GapReason | undefined;
  /** Not those before it. */
  readonly first?: { readonly from: number; readonly id: number } | undefined;
  readonly limit: number;
}

/** Reads the rows of `gaps` that overlap a range, however many others there are. */
export function gapRowsStatement(question: GapRowsQuestion): Statement {
  const { asked, stock, exchanges, reason, first, limit } = question;
  const parameters = new Parameters();
  const conditions = [`tstzrange(from_time, to_time, '[]') && ${rangeSql(parameters, asked)}`];
  if (stock !== undefined) {
    const lane = `exchange_name || '/' || ${hashSql(parameters, stock)} % lanes`;
    conditions.push(`(strpos(lane, '/') = 0 OR lanes < 0 OR lane = ${lane})`);
    const name = parameters.add(stock, 'text');
    conditions.push(`(stocks IS NULL AND source IS NULL OR hole_concerns(gaps, ${name}))`);
  }
  if (exchanges !== undefined) conditions.push(`exchange_name = ANY (${parameters.add(exchanges, 'text[]')})`);
  if (reason !== undefined) conditions.push(`reason = ${parameters.add(reason, 'text')}`);
  if (first !== undefined) {
    const key = `(${parameters.add(first.from, 'bigint')}, ${parameters.add(first.id, 'bigint')})`;
    conditions.push(`(unix_micros(from_time), id) >= ${key}`);
  }
  const text = `
    SELECT id, lane, lanes, exchange_name, unix_micros(from_time) AS "from", unix_micros(to_time) AS "to", from_seq, to_seq,
           messages, reason, detail, to_json(stocks)::text AS stocks, source
      FROM gaps WHERE ${conditions.join('\n       AND ')}
     ORDER BY from_time, id LIMIT ${parameters.add(limit, 'integer')}`;
  return { text, values: parameters.values };
}

export function readGapRow(row: Row): RecordedGap {
  const number = (text: string | null | undefined): number | undefined => (text == null ? undefined : Number(text));
  return {
    id: Number(row.id),
    lane: row.lane ?? '',
    lanes: Number(row.lanes),
    exchange: row.exchange_name ?? '',
    from: Number(row.from),
    until: Number(row.to) + 1,
    ticks: { from: true, until: true },
    fromSeq: number(row.from_seq),
    toSeq: number(row.to_seq),
    messages: number(row.messages),
    reason: (row.reason ?? '') as HoleReason,
    detail: row.detail ?? '',
    stocks: row.stocks == null ? undefined : (JSON.parse(row.stocks) as string[]),
    source: row.source ?? undefined,
  };
}
