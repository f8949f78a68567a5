/** What is asked of the past of a lane's stocks, for those that judge its ticks. */

const micros = (time: string): string => `(extract(epoch FROM ${time}) * 1000000)::bigint`;

/**
 * $1 exchange, $2 stocks (NULL: all). Their newest ticks, newest stocks first, how many ticks are in the minute of each (of a
 * sealed day that dropped its minutes: 0), and whether a tick is dated behind all that was received.
 */
export const MEMORY_STOCKS = `
  SELECT t.stock_name AS stock, ${micros('t.last_time')} AS time, t.last_price::text AS price, t.last_seq AS seq,
    coalesce(m.count, 0) AS ticks, coalesce(t.last_time > heard.until, false) AS is_ahead
  FROM stock_totals AS t
  CROSS JOIN (SELECT max(received_at) AS until FROM ingest_positions WHERE exchange_name = $1) AS heard
  LEFT JOIN price_rollups AS m ON m.stock_name = t.stock_name AND m.exchange_name = t.exchange_name AND m.width = 'minute'
    AND m.bucket = date_bin('1 minute', t.last_time, 'epoch')
  WHERE t.exchange_name = $1 AND ($2::text[] IS NULL OR t.stock_name = ANY ($2))
  ORDER BY t.last_time DESC, t.stock_name`;

/** $1 exchange, $2 lane, $3 layout. */
export const MEMORY_STOCKS_OF_LANE =
  'SELECT stock_name AS stock FROM stock_lanes WHERE exchange_name = $1 AND lane = $2 AND lanes = $3';

/**
 * Some stocks (`$1`) of an exchange (`$2`), each since a time (`$3`); `$4`: the first of these, so that only partitions that can matter
 * are planned for; `heard`: up to where ticks came before whatever is judged next.
 */
const WANTED = `
  heard AS MATERIALIZED (
    SELECT coalesce(max(received_at), 'infinity') AS until FROM ingest_positions WHERE exchange_name = $2
  ), wanted AS MATERIALIZED (
    SELECT w.stock, w.since, t.last_time, coalesce(w.since >= k.minutes_from, true) AS has_minutes
    FROM unnest($1::text[], $3::timestamptz[]) AS w (stock, since)
    JOIN stock_totals AS t ON t.stock_name = w.stock AND t.exchange_name = $2
    LEFT JOIN raw_retention AS k ON true
  )`;

/** SQL: the ticks of a stock in [from, until), wherever they lie. */
function ticksOf(stock: string, from: string, until: string): string {
  return `
    SELECT p."timestamp", p.price, p.seq FROM unsealed_prices AS p
    WHERE p.stock_name = ${stock} AND p.exchange_name = $2 AND p."timestamp" >= ${from} AND p."timestamp" < ${until}
      AND p."timestamp" >= $4::timestamptz
    UNION ALL
    SELECT u."timestamp", u.price, u.seq FROM sealed_blocks AS b CROSS JOIN LATERAL unpack_block(b) AS u
    WHERE b.stock_name = ${stock} AND b.exchange_name = $2 AND b.first_time >= date_bin('1 day', ${from}, 'epoch')
      AND b.first_time < ${until} AND b.last_time >= ${from} AND u."timestamp" >= ${from} AND u."timestamp" < ${until}`;
}

/** SQL: minutes of the wanted stocks; where they may have been dropped, from their ticks. */
const MINUTES = `
  SELECT w.stock, w.since, w.last_time, r.bucket, r.low, r.high
  FROM wanted AS w CROSS JOIN LATERAL (
    SELECT bucket, low, high FROM price_rollups AS r WHERE r.stock_name = w.stock AND r.width = 'minute'
      AND r.bucket >= date_bin('1 minute', w.since, 'epoch') AND r.exchange_name = $2 OFFSET 0) AS r
  WHERE w.has_minutes
  UNION ALL
  SELECT w.stock, w.since, w.last_time, r.bucket, r.low, r.high
  FROM wanted AS w CROSS JOIN LATERAL (
    SELECT date_bin('1 minute', p."timestamp", 'epoch') AS bucket, min(p.price) AS low, max(p.price) AS high
    FROM (${ticksOf('w.stock', "date_bin('1 minute', w.since, 'epoch')", "timestamptz 'infinity'")}) AS p GROUP BY 1) AS r
  WHERE NOT w.has_minutes`;

/**
 * Minutes with, of those behind them, the lowest and highest price: whoever looks for the lowest or highest since some moment
 * never asks for one that a later one is beyond. A minute that may hold what is still to come stands behind nothing.
 */
const MINUTES_BEHIND = `
  minutes AS MATERIALIZED (
    SELECT m.*, min(m.low) FILTER (WHERE m.is_past) OVER behind AS lowest,
      max(m.high) FILTER (WHERE m.is_past) OVER behind AS highest
    FROM (
      SELECT m.*, m.last_time <= heard.until OR m.bucket < date_bin('1 minute', heard.until, 'epoch') AS is_past
      FROM (${MINUTES}) AS m, heard
    ) AS m
    WINDOW behind AS (PARTITION BY m.stock ORDER BY m.bucket DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
  )`;

/** Of {@link WANTED}: minutes that can still be the lowest or highest since some moment; by stock, oldest first. */
export const MEMORY_MINUTES = `
  WITH ${WANTED}, ${MINUTES_BEHIND}
  SELECT stock, ${micros('bucket')} AS time, low::text AS low, high::text AS high FROM minutes
  WHERE lowest IS NULL OR low < lowest OR high > highest ORDER BY stock, bucket`;

/** Of {@link WANTED}: ticks that can still be the lowest or highest since some moment; by stock, oldest first. */
export const MEMORY_TICKS = `
  WITH ${WANTED}, ${MINUTES_BEHIND}
  SELECT stock, ${micros('"timestamp"')} AS time, price::text AS price FROM (
    SELECT m.stock, p."timestamp", p.price, p.seq,
      min(p.price) FILTER (WHERE p."timestamp" <= heard.until) OVER behind AS lowest,
      max(p.price) FILTER (WHERE p."timestamp" <= heard.until) OVER behind AS highest
    FROM heard, minutes AS m CROSS JOIN LATERAL (
      SELECT * FROM (${ticksOf('m.stock', 'greatest(m.bucket, m.since)', "m.bucket + interval '1 minute'")}) AS p
      WHERE m.lowest IS NULL OR p.price < m.lowest OR p.price > m.highest) AS p
    WHERE m.lowest IS NULL OR m.low < m.lowest OR m.high > m.highest
    WINDOW behind AS (PARTITION BY m.stock ORDER BY p."timestamp" DESC, p.seq DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
  ) AS p
  WHERE lowest IS NULL OR price < lowest OR price > highest ORDER BY stock, "timestamp", seq`;

/** $1 stocks, $2 exchange, $3 the first day of each. By stock, oldest first. */
export const MEMORY_DAYS = `
  SELECT w.stock, ${micros('d.bucket')} AS time, d.low::text AS low, d.high::text AS high
  FROM unnest($1::text[], $3::timestamptz[]) AS w (stock, since) CROSS JOIN LATERAL (
    SELECT bucket, low, high FROM price_rollups AS r WHERE r.stock_name = w.stock AND r.exchange_name = $2 AND r.width = 'day'
      AND r.bucket >= w.since OFFSET 0) AS d
  ORDER BY w.stock, d.bucket`;

const UNSEALED = `SELECT "timestamp", price, seq FROM unsealed_prices AS p
    WHERE p.stock_name = w.stock AND p.exchange_name = $2 AND p."timestamp" >= $4::timestamptz`;

/**
 * Of {@link WANTED}, stocks with ticks that are dated ahead of what was received: the tick that came last of those and of the
 * newest one before them. Nothing of it is sealed.
 */
export const MEMORY_AHEAD = `
  WITH ${WANTED}
  SELECT w.stock, ${micros('p."timestamp"')} AS time, p.price::text AS price, p.seq
  FROM heard, wanted AS w CROSS JOIN LATERAL (
    SELECT * FROM (
      (${UNSEALED} AND p."timestamp" <= heard.until ORDER BY "timestamp" DESC, seq DESC LIMIT 1)
      UNION ALL
      (${UNSEALED} AND p."timestamp" > heard.until)
    ) AS p ORDER BY seq DESC LIMIT 1) AS p`;

/** Whoever drops a partition waits until the end of the transaction; what is read is of one moment. */
export const BEGIN_MEMORY =
  'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; LOCK TABLE ONLY day_prices IN ACCESS SHARE MODE; SET LOCAL jit = off';
