-- Keeps price_rollups right for any change of stock_prices, whoever makes it. New ticks are added to their buckets;
-- only where they fall between ticks that are already there is a bucket computed again from the level below, because
-- weighted_sum depends on neighbours. Everything is in UTC and independent of the session's time zone.

-- The two queries that make rollups, as text, because their source differs: new rows, stored rows, other rollups.
CREATE FUNCTION minute_rollups_sql(ticks text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT AS $$
SELECT format($q$
  SELECT stock_name, exchange_name, 'minute'::rollup_width AS width, bucket, count(*) AS count, sum(price) AS sum,
    min(price) FILTER (WHERE place = 1) AS open, max(price) AS high, min(price) AS low,
    min(price) FILTER (WHERE next_time IS NULL) AS close,
    min(time) AS open_time,
    (array_agg(time ORDER BY price DESC, time))[1] AS high_time,
    (array_agg(time ORDER BY price, time))[1] AS low_time,
    max(time) AS close_time,
    coalesce(sum(price * extract(epoch FROM next_time - time)), 0) AS weighted_sum
  FROM (
    SELECT stock_name, exchange_name, bucket, time, price,
      row_number() OVER one_bucket AS place, lead(time) OVER one_bucket AS next_time
    FROM (
      SELECT stock_name, exchange_name, date_bin('1 minute', "timestamp", 'epoch') AS bucket, "timestamp" AS time, price
      FROM %s WHERE isfinite("timestamp")
    ) AS tick
    WINDOW one_bucket AS (PARTITION BY stock_name, exchange_name, bucket ORDER BY time, price)
  ) AS tick
  GROUP BY stock_name, exchange_name, bucket
$q$, ticks)
$$;

CREATE FUNCTION wider_rollups_sql(width rollup_width, finer text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT AS $$
SELECT format($q$
  SELECT stock_name, exchange_name, %1$L::rollup_width AS width, wide AS bucket, sum(count)::bigint AS count, sum(sum) AS sum,
    min(open) FILTER (WHERE place = 1) AS open, max(high) AS high, min(low) AS low,
    min(close) FILTER (WHERE next_time IS NULL) AS close,
    min(open_time) AS open_time,
    (array_agg(high_time ORDER BY high DESC, high_time))[1] AS high_time,
    (array_agg(low_time ORDER BY low, low_time))[1] AS low_time,
    max(close_time) AS close_time,
    sum(weighted_sum + coalesce(close * extract(epoch FROM next_time - close_time), 0)) AS weighted_sum
  FROM (
    SELECT *, row_number() OVER one_bucket AS place, lead(open_time) OVER one_bucket AS next_time
    FROM (SELECT *, date_bin(%2$L, bucket, 'epoch') AS wide FROM %3$s) AS rollup
    WINDOW one_bucket AS (PARTITION BY stock_name, exchange_name, wide ORDER BY bucket)
  ) AS rollup
  GROUP BY stock_name, exchange_name, wide
$q$, width, '1 ' || width, finer)
$$;

-- Computes buckets again from the level below: minutes from ticks, hours from minutes, days from hours.
-- Of each key only stock_name, exchange_name and bucket count. Buckets with nothing below disappear.
CREATE FUNCTION recompute_price_rollups(level rollup_width, keys price_rollups[]) RETURNS void
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
        SELECT p.stock_name, p.exchange_name, p."timestamp", p.price FROM stock_prices AS p
        WHERE p.stock_name = key.stock_name AND p.exchange_name = key.exchange_name
          AND p."timestamp" >= key.bucket AND p."timestamp" < key.bucket + interval '1 minute'
          AND p."timestamp" >= %L AND p."timestamp" < %L OFFSET 0
      ) AS p(p_stock, p_exchange, "timestamp", price)$q$,
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

-- Adds what new ticks amount to: rows of width minute, at most one a bucket. Hours and days follow from them.
CREATE FUNCTION merge_price_rollups(deltas price_rollups[]) RETURNS void
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
        open = CASE WHEN (excluded.open_time, excluded.open) < (r.open_time, r.open) THEN excluded.open ELSE r.open END,
        high = greatest(r.high, excluded.high),
        low = least(r.low, excluded.low),
        close = CASE WHEN (excluded.close_time, excluded.close) > (r.close_time, r.close)
          THEN excluded.close ELSE r.close END,
        open_time = least(r.open_time, excluded.open_time),
        high_time = CASE WHEN excluded.high > r.high THEN excluded.high_time WHEN excluded.high < r.high THEN r.high_time
          ELSE least(r.high_time, excluded.high_time) END,
        low_time = CASE WHEN excluded.low < r.low THEN excluded.low_time WHEN excluded.low > r.low THEN r.low_time
          ELSE least(r.low_time, excluded.low_time) END,
        close_time = greatest(r.close_time, excluded.close_time),
        weighted_sum = CASE
          WHEN (excluded.open_time, excluded.open) >= (r.close_time, r.close) THEN r.weighted_sum
            + r.close * extract(epoch FROM excluded.open_time - r.close_time) + excluded.weighted_sum
          WHEN (excluded.close_time, excluded.close) <= (r.open_time, r.open) THEN excluded.weighted_sum
            + excluded.close * extract(epoch FROM r.open_time - excluded.close_time) + r.weighted_sum
          -- Late ticks for a day whose rows retention has dropped: only what they add at the ends can be told.
          WHEN r.width = 'minute' AND r.bucket < complete_from THEN r.weighted_sum
            + r.close * greatest(extract(epoch FROM excluded.close_time - r.close_time), 0)
            + excluded.open * greatest(extract(epoch FROM r.open_time - excluded.open_time), 0)
          -- Marks the bucket for the next statement.
          ELSE 'NaN' END
      RETURNING r.*
    )
    SELECT array_agg(ROW(merged.*)::price_rollups) FILTER (WHERE weighted_sum = 'NaN') INTO stale FROM merged;
    IF stale IS NOT NULL THEN
      PERFORM recompute_price_rollups(level, stale);
    END IF;
  END LOOP;
END
$$;

-- Computes minutes again from ticks, then the hours and days that they lie in.
CREATE FUNCTION recompute_price_rollups_upwards(minutes price_rollups[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp SET jit = off AS $$
DECLARE
  level rollup_width;
  keys price_rollups[];
BEGIN
  FOREACH level IN ARRAY enum_range(NULL::rollup_width) LOOP
    SELECT array_agg(ROW(stock_name, exchange_name, level, wide, 0, 0, 0, 0, 0, 0, wide, wide, wide, wide, 0)::price_rollups)
    INTO keys
    FROM (SELECT DISTINCT stock_name, exchange_name, date_bin(('1 ' || level)::interval, bucket, 'epoch') AS wide
      FROM unnest(minutes)) AS touched;
    PERFORM recompute_price_rollups(level, keys);
  END LOOP;
END
$$;

-- Builds the rollups of whole days (UTC) again from the ticks; days that retention has dropped stay as they are.
CREATE FUNCTION rebuild_price_rollups(first_day date, last_day date) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp SET jit = off AS $$
DECLARE
  from_time timestamptz := greatest(first_day::timestamp AT TIME ZONE 'UTC', (SELECT raw_from FROM raw_retention));
  to_time timestamptz := (last_day + 1)::timestamp AT TIME ZONE 'UTC';
  minutes price_rollups[];
BEGIN
  EXECUTE format($q$
    SELECT array_agg(ROW(stock_name, exchange_name, 'minute', bucket, 0, 0, 0, 0, 0, 0, bucket, bucket, bucket, bucket,
      0)::price_rollups)
    FROM (
      SELECT DISTINCT stock_name, exchange_name, date_bin('1 minute', "timestamp", 'epoch') AS bucket
      FROM stock_prices WHERE "timestamp" >= %1$L AND "timestamp" < %2$L
      UNION
      SELECT stock_name, exchange_name, bucket FROM price_rollups
      WHERE width = 'minute' AND bucket >= %1$L AND bucket < %2$L
    ) AS touched
  $q$, from_time, to_time) INTO minutes;
  PERFORM recompute_price_rollups_upwards(minutes);
END
$$;

-- Rollups of a day (UTC) that are not what the level below amounts to, with what differs in words.
CREATE FUNCTION wrong_price_rollups(day date)
RETURNS TABLE (stock_name text, exchange_name text, width rollup_width, bucket timestamptz, detail text)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET jit = off AS $$
DECLARE
  from_time timestamptz := day::timestamp AT TIME ZONE 'UTC';
  to_time timestamptz := (day + 1)::timestamp AT TIME ZONE 'UTC';
  level rollup_width;
  source text;
BEGIN
  FOREACH level IN ARRAY enum_range(NULL::rollup_width) LOOP
    IF level = 'minute' THEN
      CONTINUE WHEN from_time < (SELECT raw_from FROM raw_retention);
      source := minute_rollups_sql(format($q$(SELECT * FROM stock_prices
        WHERE "timestamp" >= %L AND "timestamp" < %L) AS tick$q$, from_time, to_time));
    ELSE
      source := wider_rollups_sql(level, format($q$(SELECT * FROM price_rollups
        WHERE width = %L AND bucket >= %L AND bucket < %L) AS finer$q$,
        CASE level WHEN 'hour' THEN 'minute' ELSE 'hour' END, from_time, to_time));
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
            ('close_time', extract(epoch FROM kept.close_time), extract(epoch FROM should.close_time))
          ) AS pair (name, is_value, should_value)
          WHERE is_value IS DISTINCT FROM should_value
        ) END
      FROM (SELECT * FROM price_rollups WHERE width = %1$L AND bucket >= %2$L AND bucket < %3$L) AS kept
      FULL JOIN (%4$s) AS should USING (stock_name, exchange_name, bucket)
      WHERE (kept.count, kept.sum, kept.open, kept.high, kept.low, kept.close, kept.open_time, kept.high_time,
          kept.low_time, kept.close_time, kept.weighted_sum)
        IS DISTINCT FROM (should.count, should.sum, should.open, should.high, should.low, should.close,
          should.open_time, should.high_time, should.low_time, should.close_time, should.weighted_sum)
    $q$, level, from_time, to_time, source);
  END LOOP;
END
$$;
