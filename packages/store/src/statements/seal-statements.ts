/** What sealing and unsealing say to PostgreSQL. */
import { type EpochMicros, formatMicros } from '@tickwatch/core';
import pg from 'pg';
import { BLOCK_COLUMNS } from '../sealed/index.ts';

/**
 * Takes the turn, until the end of the transaction. LOCK takes no snapshot: the statement behind it does, and what is sealed
 * then is what the one before has left.
 */
export const BEGIN_TURN = 'BEGIN ISOLATION LEVEL REPEATABLE READ; LOCK TABLE sealing_turn IN EXCLUSIVE MODE NOWAIT';

/** Until the end of the transaction no day becomes sealed, or unsealed: what is being packed is committed later. */
export const HOLD_SEALED_DAYS = 'LOCK TABLE sealed_days IN SHARE ROW EXCLUSIVE MODE';

/** Their transaction keeps the rollups as they are: ticks only move. */
export const KEEP_ROLLUPS = "SET LOCAL tickwatch.rollups = 'caller'";
export const FOLLOW_ROLLUPS = "SET LOCAL tickwatch.rollups = ''";

/** $1 day. */
export const BEGIN_SEALING = 'SELECT begin_sealing($1::date) AS changes';

export const EXPORT_SNAPSHOT = 'SELECT pg_export_snapshot() AS snapshot';

/** For a day and a stock in a day: sorting would take longer than all the rest. */
const OF_DAY = (day: string): string =>
  `"timestamp" >= '${day} 00:00:00+00' AND "timestamp" < '${day} 00:00:00+00'::timestamptz + interval '1 day'`;

/** Stocks by their names, in the order of their bytes. */
export interface StockSpan {
  /** This one and those before it. */
  readonly upTo?: string | undefined;
  /** Those behind it. */
  readonly behind?: string | undefined;
}

/** A day's ticks outside of blocks: the last stock first, each in order of time. COPY takes no parameters. */
export function copyUnsealed(day: string, { upTo, behind }: StockSpan = {}): string {
  const where = [
    OF_DAY(day),
    ...(upTo === undefined ? [] : [`stock_name <= ${pg.escapeLiteral(upTo)}`]),
    ...(behind === undefined ? [] : [`stock_name > ${pg.escapeLiteral(behind)}`]),
  ];
  return `COPY (SELECT stock_name, exchange_name, "timestamp", seq, price FROM unsealed_prices WHERE ${where.join(' AND ')}
    ORDER BY stock_name DESC, "timestamp") TO STDOUT WITH (FORMAT binary)`;
}

/** Ticks outside of blocks from a time on and before another, µs, without their prices, in any order. */
export function stampsOf(from: number, until: number): string {
  const [first, behind] = [from, until].map((time) => formatMicros(time as EpochMicros));
  return `SELECT stock_name, exchange_name, "timestamp", seq FROM unsealed_prices
    WHERE "timestamp" >= '${first}' AND "timestamp" < '${behind}'`;
}

export function copyStamps(from: number, until: number): string {
  return `COPY (${stampsOf(from, until)}) TO STDOUT WITH (FORMAT binary)`;
}

/** Where: `first_time` of a day ($1), by the index and without. */
const BLOCKS_OF_DAY = `first_time >= $1::date::timestamp AT TIME ZONE 'UTC'
  AND first_time < ($1::date + 1)::timestamp AT TIME ZONE 'UTC'`;

/** $1 day. */
export const HAS_BLOCKS = `SELECT EXISTS (SELECT FROM sealed_blocks WHERE ${BLOCKS_OF_DAY}) AS sealed`;

/** $1 day. */
export const SUM_BLOCKS = `
  SELECT coalesce(sum(count), 0)::text AS ticks, count(*)::int AS blocks, coalesce(sum(octet_length(payload) + octet_length(checksum)
    + octet_length(stock_name) + octet_length(exchange_name) + coalesce(pg_column_size(times), 0)
    + coalesce(pg_column_size(prices), 0) + coalesce(pg_column_size(scales), 0) + coalesce(pg_column_size(ties), 0)
    + coalesce(pg_column_size(origins), 0) + coalesce(pg_column_size(numbers), 0)
    + coalesce(pg_column_size(ranks), 0) + 64), 0)::text AS bytes
  FROM sealed_blocks WHERE ${BLOCKS_OF_DAY}`;

/** $1 day. */
export const DELETE_BLOCKS = `DELETE FROM sealed_blocks WHERE ${BLOCKS_OF_DAY}`;

/** $1 day, $2 stock. */
export const DELETE_STOCK_BLOCKS = `DELETE FROM sealed_blocks WHERE stock_name = $2 AND ${BLOCKS_OF_DAY}`;

/** $1 day, $2 stock. In order of time, whatever the exchange. */
export const STOCK_BLOCKS = `
  DECLARE blocks NO SCROLL CURSOR FOR SELECT ${BLOCK_COLUMNS} FROM sealed_blocks
  WHERE stock_name = $2 AND ${BLOCKS_OF_DAY} ORDER BY sealed_blocks.first_time, exchange_name, place`;

/** $1 day. Stock by stock. */
export const DAY_BLOCKS = `
  DECLARE blocks NO SCROLL CURSOR FOR SELECT ${BLOCK_COLUMNS} FROM sealed_blocks
  WHERE ${BLOCKS_OF_DAY} ORDER BY stock_name, exchange_name, place`;

/** $1 and $2 times, $3 stocks or NULL. A block lies within a day. */
const BETWEEN = `
  FROM sealed_blocks
  WHERE sealed_blocks.first_time >= date_trunc('day', $1::timestamptz, 'UTC') AND sealed_blocks.first_time <= $2::timestamptz
    AND sealed_blocks.last_time >= $1::timestamptz AND ($3::text[] IS NULL OR stock_name = ANY ($3))`;
export const BLOCKS_BETWEEN = `DECLARE blocks NO SCROLL CURSOR FOR SELECT ${BLOCK_COLUMNS} ${BETWEEN}`;

export const CLOSE_BLOCKS = 'CLOSE blocks';

export function fetchBlocks(count: number): string {
  return `FETCH ${count} FROM blocks`;
}

/** $1 stock, $2 exchange, $3 first time, $4 place. */
export const DELETE_BLOCK = `
  DELETE FROM sealed_blocks WHERE stock_name = $1 AND exchange_name = $2 AND first_time = $3::timestamptz AND place = $4`;

/** $1 day, $2 stocks whose ticks stay where they are. */
export const DELETE_LATE = `
  DELETE FROM late_prices WHERE "timestamp" >= $1::date::timestamp AT TIME ZONE 'UTC'
    AND "timestamp" < ($1::date + 1)::timestamp AT TIME ZONE 'UTC' AND NOT stock_name = ANY ($2::text[])`;

/** As text, so that COMMIT goes with it in one message. */
export function finishSealing(
  day: string,
  changes: string | undefined,
  ticks: number,
  blocks: number,
  bytes: number,
): string {
  return `SELECT finish_sealing('${day}', ${changes ?? 'NULL'}, ${ticks}, ${blocks}, ${bytes})`;
}

/** $1 day, $2 ticks, $3 blocks, $4 bytes. */
export const UPDATE_SEALED_DAY = 'UPDATE sealed_days SET ticks = $2, blocks = $3, bytes = $4 WHERE day = $1::date';

/** $1 day. */
export const BEGIN_UNSEALING = 'SELECT begin_unsealing($1::date) AS partition';

/** As {@link finishSealing}. */
export function finishUnsealing(day: string): string {
  return `SELECT finish_unsealing('${day}')`;
}

/** $1 day. */
export const IS_SEALED = 'SELECT ticks FROM sealed_days WHERE day = $1::date';

/** $1 the first day that is too young, $2 for how many days what was unsealed is left alone. */
export const DAYS_TO_SEAL = `
  SELECT old.day::text FROM unsealed_days_before($1::date) AS old (day)
  WHERE NOT EXISTS (SELECT FROM unsealed_days AS u
    WHERE u.day = old.day AND u.unsealed_at > now() - make_interval(days => $2::int))`;

export const DAYS_WITH_MINUTES = 'SELECT day::text FROM sealed_days WHERE has_minutes ORDER BY day';

/** $1 day. */
export const DROP_MINUTES = 'SELECT drop_minutes($1::date)::text AS dropped';

/** $1 day. Needs to write. */
export const CHECK_SEALED_DAY = 'SELECT check_sealed_day($1::date) AS detail';

/** The sealed day that was not looked at for longest, of those that were not for a week. */
export const DAY_TO_CHECK = `
  SELECT s.day::text FROM sealed_days AS s LEFT JOIN checked_days AS c USING (day)
  WHERE c.checked_at IS NULL OR c.checked_at < now() - interval '7 days'
  ORDER BY c.checked_at NULLS FIRST, s.day LIMIT 1`;

/**
 * $1 stock, $2 exchange, $3 and $4 first and last time, $5 ticks, $6 what to say: a block whose ticks will not come back. Each of
 * these may be what is damaged.
 */
export const GIVE_UP_BLOCK = `
  INSERT INTO gaps (lane, exchange_name, from_time, to_time, messages, reason, detail, stocks)
  VALUES ('', $2, least($3::timestamptz, $4::timestamptz), greatest($3::timestamptz, $4::timestamptz),
    CASE WHEN $5::bigint >= 0 THEN $5::bigint END, 'block_damaged', $6, ARRAY[$1])`;

/** $1 and $2 days or NULL. */
export const SEALED_DAYS = `
  SELECT day::text, ticks::text, blocks, bytes::text FROM sealed_days
  WHERE day >= coalesce($1::date, '-infinity') AND day <= coalesce($2::date, 'infinity') ORDER BY day`;

/** $1 day. Portions of imports that may have ticks of the day. */
export const PORTIONS_OF_DAY = `
  SELECT first_seq::text, last_seq::text, (extract(epoch FROM from_time) * 1000000)::bigint::text AS from_time,
    (extract(epoch FROM to_time) * 1000000)::bigint::text AS to_time, stocks
  FROM import_portions
  WHERE first_seq IS NOT NULL AND from_time < ($1::date + 1)::timestamp AT TIME ZONE 'UTC'
    AND to_time >= $1::date::timestamp AT TIME ZONE 'UTC'
  ORDER BY first_seq`;

/** Best called outside: it waits for whoever reads the view. */
export const RENEW_VIEW = 'SELECT renew_stock_prices()';

/** $1 day. Where what blocks hold, and what lies beside, has to amount to the rollups. */
export const COUNTS_OF_DAY = `
  SELECT stock_name, exchange_name, coalesce(r.count, 0)::text AS should, coalesce(u.count, 0)::text AS beside
  FROM (SELECT stock_name, exchange_name, count FROM price_rollups
    WHERE width = 'day' AND bucket = $1::date::timestamp AT TIME ZONE 'UTC') AS r
  FULL JOIN (SELECT stock_name, exchange_name, count(*) AS count FROM unsealed_prices
    WHERE "timestamp" >= $1::date::timestamp AT TIME ZONE 'UTC' AND "timestamp" < ($1::date + 1)::timestamp AT TIME ZONE 'UTC'
    GROUP BY stock_name, exchange_name) AS u USING (stock_name, exchange_name)
  ORDER BY stock_name, exchange_name`;
