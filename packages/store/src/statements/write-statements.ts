/**
 * What the writing side says to PostgreSQL. Sets of rows travel as one array a column, so that a statement has the
 * same text for any number of rows.
 */

/** The lock on the parent keeps partitions from being dropped or detached until the commit. */
export const BEGIN_WRITING =
  "BEGIN; LOCK TABLE ONLY stock_prices IN ROW EXCLUSIVE MODE; SET LOCAL tickwatch.rollups = 'caller'";

/** $1 days. Partitions that this user may write to directly. */
export const PARTITIONS_OF_DAYS = `
  SELECT day::text, partition FROM stock_prices_days
  WHERE day = ANY ($1::date[]) AND has_table_privilege(partition, 'INSERT')`;

/** $1 days. Those of them that have no partition, if this user may create it. */
export const DAYS_WITHOUT_PARTITION = `
  SELECT wanted::date::text AS day FROM unnest($1::date[]) AS wanted
  WHERE NOT EXISTS (SELECT FROM stock_prices_days AS had WHERE had.day = wanted)
    AND has_function_privilege('create_day_partition(date)', 'EXECUTE')
  ORDER BY wanted`;

export const CREATE_PARTITION = 'SELECT create_day_partition($1::date) AS partition';

/** $1 the first day to keep, $2 how many days to drop at most. */
export const DROP_RAW_BEFORE = 'SELECT drop_raw_before($1::date, $2::int) AS dropped';

/** $1 days to keep, $2 how many rows to delete at most. */
export const DELETE_OLD_METRICS = `
  DELETE FROM metrics WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM metrics WHERE "timestamp" < now() - make_interval(days => $1::int) ORDER BY "timestamp" LIMIT $2))`;

export function copyTicksInto(table: string): string {
  return `COPY "${table.replaceAll('"', '""')}" ("timestamp", stock_name, exchange_name, price) FROM STDIN WITH (FORMAT binary)`;
}

/** $1 JSON array of minute rollups. */
export const MERGE_ROLLUPS = `
  SELECT merge_price_rollups(array_agg(delta)) FROM json_populate_recordset(NULL::price_rollups, $1::json) AS delta`;

export const INSERT_REJECTED = `
  INSERT INTO rejected_messages (received_at, exchange_name, reason, detail, message, raw, bytes)
  SELECT * FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bytea[], $7::int[])`;

export const INSERT_METRICS = `
  INSERT INTO metrics ("timestamp", service, event, metric, value, unit)
  SELECT * FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::float8[], $6::text[])`;

/** $1 exchanges, $2 owner. A new term of office; waits for what an earlier owner has in flight. */
export const TAKE_POSITIONS = `
  INSERT INTO ingest_positions AS p (exchange_name, owner, epoch, heartbeat)
  SELECT name, $2, 1, clock_timestamp() FROM unnest($1::text[]) AS name ORDER BY name
  ON CONFLICT (exchange_name) DO UPDATE
    SET owner = excluded.owner, epoch = p.epoch + 1, heartbeat = clock_timestamp()
  RETURNING exchange_name, epoch, log_id, position, fingerprint, seq,
    coalesce((extract(epoch FROM received_at) * 1000000)::bigint, 0) AS received_at`;

/** $1 exchanges. */
export const READ_POSITIONS = `
  SELECT exchange_name, log_id, position, fingerprint, seq,
    coalesce((extract(epoch FROM received_at) * 1000000)::bigint, 0) AS received_at
  FROM ingest_positions WHERE exchange_name = ANY ($1)`;

/** $1 exchanges, $2 epochs. As many rows as exchanges that are still ours. */
export const BEAT = `
  WITH ours AS (
    SELECT p.exchange_name FROM ingest_positions AS p
    JOIN unnest($1::text[], $2::bigint[]) AS lease (exchange_name, epoch) USING (exchange_name, epoch)
    ORDER BY p.exchange_name FOR UPDATE OF p
  )
  UPDATE ingest_positions AS p SET heartbeat = clock_timestamp() FROM ours WHERE p.exchange_name = ours.exchange_name`;

/**
 * $1 exchanges, $2 epochs, $3 log ids, $4 positions, $5 fingerprints, $6 times, $7 seqs, $8 stored, $9 rejected.
 * As many rows as exchanges that are still ours.
 */
export const ADVANCE_POSITIONS = `
  WITH ours AS (
    SELECT batch.* FROM ingest_positions AS p
    JOIN unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::bigint[],
      $8::bigint[], $9::bigint[])
      AS batch (exchange_name, epoch, log_id, position, fingerprint, received_at, seq, stored, rejected)
      USING (exchange_name, epoch)
    ORDER BY p.exchange_name FOR UPDATE OF p
  )
  UPDATE ingest_positions AS p SET log_id = ours.log_id, position = ours.position, fingerprint = ours.fingerprint,
    received_at = ours.received_at, seq = ours.seq, stored = p.stored + ours.stored,
    rejected = p.rejected + ours.rejected
  FROM ours WHERE p.exchange_name = ours.exchange_name`;

/** $1 exchanges. Waits until a commit that is still in flight is decided. */
export const READ_POSITIONS_FOR_UPDATE = `
  SELECT exchange_name, epoch, log_id, position FROM ingest_positions
  WHERE exchange_name = ANY ($1) ORDER BY exchange_name FOR UPDATE`;

/** $1 exchanges, $2 ms. Owners that have not been heard of for so long. */
export const SILENT_OWNERS = `
  SELECT exchange_name FROM ingest_positions
  WHERE exchange_name = ANY ($1) AND heartbeat < clock_timestamp() - $2 * interval '1 millisecond'`;

/** $1 lock class, $2 key. */
export const TRY_LOCK = 'SELECT pg_try_advisory_lock($1::int, $2::int) AS locked';

/** $1 lock class, $2 keys. Shared: says who writes, keeps nobody out. */
export const MARK_AS_WRITER = 'SELECT pg_advisory_lock_shared($1::int, key) FROM unnest($2::int[]) AS key';

/** $1 lock classes, $2 keys, $3 ms. Ends the other backends of such an age that hold such locks. */
export const END_HOLDERS = `
  SELECT pg_terminate_backend(pid) FROM (
    SELECT DISTINCT pid FROM pg_locks JOIN pg_stat_activity AS backend USING (pid)
    WHERE locktype = 'advisory' AND objsubid = 2 AND classid::bigint = ANY ($1::bigint[])
      AND objid::bigint = ANY ($2::bigint[]) AND pid <> pg_backend_pid()
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND backend_start < clock_timestamp() - $3 * interval '1 millisecond'
  ) AS holder`;

/** $1 source. */
export const READ_IMPORT = `
  SELECT position, stored, rejected, finished FROM import_progress WHERE source = $1`;

/** $1 source, $2 expected position, $3 new position, $4 stored, $5 rejected, $6 finished. No row: it has moved. */
export const ADVANCE_IMPORT = `
  INSERT INTO import_progress AS p (source, position, stored, rejected, finished)
  SELECT $1::text, $3::bigint, $4::bigint, $5::bigint, $6::boolean
  WHERE $2::bigint = 0 OR EXISTS (SELECT FROM import_progress WHERE source = $1)
  ON CONFLICT (source) DO UPDATE SET position = excluded.position, stored = p.stored + excluded.stored,
    rejected = p.rejected + excluded.rejected, finished = excluded.finished, updated_at = now()
  WHERE p.position = $2`;

/** Days (UTC) that have ticks or rollups. */
export const DAYS_WITH_DATA = `
  SELECT day::text FROM (
    SELECT day FROM stock_prices_days
    UNION
    SELECT ("timestamp" AT TIME ZONE 'UTC')::date FROM stock_prices_default WHERE isfinite("timestamp")
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

export const CAN_WRITE = "SELECT current_setting('transaction_read_only') = 'on' AS read_only";
