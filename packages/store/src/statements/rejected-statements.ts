/** What is no tick. Sets of rows travel as one array a column. */

export const INSERT_REJECTED = `
  INSERT INTO rejected_messages (received_at, exchange_name, reason, detail, raw, bytes)
  SELECT * FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::int[])`;

/** $1 minutes, $2 exchanges. What is kept of each, by whichever lane; the minute as its number since 1970. */
export const REJECTED_KEPT = `
  SELECT (extract(epoch FROM minute) / 60)::bigint AS minute, exchange_name, reason, sum(kept) AS kept
  FROM rejected_counts
  WHERE (minute, exchange_name) IN (SELECT * FROM unnest($1::timestamptz[], $2::text[]))
  GROUP BY 1, 2, 3`;

/** $1 lane, $2 minutes, $3 exchanges, $4 reasons, $5 counts, $6 kept, $7 times of the first, $8 of the last. */
export const COUNT_REJECTED = `
  WITH batch AS (
    SELECT * FROM unnest($2::timestamptz[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::timestamptz[],
      $8::timestamptz[]) AS batch (minute, exchange_name, reason, count, kept, first_at, last_at)
  ), counted AS (
    INSERT INTO rejected_counts AS c (lane, minute, exchange_name, reason, count, kept)
    SELECT $1, minute, exchange_name, reason, count, kept FROM batch ORDER BY minute, exchange_name, reason
    ON CONFLICT (minute, exchange_name, reason, lane)
    DO UPDATE SET count = c.count + excluded.count, kept = c.kept + excluded.kept
  )
  INSERT INTO rejected_totals AS t (lane, exchange_name, reason, count, first_at, last_at)
  SELECT $1, exchange_name, reason, sum(count), min(first_at), max(last_at) FROM batch
  GROUP BY exchange_name, reason ORDER BY exchange_name, reason
  ON CONFLICT (exchange_name, reason, lane) DO UPDATE SET count = t.count + excluded.count,
    first_at = least(t.first_at, excluded.first_at), last_at = greatest(t.last_at, excluded.last_at)`;

/** $1 days to keep, $2 how many rows to delete at most. */
export const DELETE_OLD_REJECTED = `
  DELETE FROM rejected_messages WHERE id = ANY (ARRAY(
    SELECT id FROM rejected_messages WHERE received_at < now() - make_interval(days => $1::int)
    ORDER BY received_at LIMIT $2))`;

/** $1 days to keep, $2 how many rows to delete at most. */
export const DELETE_OLD_REJECTED_COUNTS = `
  DELETE FROM rejected_counts WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM rejected_counts WHERE minute < now() - make_interval(days => $1::int) ORDER BY minute LIMIT $2))`;

export const LAST_REJECTED = 'SELECT coalesce(max(id), 0) AS last FROM rejected_payloads';

/** `which`: a condition. How many went, and the highest id among them. */
export const DELETE_REJECTED_MESSAGES = (which: string): string => `
  WITH gone AS (
    DELETE FROM rejected_payloads WHERE id = ANY (ARRAY(SELECT id FROM rejected_payloads WHERE ${which})) RETURNING id
  )
  SELECT count(*) AS deleted, max(id) AS last FROM gone`;

/** Nobody counts until the end of the transaction; readers go on. */
export const LOCK_REJECTED_TOTALS = 'LOCK TABLE rejected_totals IN SHARE ROW EXCLUSIVE MODE';

/** `which`: a condition. */
export const DELETE_REJECTED_COUNTS = (which: string): string => `DELETE FROM rejected_counts WHERE ${which}`;

/** `which`: a condition. How many there were ever. */
export const DELETE_REJECTED_TOTALS = (which: string): string => `
  WITH gone AS (DELETE FROM rejected_totals WHERE ${which} RETURNING count)
  SELECT coalesce(sum(count), 0) AS counted FROM gone`;
