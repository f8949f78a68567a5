-- Rollups of days that are sealed, too: each block that a question touches is unpacked once, however many minutes of it are asked.

-- The ticks of some minutes of one day; $1: rollups that stand for them. Of sealed ticks that share their time stamp with no other
-- the seq is not kept.
CREATE FUNCTION ticks_of_minutes_sql(from_time timestamptz, to_time timestamptz) RETURNS text
LANGUAGE sql IMMUTABLE STRICT AS $$
SELECT format($q$(
  SELECT p.* FROM unnest($1) AS key CROSS JOIN LATERAL (
    SELECT "timestamp", stock_name, exchange_name, price, seq FROM day_prices AS p
    WHERE p.stock_name = key.stock_name AND p.exchange_name = key.exchange_name
      AND p."timestamp" >= key.bucket AND p."timestamp" < key.bucket + interval '1 minute'
      -- So that the plan holds (and locks) the partition of that day only.
      AND p."timestamp" >= %1$L AND p."timestamp" < %2$L
    UNION ALL
    -- Without those bounds, which look as if they were worth an index scan of their own.
    SELECT "timestamp", stock_name, exchange_name, price, seq FROM late_prices AS p
    WHERE p.stock_name = key.stock_name AND p.exchange_name = key.exchange_name
      AND p."timestamp" >= key.bucket AND p."timestamp" < key.bucket + interval '1 minute'
    -- One index scan a minute, whatever the planner guesses about the number of minutes.
    OFFSET 0
  ) AS p
  UNION ALL
  SELECT t."timestamp", asked.stock_name, asked.exchange_name, t.price, t.seq
  FROM (SELECT stock_name, exchange_name, array_agg(DISTINCT bucket) AS buckets FROM unnest($1) GROUP BY 1, 2) AS asked
  CROSS JOIN LATERAL (
    SELECT b AS block FROM sealed_blocks AS b
    WHERE b.stock_name = asked.stock_name AND b.exchange_name = asked.exchange_name
      AND b.first_time >= date_bin('1 day', %1$L, 'epoch') AND b.first_time < %2$L AND b.last_time >= %1$L
      AND EXISTS (SELECT FROM unnest(asked.buckets) AS bucket
        WHERE bucket <= b.last_time AND bucket + interval '1 minute' > b.first_time) OFFSET 0
  ) AS touched
  CROSS JOIN LATERAL unpack_block(touched.block) AS t
  -- By halving the list, which is in order: a join would compare each tick with each minute of the day.
  WHERE t."timestamp" < asked.buckets[width_bucket(t."timestamp", asked.buckets)] + interval '1 minute'
) AS tick$q$, from_time, to_time)
$$;

-- The ticks of a time.
CREATE FUNCTION ticks_of_time_sql(from_time timestamptz, to_time timestamptz) RETURNS text
LANGUAGE sql IMMUTABLE STRICT AS $$
SELECT format($q$(
  SELECT * FROM unsealed_prices WHERE "timestamp" >= %1$L AND "timestamp" < %2$L
  UNION ALL
  SELECT "timestamp", stock_name, exchange_name, price, seq FROM sealed_prices
  WHERE first_time >= date_bin('1 day', %1$L, 'epoch') AND first_time < %2$L AND "timestamp" >= %1$L AND "timestamp" < %2$L
) AS tick$q$, from_time, to_time)
$$;

-- A minute that is computed from sealed ticks gets back the seq that it had of the same tick.
CREATE FUNCTION keep_sealed_seqs(was price_rollups[]) RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS $$
UPDATE price_rollups AS r SET
  open_seq = CASE WHEN (w.open_time, w.open) = (r.open_time, r.open) THEN greatest(w.open_seq, r.open_seq) ELSE r.open_seq END,
  close_seq = CASE WHEN (w.close_time, w.close) = (r.close_time, r.close) THEN greatest(w.close_seq, r.close_seq)
    ELSE r.close_seq END
FROM unnest(was) AS w
WHERE w.count > 0 AND r.stock_name = w.stock_name AND r.width = w.width AND r.bucket = w.bucket
  AND r.exchange_name = w.exchange_name AND (r.open_seq < w.open_seq OR r.close_seq < w.close_seq)
$$;

-- Buckets that late ticks were added to, and that can't be computed again because what is below them is not all there (a block is
-- damaged): they keep what they amounted to. For how long each price held nobody can tell any more; the mean stands for it.
CREATE FUNCTION keep_unreadable_buckets(was price_rollups[]) RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS $$
UPDATE price_rollups AS r SET count = w.count, sum = w.sum, open = w.open, high = w.high, low = w.low, close = w.close,
  open_time = w.open_time, high_time = w.high_time, low_time = w.low_time, close_time = w.close_time,
  open_seq = w.open_seq, close_seq = w.close_seq,
  weighted_sum = w.sum / w.count * extract(epoch FROM w.close_time - w.open_time)
FROM unnest(was) AS w
WHERE w.weighted_sum = 'NaN' AND r.stock_name = w.stock_name AND r.width = w.width AND r.bucket = w.bucket
  AND r.exchange_name = w.exchange_name AND r.count < w.count
$$;

-- Pages cost nothing: a plan is to read the fewest ticks, which is by stock and time, and not those of all stocks by time alone.
CREATE OR REPLACE FUNCTION recompute_price_rollups(level rollup_width, keys price_rollups[]) RETURNS price_rollups[]
LANGUAGE plpgsql SET search_path = public, pg_temp SET jit = off SET seq_page_cost = 0.01 SET random_page_cost = 0.01 AS $$
DECLARE
  part record;
  source text;
  gone price_rollups[];
  was price_rollups[] := '{}';
BEGIN
  -- Day by day with literal bounds, so that the plan holds (and locks) the partitions of that day only.
  FOR part IN
    SELECT array_agg(key) AS keys, min(key.bucket) AS from_time, max(key.bucket) AS last_bucket
    FROM unnest(keys) AS key
    GROUP BY CASE WHEN level = 'minute' THEN date_bin('1 day', key.bucket, 'epoch') END
  LOOP
    WITH deleted AS (
      DELETE FROM price_rollups AS r USING unnest(part.keys) AS key
      WHERE r.stock_name = key.stock_name AND r.width = level AND r.bucket = key.bucket
        AND r.exchange_name = key.exchange_name
      RETURNING r.*
    )
    SELECT array_agg(ROW(deleted.*)::price_rollups) INTO gone FROM deleted;
    was := was || gone;
    IF level = 'minute' THEN
      source := minute_rollups_sql(ticks_of_minutes_sql(part.from_time, part.last_bucket + interval '1 minute'));
    ELSE
      source := wider_rollups_sql(level, format($q$(SELECT r.* FROM unnest($1) AS key CROSS JOIN LATERAL (
        SELECT * FROM price_rollups AS r
        WHERE r.stock_name = key.stock_name AND r.exchange_name = key.exchange_name AND r.width = %L
          AND r.bucket >= key.bucket AND r.bucket < key.bucket + interval %L OFFSET 0
      ) AS r) AS finer$q$, CASE level WHEN 'hour' THEN 'minute' ELSE 'hour' END, '1 ' || level));
    END IF;
    EXECUTE 'INSERT INTO price_rollups ' || source USING part.keys;
    IF level = 'minute' AND has_lost_seqs((part.from_time AT TIME ZONE 'UTC')::date) THEN
      PERFORM keep_sealed_seqs(gone);
    END IF;
    PERFORM keep_unreadable_buckets(gone);
  END LOOP;
  RETURN was;
END
$$;

CREATE OR REPLACE FUNCTION rebuild_price_rollups(first_day date, last_day date) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp SET jit = off AS $$
DECLARE
  from_time timestamptz := greatest(first_day::timestamp AT TIME ZONE 'UTC', (SELECT raw_from FROM raw_retention));
  to_time timestamptz := (last_day + 1)::timestamp AT TIME ZONE 'UTC';
  minutes price_rollups[];
BEGIN
  IF EXISTS (SELECT FROM sealed_blocks AS b WHERE b.first_time >= from_time AND b.first_time < to_time AND NOT is_sound_block(b)) THEN
    RAISE EXCEPTION 'a block of % is damaged: its rollups know more than what can be read, and stay as they are', first_day
      USING ERRCODE = 'data_corrupted', HINT = 'npm run seal -- --verify names it';
  END IF;
  EXECUTE format($q$
    SELECT array_agg(rollup_key(stock_name, exchange_name, 'minute', bucket)) FROM (
      SELECT DISTINCT stock_name, exchange_name, date_bin('1 minute', "timestamp", 'epoch') AS bucket FROM %3$s
      UNION
      SELECT stock_name, exchange_name, bucket FROM price_rollups
      WHERE width = 'minute' AND bucket >= %1$L AND bucket < %2$L
    ) AS touched
  $q$, from_time, to_time, ticks_of_time_sql(from_time, to_time)) INTO minutes;
  PERFORM recompute_price_rollups_upwards(minutes);
  PERFORM refresh_stock_totals(ARRAY(SELECT DISTINCT stock_name FROM unnest(minutes)));
  UPDATE raw_retention SET minutes_from = '-infinity'
  WHERE isfinite(minutes_from) AND NOT EXISTS (SELECT FROM dropped_minutes);
END
$$;

-- Of a day that is or was sealed all but the seq is checked, which its ticks need not have any more. Not STABLE, so that each
-- statement sees what was committed when it got its locks: a day's partition goes when its blocks come.
CREATE OR REPLACE FUNCTION wrong_price_rollups(day date)
RETURNS TABLE (stock_name text, exchange_name text, width rollup_width, bucket timestamptz, detail text)
LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp SET jit = off AS $$
DECLARE
  from_time timestamptz := day::timestamp AT TIME ZONE 'UTC';
  to_time timestamptz := (day + 1)::timestamp AT TIME ZONE 'UTC';
  level rollup_width;
  source text;
BEGIN
  FOREACH level IN ARRAY enum_range(NULL::rollup_width) LOOP
    IF level = 'minute' THEN
      CONTINUE WHEN from_time < (SELECT raw_from FROM raw_retention);
      source := minute_rollups_sql(ticks_of_time_sql(from_time, to_time));
    ELSE
      source := format('SELECT * FROM price_rollups WHERE width = %L AND bucket >= %L AND bucket < %L',
        CASE level WHEN 'hour' THEN 'minute' ELSE 'hour' END, from_time, to_time);
      IF level = 'hour' THEN
        source := source || ' UNION ALL ' || dropped_minutes_sql(day);
      END IF;
      source := wider_rollups_sql(level, format('(%s) AS finer', source));
    END IF;
    RETURN QUERY EXECUTE format($q$
      SELECT coalesce(kept.stock_name, should.stock_name)::text, coalesce(kept.exchange_name, should.exchange_name)::text,
        %1$L::rollup_width, coalesce(kept.bucket, should.bucket),
        CASE WHEN kept.bucket IS NULL THEN 'is missing' WHEN should.bucket IS NULL THEN 'has nothing below it' ELSE (
          SELECT string_agg(format('%%s is %%s, should be %%s', name, is_value, should_value), '; ')
          FROM (VALUES
            ('count', kept.count::numeric, should.count::numeric), ('sum', kept.sum, should.sum),
            ('open', kept.open, should.open), ('high', kept.high, should.high), ('low', kept.low, should.low),
            ('close', kept.close, should.close), ('weighted_sum', kept.weighted_sum, should.weighted_sum),
            ('open_time', extract(epoch FROM kept.open_time), extract(epoch FROM should.open_time)),
            ('high_time', extract(epoch FROM kept.high_time), extract(epoch FROM should.high_time)),
            ('low_time', extract(epoch FROM kept.low_time), extract(epoch FROM should.low_time)),
            ('close_time', extract(epoch FROM kept.close_time), extract(epoch FROM should.close_time)),
            ('open_seq', CASE WHEN seqs.known THEN kept.open_seq END, CASE WHEN seqs.known THEN should.open_seq END),
            ('close_seq', CASE WHEN seqs.known THEN kept.close_seq END, CASE WHEN seqs.known THEN should.close_seq END)
          ) AS pair (name, is_value, should_value)
          WHERE is_value IS DISTINCT FROM should_value
        ) END
      FROM (SELECT * FROM price_rollups WHERE width = %1$L AND bucket >= %2$L AND bucket < %3$L) AS kept
      FULL JOIN (%4$s) AS should USING (stock_name, exchange_name, bucket)
      CROSS JOIN (SELECT NOT has_lost_seqs(%5$L) AS known) AS seqs
      WHERE (%1$L <> 'minute' OR kept.bucket IS NOT NULL OR NOT EXISTS (SELECT FROM dropped_minutes AS d
          WHERE d.stock_name = should.stock_name AND d.day = %5$L AND d.exchange_name = should.exchange_name))
        AND (kept.count, kept.sum, kept.open, kept.high, kept.low, kept.close, kept.open_time, kept.high_time,
          kept.low_time, kept.close_time, kept.weighted_sum, CASE WHEN seqs.known THEN kept.open_seq END,
          CASE WHEN seqs.known THEN kept.close_seq END)
        IS DISTINCT FROM (should.count, should.sum, should.open, should.high, should.low, should.close,
          should.open_time, should.high_time, should.low_time, should.close_time, should.weighted_sum,
          CASE WHEN seqs.known THEN should.open_seq END, CASE WHEN seqs.known THEN should.close_seq END)
    $q$, level, from_time, to_time, source, day);
  END LOOP;
END
$$;

-- Emptying all ticks empties what is known of them. Emptying a day's partition, or late_prices, keeps its rollups, as retention does.
CREATE FUNCTION empty_price_rollups() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM late_prices) OR EXISTS (SELECT FROM sealed_blocks) THEN
    RAISE EXCEPTION 'there are ticks beside day_prices, and rollups are of all of them'
      USING ERRCODE = 'object_not_in_prerequisite_state',
        HINT = 'To empty everything: TRUNCATE day_prices, late_prices, sealed_blocks, sealed_days';
  END IF;
  TRUNCATE price_rollups, stock_totals;
  RETURN NULL;
END
$$;
DROP TRIGGER keep_rollups_on_truncate ON day_prices;
CREATE TRIGGER empty_rollups_on_truncate AFTER TRUNCATE ON day_prices
  FOR EACH STATEMENT EXECUTE FUNCTION empty_price_rollups();
