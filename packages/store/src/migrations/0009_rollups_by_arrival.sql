-- Open and close by the order of arrival: (timestamp, seq), and price where seq is equal (ticks from before it was kept).
-- high_time and low_time stay the earliest times. Buckets from before have 0 and 0, as their ticks have.
ALTER TABLE price_rollups ADD COLUMN open_seq bigint NOT NULL DEFAULT 0, ADD COLUMN close_seq bigint NOT NULL DEFAULT 0;

-- A row that stands for its bucket only.
CREATE FUNCTION rollup_key(stock text, exchange text, width rollup_width, bucket timestamptz) RETURNS price_rollups
LANGUAGE sql IMMUTABLE AS $$
SELECT ROW(stock, exchange, width, bucket, 0, 0, 0, 0, 0, 0, bucket, bucket, bucket, bucket, 0, 0, 0)::price_rollups
$$;

CREATE OR REPLACE FUNCTION minute_rollups_sql(ticks text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT AS $$
SELECT format($q$
  SELECT stock_name, exchange_name, 'minute'::rollup_width AS width, bucket, count(*) AS count, sum(price) AS sum,
    min(price) FILTER (WHERE place = 1) AS open, max(price) AS high, min(price) AS low,
    min(price) FILTER (WHERE next_time IS NULL) AS close, min(time) AS open_time,
    (array_agg(time ORDER BY price DESC, time))[1] AS high_time,
    (array_agg(time ORDER BY price, time))[1] AS low_time, max(time) AS close_time,
    coalesce(sum(price * extract(epoch FROM next_time - time)), 0) AS weighted_sum,
    min(seq) FILTER (WHERE place = 1) AS open_seq, min(seq) FILTER (WHERE next_time IS NULL) AS close_seq
  FROM (
    SELECT stock_name, exchange_name, bucket, time, seq, price,
      row_number() OVER one_bucket AS place, lead(time) OVER one_bucket AS next_time
    FROM (
      SELECT stock_name, exchange_name, date_bin('1 minute', "timestamp", 'epoch') AS bucket, "timestamp" AS time,
        seq, price FROM %s WHERE isfinite("timestamp")
    ) AS tick
    WINDOW one_bucket AS (PARTITION BY stock_name, exchange_name, bucket ORDER BY time, seq, price)
  ) AS tick
  GROUP BY stock_name, exchange_name, bucket
$q$, ticks)
$$;

CREATE OR REPLACE FUNCTION wider_rollups_sql(width rollup_width, finer text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT AS $$
SELECT format($q$
  SELECT stock_name, exchange_name, %1$L::rollup_width AS width, wide AS bucket, sum(count)::bigint AS count,
    sum(sum) AS sum,
    min(open) FILTER (WHERE place = 1) AS open, max(high) AS high, min(low) AS low,
    min(close) FILTER (WHERE next_time IS NULL) AS close, min(open_time) AS open_time,
    (array_agg(high_time ORDER BY high DESC, high_time))[1] AS high_time,
    (array_agg(low_time ORDER BY low, low_time))[1] AS low_time, max(close_time) AS close_time,
    sum(weighted_sum + coalesce(close * extract(epoch FROM next_time - close_time), 0)) AS weighted_sum,
    min(open_seq) FILTER (WHERE place = 1) AS open_seq, min(close_seq) FILTER (WHERE next_time IS NULL) AS close_seq
  FROM (
    SELECT *, row_number() OVER one_bucket AS place, lead(open_time) OVER one_bucket AS next_time
    FROM (SELECT *, date_bin(%2$L, bucket, 'epoch') AS wide FROM %3$s) AS rollup
    WINDOW one_bucket AS (PARTITION BY stock_name, exchange_name, wide ORDER BY bucket)
  ) AS rollup
  GROUP BY stock_name, exchange_name, wide
$q$, width, '1 ' || width, finer)
$$;

CREATE OR REPLACE FUNCTION recompute_price_rollups(level rollup_width, keys price_rollups[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp SET jit = off AS $$
DECLARE
  part record;
  source text;
BEGIN
  -- Day by day with literal bounds, so that the plan holds (and locks) the partitions of that day only.
  FOR part IN
    SELECT array_agg(key) AS keys, min(key.bucket) AS from_time, max(key.bucket) AS last_bucket
    FROM unnest(keys) AS key
    GROUP BY CASE WHEN level = 'minute' THEN date_bin('1 day', key.bucket, 'epoch') END
  LOOP
    DELETE FROM price_rollups AS r USING unnest(part.keys) AS key
    WHERE r.stock_name = key.stock_name AND r.width = level AND r.bucket = key.bucket
      AND r.exchange_name = key.exchange_name;
    -- OFFSET 0 keeps the inner part one index scan a bucket, whatever the planner guesses about the number of keys.
    IF level = 'minute' THEN
      source := minute_rollups_sql(format($q$unnest($1) AS key CROSS JOIN LATERAL (
        SELECT p.stock_name, p.exchange_name, p."timestamp", p.price, p.seq FROM stock_prices AS p
        WHERE p.stock_name = key.stock_name AND p.exchange_name = key.exchange_name
          AND p."timestamp" >= key.bucket AND p."timestamp" < key.bucket + interval '1 minute'
          AND p."timestamp" >= %L AND p."timestamp" < %L OFFSET 0
      ) AS p(p_stock, p_exchange, "timestamp", price, seq)$q$,
      part.from_time, part.last_bucket + interval '1 minute'));
    ELSE
      source := wider_rollups_sql(level, format($q$(SELECT r.* FROM unnest($1) AS key CROSS JOIN LATERAL (
        SELECT * FROM price_rollups AS r
        WHERE r.stock_name = key.stock_name AND r.exchange_name = key.exchange_name AND r.width = %L
          AND r.bucket >= key.bucket AND r.bucket < key.bucket + interval %L OFFSET 0
      ) AS r) AS finer$q$, CASE level WHEN 'hour' THEN 'minute' ELSE 'hour' END, '1 ' || level));
    END IF;
    EXECUTE 'INSERT INTO price_rollups ' || source USING part.keys;
  END LOOP;
END
$$;

CREATE OR REPLACE FUNCTION merge_price_rollups(deltas price_rollups[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp SET jit = off AS $$
DECLARE
  complete_from timestamptz := (SELECT raw_from FROM raw_retention);
  level rollup_width;
  stale price_rollups[];
BEGIN
  FOREACH level IN ARRAY enum_range(NULL::rollup_width) LOOP
    IF level <> 'minute' THEN
      EXECUTE format('SELECT array_agg(ROW(wide.*)::price_rollups) FROM (%s) AS wide',
        wider_rollups_sql(level, 'unnest($1)')) INTO deltas USING deltas;
    END IF;
    -- In key order, so that two writers that meet in some buckets wait for each other instead of dead-locking.
    WITH merged AS (
      INSERT INTO price_rollups AS r
      SELECT * FROM unnest(deltas) AS delta ORDER BY delta.stock_name, delta.bucket, delta.exchange_name
      ON CONFLICT (stock_name, width, bucket, exchange_name) DO UPDATE SET
        count = r.count + excluded.count,
        sum = r.sum + excluded.sum,
        open = CASE WHEN (excluded.open_time, excluded.open_seq, excluded.open) < (r.open_time, r.open_seq, r.open)
          THEN excluded.open ELSE r.open END,
        open_seq = CASE WHEN (excluded.open_time, excluded.open_seq) < (r.open_time, r.open_seq)
          THEN excluded.open_seq ELSE r.open_seq END,
        high = greatest(r.high, excluded.high),
        low = least(r.low, excluded.low),
        close = CASE WHEN (excluded.close_time, excluded.close_seq, excluded.close) > (r.close_time, r.close_seq, r.close)
          THEN excluded.close ELSE r.close END,
        close_seq = CASE WHEN (excluded.close_time, excluded.close_seq) > (r.close_time, r.close_seq)
          THEN excluded.close_seq ELSE r.close_seq END,
        open_time = least(r.open_time, excluded.open_time),
        high_time = CASE WHEN excluded.high > r.high THEN excluded.high_time WHEN excluded.high < r.high THEN r.high_time
          ELSE least(r.high_time, excluded.high_time) END,
        low_time = CASE WHEN excluded.low < r.low THEN excluded.low_time WHEN excluded.low > r.low THEN r.low_time
          ELSE least(r.low_time, excluded.low_time) END,
        close_time = greatest(r.close_time, excluded.close_time),
        weighted_sum = CASE
          WHEN (excluded.open_time, excluded.open_seq, excluded.open) >= (r.close_time, r.close_seq, r.close)
            THEN r.weighted_sum + r.close * extract(epoch FROM excluded.open_time - r.close_time) + excluded.weighted_sum
          WHEN (excluded.close_time, excluded.close_seq, excluded.close) <= (r.open_time, r.open_seq, r.open)
            THEN excluded.weighted_sum + excluded.close * extract(epoch FROM r.open_time - excluded.close_time)
              + r.weighted_sum
          -- Late ticks for a day whose rows retention has dropped: only what they add at the ends can be told.
          WHEN r.width = 'minute' AND r.bucket < complete_from THEN r.weighted_sum
            + r.close * greatest(extract(epoch FROM excluded.close_time - r.close_time), 0)
            + excluded.open * greatest(extract(epoch FROM r.open_time - excluded.open_time), 0)
          -- Marks the bucket for the next statement.
          ELSE 'NaN' END
      RETURNING r.*
    )
    SELECT array_agg(ROW(merged.*)::price_rollups) FILTER (WHERE weighted_sum = 'NaN') INTO stale FROM merged;
    PERFORM recompute_price_rollups(level, stale) WHERE stale IS NOT NULL;
  END LOOP;
END
$$;

CREATE OR REPLACE FUNCTION recompute_price_rollups_upwards(minutes price_rollups[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp SET jit = off AS $$
DECLARE
  level rollup_width;
  keys price_rollups[];
BEGIN
  FOREACH level IN ARRAY enum_range(NULL::rollup_width) LOOP
    SELECT array_agg(rollup_key(stock_name, exchange_name, level, wide)) INTO keys
    FROM (SELECT DISTINCT stock_name, exchange_name, date_bin(('1 ' || level)::interval, bucket, 'epoch') AS wide
      FROM unnest(minutes)) AS touched;
    PERFORM recompute_price_rollups(level, keys);
  END LOOP;
END
$$;

CREATE OR REPLACE FUNCTION keep_price_rollups() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET jit = off AS $$
DECLARE
  touched price_rollups[];
  added text := 'new_ticks';
  delta price_rollups;
  deltas price_rollups[] := '{}';
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    TRUNCATE price_rollups;
    RETURN NULL;
  ELSIF current_setting('tickwatch.rollups', true) = 'caller' THEN
    RETURN NULL;
  END IF;
  IF TG_OP <> 'INSERT' THEN
    -- What retention has dropped can't be computed again; its rollups stay as they are.
    SELECT array_agg(rollup_key(stock_name, exchange_name, 'minute', bucket)) INTO touched FROM (
      SELECT DISTINCT stock_name, exchange_name, date_bin('1 minute', "timestamp", 'epoch') AS bucket FROM old_ticks
      WHERE isfinite("timestamp")
    ) AS bucket
    WHERE bucket >= (SELECT raw_from FROM raw_retention);
    PERFORM recompute_price_rollups_upwards(touched);
    added := $q$(SELECT * FROM new_ticks AS tick WHERE NOT EXISTS (
      SELECT FROM unnest($1) AS key WHERE key.stock_name = tick.stock_name AND key.exchange_name = tick.exchange_name
        AND key.bucket = date_bin('1 minute', tick."timestamp", 'epoch'))) AS added$q$;
  END IF;

  IF TG_OP <> 'DELETE' THEN
    -- In portions, so that a statement of any size needs little memory.
    FOR delta IN EXECUTE minute_rollups_sql(added) USING touched LOOP
      deltas := deltas || delta;
      IF cardinality(deltas) >= 10000 THEN
        PERFORM merge_price_rollups(deltas);
        deltas := '{}';
      END IF;
    END LOOP;
    PERFORM merge_price_rollups(deltas) WHERE cardinality(deltas) > 0;
  END IF;
  RETURN NULL;
END
$$;
