/** What imports of files say to PostgreSQL. */

/** $1 source. */
export const READ_IMPORT = `
  SELECT position, rows, stored, rejected, finished, seq, digest, options,
    (SELECT from_row FROM import_portions AS open WHERE open.source = p.source AND is_open
      AND open.to_position = p.position) AS open_from_row,
    (SELECT from_position FROM import_portions AS open WHERE open.source = p.source AND is_open
      AND open.to_position = p.position) AS open_from
  FROM import_progress AS p WHERE source = $1`;

/** Newest first. */
export const LIST_IMPORTS = `
  SELECT p.source, p.position, p.rows, p.stored, p.rejected, p.finished,
    extract(epoch FROM p.started_at) * 1000000 AS started,
    coalesce(sum(o.stored), 0) AS undoable
  FROM import_progress AS p LEFT JOIN import_portions AS o ON o.source = p.source
  GROUP BY p.source ORDER BY p.started_at DESC, p.source`;

/** $1 digests. Who has most of them first. */
export const FIND_IMPORTS = `
  SELECT source FROM (
    SELECT source, max(row) AS row FROM import_checkpoints WHERE digest = ANY ($1) GROUP BY source
    UNION ALL SELECT source, rows FROM import_progress WHERE digest = ANY ($1)
  ) AS known GROUP BY source ORDER BY max(row) DESC, source LIMIT 10`;

/** $1 source. */
export const READ_CHECKPOINTS = 'SELECT row, digest FROM import_checkpoints WHERE source = $1 ORDER BY row';

/** $1 hashes of lines. */
export const FIND_OVERLAPS = `
  SELECT source, sketch FROM import_progress WHERE sketch && $1::bigint[] AND stored > 0`;

/** $1 how many, $2 the number behind which they have to lie. */
export const RESERVE_NUMBERS = `
  UPDATE import_numbers SET last = greatest(last, $2::bigint) + $1::bigint RETURNING last - $1::bigint AS after`;

/**
 * $1 source, $2 expected position, $3 new position, $4 stored, $5 rejected, $6 finished, $7 last seq, $8 rows, $9 digest,
 * $10 options, $11 sketch. No row: it has moved.
 */
export const ADVANCE_IMPORT = `
  INSERT INTO import_progress AS p (source, position, stored, rejected, finished, seq, rows, digest, options, sketch)
  SELECT $1::text, $3::bigint, $4::bigint, $5::bigint, $6::boolean, $7::bigint, $8::bigint, $9::text, $10::text, $11::bigint[]
  WHERE $2::bigint = 0 OR EXISTS (SELECT FROM import_progress WHERE source = $1)
  ON CONFLICT (source) DO UPDATE SET position = excluded.position, stored = p.stored + excluded.stored,
    rejected = p.rejected + excluded.rejected, finished = excluded.finished, seq = excluded.seq, rows = excluded.rows,
    digest = excluded.digest, options = excluded.options, sketch = excluded.sketch, updated_at = now()
  WHERE p.position = $2`;

/** $1 source, $2 rows, $3 digests. */
export const INSERT_CHECKPOINTS = `
  INSERT INTO import_checkpoints (source, row, digest) SELECT $1, * FROM unnest($2::bigint[], $3::text[])
  ON CONFLICT DO NOTHING`;

/**
 * $1 source, $2 and $3 positions, $4 and $5 rows, $6 and $7 numbers, $8 and $9 times, $10 stocks, $11 stored, $12 rejected, $13 is_open,
 * $14 spans, $15 tail.
 */
export const INSERT_PORTION = `
  INSERT INTO import_portions (source, from_position, to_position, from_row, to_row, first_seq, last_seq, from_time,
    to_time, stocks, stored, rejected, is_open, spans, tail)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`;

/** $1 source. The portion to take back next. */
export const LAST_PORTION = `
  SELECT from_position, to_position, from_row, first_seq, last_seq, from_time::text, to_time::text, stocks, stored,
    rejected, is_open
  FROM import_portions WHERE source = $1 ORDER BY to_position DESC LIMIT 1 FOR UPDATE`;

/** $1 and $2 numbers, $3 and $4 times, $5 stocks or NULL. */
const OF_PORTION = `
  seq BETWEEN $1::bigint AND $2::bigint AND "timestamp" BETWEEN $3::timestamptz AND $4::timestamptz
  AND ($5::text[] IS NULL OR stock_name = ANY ($5))`;
export const COUNT_PORTION = `SELECT count(*) AS count FROM unsealed_prices WHERE ${OF_PORTION}`;
export const DELETE_PORTION = `
  WITH of_days AS (DELETE FROM day_prices WHERE ${OF_PORTION}) DELETE FROM late_prices WHERE ${OF_PORTION}`;

/** $1 source, $2 position, $3 row, $4 ticks, $5 rejected lines. */
export const STEP_BACK = `
  UPDATE import_progress SET position = $2, rows = $3, stored = stored - $4, rejected = rejected - $5, finished = false,
    digest = NULL, updated_at = now()
  WHERE source = $1`;

/** $1 source, $2 position. */
export const FORGET_PORTION = 'DELETE FROM import_portions WHERE source = $1 AND to_position = $2';

/** $1 source, $2 row. */
export const FORGET_CHECKPOINTS = 'DELETE FROM import_checkpoints WHERE source = $1 AND row > $2';

/** $1 source. */
export const FORGET_IMPORT = 'DELETE FROM import_progress WHERE source = $1';
