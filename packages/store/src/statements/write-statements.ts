/**
 * What the writing side says to PostgreSQL. Sets of rows travel as one array a column, so that a statement has the
 * same text for any number of rows.
 */

/** The lock on the parent keeps partitions from being dropped or detached until the commit. */
export const BEGIN_WRITING =
  "BEGIN; LOCK TABLE ONLY day_prices IN ROW EXCLUSIVE MODE; SET LOCAL tickwatch.rollups = 'caller'";

/** $1 days. Partitions that this user may write to directly. */
export const PARTITIONS_OF_DAYS = `
  SELECT day::text, partition FROM stock_prices_days
  WHERE day = ANY ($1::date[]) AND has_table_privilege(partition, 'INSERT')`;

/** $1 days. Those of them that have no partition and are not sealed, if this user may create it. */
export const DAYS_WITHOUT_PARTITION = `
  SELECT wanted::date::text AS day FROM unnest($1::date[]) AS wanted
  WHERE NOT EXISTS (SELECT FROM stock_prices_days AS had WHERE had.day = wanted)
    AND NOT EXISTS (SELECT FROM sealed_days AS had WHERE had.day = wanted)
    AND has_function_privilege('create_day_partition(date)', 'EXECUTE')
  ORDER BY wanted`;

export const CREATE_PARTITION = 'SELECT create_day_partition($1::date) AS partition';

/** $1 day. */
export const SUMMARIZE_ARRIVAL = 'SELECT summarize_arrival($1::date) AS ranges';

/** $1 the first day to keep, $2 how many days to drop at most. */
export const DROP_RAW_BEFORE = 'SELECT drop_raw_before($1::date, $2::int) AS dropped';

/** $1 the first day to keep, $2 how many ticks to delete at most. Their rollups stay, since drop_raw_before was called for that day. */
export const DELETE_LATE_BEFORE = `
  DELETE FROM late_prices WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM late_prices WHERE "timestamp" < $1::date::timestamp AT TIME ZONE 'UTC' ORDER BY "timestamp" LIMIT $2))`;

/** $1 days to keep, $2 how many rows to delete at most. */
export const DELETE_OLD_METRICS = `
  DELETE FROM metrics WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM metrics WHERE "timestamp" < now() - make_interval(days => $1::int) ORDER BY "timestamp" LIMIT $2))`;

export function copyTicksInto(table: string): string {
  return `COPY "${table.replaceAll('"', '""')}" ("timestamp", stock_name, exchange_name, price, seq) FROM STDIN WITH (FORMAT binary)`;
}

/** $1 JSON array of minute rollups. */
export const MERGE_ROLLUPS = `
  SELECT merge_price_rollups(array_agg(delta)) FROM json_populate_recordset(NULL::price_rollups, $1::json) AS delta`;

/** $1 JSON arrays of minute rollups. */
export const MERGE_ROLLUP_PORTIONS = 'SELECT merge_price_rollup_portions($1)';

/** $1 exchanges, $2 stocks, $3 lanes, $4 layouts; of a stock that came in two lanes, the last. */
export const NOTE_STOCK_LANES = `
  INSERT INTO stock_lanes AS s (exchange_name, stock_name, lane, lanes)
  SELECT DISTINCT ON (exchange, stock) exchange, stock, lane, lanes
    FROM unnest($1::text[], $2::text[], $3::int[], $4::int[]) WITH ORDINALITY AS n (exchange, stock, lane, lanes, nth)
   ORDER BY exchange, stock, nth DESC
  ON CONFLICT (exchange_name, stock_name) DO UPDATE SET lane = excluded.lane, lanes = excluded.lanes
  WHERE (s.lane, s.lanes) <> (excluded.lane, excluded.lanes)`;

export const INSERT_METRICS = `
  INSERT INTO metrics ("timestamp", service, event, metric, value, unit)
  SELECT * FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::float8[], $6::text[])`;

/** Days (UTC) that have ticks or rollups. Of late ticks it reads one a day. */
export const DAYS_WITH_DATA = `
  WITH RECURSIVE late (day) AS (
    SELECT (min("timestamp") AT TIME ZONE 'UTC')::date FROM late_prices
    UNION ALL
    SELECT ((SELECT min("timestamp") FROM late_prices
      WHERE "timestamp" >= (late.day + 1)::timestamp AT TIME ZONE 'UTC') AT TIME ZONE 'UTC')::date
    FROM late WHERE late.day IS NOT NULL
  )
  SELECT day::text FROM (
    SELECT day FROM stock_prices_days
    UNION
    SELECT day FROM late
    UNION
    SELECT day FROM sealed_days
    UNION
    SELECT (bucket AT TIME ZONE 'UTC')::date FROM price_rollups WHERE width = 'day'
  ) AS data WHERE day >= coalesce($1::date, '-infinity') AND day <= coalesce($2::date, 'infinity') ORDER BY day`;

/** $1 day. */
export const REBUILD_ROLLUPS = 'SELECT rebuild_price_rollups($1::date, $1::date)';

/** $1 day. */
export const WRONG_ROLLUPS = `
  SELECT stock_name AS stock, exchange_name AS exchange, width,
    to_char(bucket AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS bucket, detail
  FROM wrong_price_rollups($1::date) ORDER BY stock_name, exchange_name, width, bucket`;

/** $1 a name, $2 how many at most. Stocks behind it that have rollups or totals, in order. */
export const STOCK_NAMES_AFTER = 'SELECT stock_names_after($1, $2) AS stock';

/** $1 names. */
export const REFRESH_TOTALS = 'SELECT refresh_stock_totals($1)';

/** $1 names. */
export const WRONG_TOTALS = `
  SELECT stock_name AS stock, exchange_name AS exchange, detail FROM wrong_stock_totals($1)
  ORDER BY stock_name, exchange_name`;

export const CAN_WRITE = "SELECT current_setting('transaction_read_only') = 'on' AS read_only";
