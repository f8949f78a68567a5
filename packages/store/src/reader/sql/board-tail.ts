import type { SequencedTick } from '@tickwatch/core';
import { type Parameters, timeText } from './parameters.ts';

/** Ticks of a day, its first, and its highest and lowest price. */
export interface TailFigures {
  readonly ticks: number;
  readonly open: SequencedTick;
  readonly high: string;
  readonly low: string;
}

/** A day from its begin on, µs, and the last tick of it and before it. */
export interface TailLastDay {
  readonly from: number;
  readonly last: SequencedTick;
  readonly earlier: SequencedTick | undefined;
  readonly figures: TailFigures;
}

/** What the ticks of a stock that are not in the database yet amount to. */
export interface BoardTail {
  readonly last: SequencedTick;
  /** The last one before the day. */
  readonly before: SequencedTick | undefined;
  /** The day (UTC) of that one. */
  readonly lastDay: TailLastDay | undefined;
  /** Of the day. */
  readonly figures: TailFigures | undefined;
  /** Ticks in the minutes that the rate is counted in. */
  readonly rate: number;
}

/** Beside the last tick of the totals: what there is in the database, and what the tail adds. */
const STORED = `last_time AS stored_time, last_seq AS stored_seq, last_price AS stored_price, day_open_time, day_count,
  day_open, day_high, day_low, previous_time AS day_previous_time, previous_seq AS day_previous_seq,
  previous_price AS day_previous_price`;

/** SQL: totals as they are. */
export function withoutTail(totals: string): string {
  return `SELECT stock_name, exchange_name, last_time, last_seq, last_price, ${STORED},
    NULL::timestamptz AS before_time, NULL::bigint AS before_seq, NULL::numeric AS before_price, 0 AS added_ticks,
    NULL::timestamptz AS added_open_time, NULL::numeric AS added_open, NULL::numeric AS added_high,
    NULL::numeric AS added_low, 0 AS added_rate FROM (${totals}) AS totals`;
}

/** SQL: the tail as rows. */
export function tailSql(parameters: Parameters, tail: readonly BoardTail[]): string {
  const time = (tick: SequencedTick | undefined): string | undefined => tick && timeText(tick.time);
  const rows = tail.map(({ last, before, figures, lastDay, rate }) => ({
    stock_name: last.stock,
    exchange_name: last.exchange,
    ...{ tail_time: time(last), tail_seq: last.seq, tail_price: last.price },
    ...{ before_time: time(before), before_seq: before?.seq, before_price: before?.price },
    ...{ added_open_time: time(figures?.open), added_open: figures?.open.price },
    ...{ added_high: figures?.high, added_low: figures?.low, added_ticks: figures?.ticks ?? 0, added_rate: rate },
    ...(figures === undefined && lastDay !== undefined ? lastDayColumns(lastDay) : {}),
  }));
  return `SELECT * FROM json_to_recordset(${parameters.add(JSON.stringify(rows), 'json')}) AS t(
    stock_name text COLLATE "C", exchange_name text COLLATE "C", tail_time timestamptz, tail_seq bigint,
    tail_price numeric, before_time timestamptz, before_seq bigint, before_price numeric, added_open_time timestamptz,
    added_open numeric, added_high numeric, added_low numeric, added_ticks integer, added_rate integer,
    last_day timestamptz, last_open_time timestamptz, last_open numeric, last_high numeric, last_low numeric,
    last_ticks integer, earlier_time timestamptz, earlier_seq bigint, earlier_price numeric)`;
}

function lastDayColumns({ from, figures, earlier }: TailLastDay) {
  const { open, high, low, ticks } = figures;
  return {
    ...{ last_day: timeText(from), last_open_time: timeText(open.time), last_open: open.price },
    ...{ last_high: high, last_low: low, last_ticks: ticks },
    ...(earlier === undefined
      ? {}
      : { earlier_time: timeText(earlier.time), earlier_seq: earlier.seq, earlier_price: earlier.price }),
  };
}

/**
 * SQL: totals with what the tail adds, and the stocks that only the tail has.
 * @param where which of the latter
 * @param isStored of which stocks, `s`, the database has ticks
 */
export function withTail(totals: string, where: string, isStored: string): string {
  const isLater =
    '(tail.tail_time, tail.tail_seq, tail.tail_price) > (totals.last_time, totals.last_seq, totals.last_price)';
  const later = (column: string): string =>
    `CASE WHEN totals.last_time IS NULL OR ${isLater} THEN tail.tail_${column} ELSE totals.last_${column} END AS last_${column}`;
  // Stocks that the database doesn't have yet; others that are not among the totals belong to another page.
  const news = `SELECT t.* FROM tail AS t WHERE NOT EXISTS (SELECT FROM stock_totals AS s
    WHERE s.stock_name = t.stock_name AND s.exchange_name = t.exchange_name AND ${isStored})`;
  const added = `before_time, before_seq, before_price, coalesce(added_ticks, 0) AS added_ticks, added_open_time, added_open,
    added_high, added_low, coalesce(added_rate, 0) AS added_rate, last_day, last_open_time, last_open, last_high, last_low,
    last_ticks, earlier_time, earlier_seq, earlier_price`;
  return `SELECT stock_name, exchange_name, ${later('time')}, ${later('seq')}, ${later('price')}, ${STORED}, ${added}
      FROM (${totals}) AS totals LEFT JOIN tail USING (stock_name, exchange_name)
    UNION ALL
    SELECT stock_name, exchange_name, tail_time, tail_seq, tail_price, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
      NULL, NULL, NULL, ${added}
      FROM (SELECT * FROM (${news}) AS news ${where}) AS news`;
}
