-- What is known of each stock on each exchange as a whole, kept by whoever keeps price_rollups, in the same transaction:
-- lists and boards read one short row a stock, however many days there are.
CREATE TABLE stock_totals (
  stock_name     varchar(255) COLLATE "C" NOT NULL,
  exchange_name  varchar(255) COLLATE "C" NOT NULL,
  count          bigint NOT NULL,
  first_time     timestamptz NOT NULL,
  -- The most decimals that were seen; never fewer again.
  scale          integer NOT NULL,
  last_time      timestamptz NOT NULL,
  last_seq       bigint NOT NULL,
  last_price     numeric NOT NULL,
  -- The last day (UTC) that has ticks, and its figures; its close is the last price.
  day            timestamptz NOT NULL,
  day_count      bigint NOT NULL,
  day_open_time  timestamptz NOT NULL,
  day_open       numeric NOT NULL,
  day_high       numeric NOT NULL,
  day_low        numeric NOT NULL,
  -- The last tick before that day; null: there is none.
  previous_time  timestamptz,
  previous_seq   bigint,
  previous_price numeric,
  PRIMARY KEY (stock_name, exchange_name)
) WITH (fillfactor = 50);
-- No index on what changes: each flush then writes the new row beside the old one and touches no index.

CREATE FUNCTION rollup_scale(r price_rollups) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$
-- NaN has no scale.
SELECT coalesce(greatest(scale(r.sum), scale(r.open), scale(r.high), scale(r.low), scale(r.close)), 0)
$$;

-- Some stocks' totals, from all their days. @param names of stocks, a query
CREATE FUNCTION stock_totals_sql(names text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT AS $$
SELECT format($q$
  SELECT known.stock_name, known.exchange_name, known.count, known.first_time, known.scale,
    last.close_time AS last_time, last.close_seq AS last_seq, last.close AS last_price,
    last.bucket AS day, last.count AS day_count, last.open_time AS day_open_time, last.open AS day_open,
    last.high AS day_high, last.low AS day_low, previous.close_time AS previous_time,
    previous.close_seq AS previous_seq, previous.close AS previous_price
  FROM (%s) AS names (stock_name)
  CROSS JOIN LATERAL (
    SELECT r.stock_name, r.exchange_name, sum(r.count)::bigint AS count, min(r.open_time) AS first_time,
      max(rollup_scale(r)) AS scale, max(r.bucket) AS day
    FROM price_rollups AS r WHERE r.stock_name = names.stock_name AND r.width = 'day'
    GROUP BY r.stock_name, r.exchange_name OFFSET 0
  ) AS known
  CROSS JOIN LATERAL (
    SELECT * FROM price_rollups AS r WHERE r.stock_name = known.stock_name AND r.width = 'day'
      AND r.exchange_name = known.exchange_name AND r.bucket = known.day OFFSET 0
  ) AS last
  LEFT JOIN LATERAL (
    SELECT * FROM price_rollups AS r WHERE r.stock_name = known.stock_name AND r.width = 'day'
      AND r.exchange_name = known.exchange_name AND r.bucket < known.day ORDER BY r.bucket DESC LIMIT 1
  ) AS previous ON true
$q$, names)
$$;

-- Adds what new ticks amount to. Of a change, count is what was added; its day is the whole day as it is now. Changes of
-- one stock are taken in their order.
CREATE FUNCTION add_stock_totals(changes stock_totals[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp SET jit = off AS $$
DECLARE
  turns integer := (SELECT max(n) FROM (SELECT count(*) AS n FROM unnest(changes)
    GROUP BY stock_name, exchange_name) AS changes);
BEGIN
  FOR this_turn IN 1 .. coalesce(turns, 0) LOOP
    -- In key order, so that two writers wait for each other instead of dead-locking.
    INSERT INTO stock_totals AS t
    SELECT stock_name, exchange_name, count, first_time, scale, last_time, last_seq, last_price, day, day_count,
      day_open_time, day_open, day_high, day_low, previous_time, previous_seq, previous_price
    FROM (
      SELECT *, row_number() OVER (PARTITION BY stock_name, exchange_name ORDER BY ordinality) AS turn
      FROM unnest(changes) WITH ORDINALITY
    ) AS change
    WHERE turn = this_turn
    ORDER BY stock_name, exchange_name
    ON CONFLICT (stock_name, exchange_name) DO UPDATE SET
      count = t.count + excluded.count,
      first_time = least(t.first_time, excluded.first_time),
      scale = greatest(t.scale, excluded.scale),
      last_time = CASE WHEN excluded.day >= t.day THEN excluded.last_time ELSE t.last_time END,
      last_seq = CASE WHEN excluded.day >= t.day THEN excluded.last_seq ELSE t.last_seq END,
      last_price = CASE WHEN excluded.day >= t.day THEN excluded.last_price ELSE t.last_price END,
      day = greatest(t.day, excluded.day),
      day_count = CASE WHEN excluded.day >= t.day THEN excluded.day_count ELSE t.day_count END,
      day_open_time = CASE WHEN excluded.day >= t.day THEN excluded.day_open_time ELSE t.day_open_time END,
      day_open = CASE WHEN excluded.day >= t.day THEN excluded.day_open ELSE t.day_open END,
      day_high = CASE WHEN excluded.day >= t.day THEN excluded.day_high ELSE t.day_high END,
      day_low = CASE WHEN excluded.day >= t.day THEN excluded.day_low ELSE t.day_low END,
      -- Of the ticks before the last day the later: what was known, and what the change brings.
      (previous_time, previous_seq, previous_price) = (
        SELECT
          CASE taken WHEN 1 THEN excluded.previous_time WHEN 2 THEN excluded.last_time WHEN 3 THEN t.last_time
            ELSE t.previous_time END,
          CASE taken WHEN 1 THEN excluded.previous_seq WHEN 2 THEN excluded.last_seq WHEN 3 THEN t.last_seq
            ELSE t.previous_seq END,
          CASE taken WHEN 1 THEN excluded.previous_price WHEN 2 THEN excluded.last_price WHEN 3 THEN t.last_price
            ELSE t.previous_price END
        FROM (SELECT CASE
          WHEN excluded.day > t.day THEN CASE WHEN (excluded.previous_time, excluded.previous_seq, excluded.previous_price)
            > (t.last_time, t.last_seq, t.last_price) THEN 1 ELSE 3 END
          WHEN excluded.day < t.day THEN CASE WHEN t.previous_time IS NULL OR (excluded.last_time, excluded.last_seq,
            excluded.last_price) > (t.previous_time, t.previous_seq, t.previous_price) THEN 2 ELSE 4 END
          WHEN t.previous_time IS NULL OR (excluded.previous_time, excluded.previous_seq, excluded.previous_price)
            > (t.previous_time, t.previous_seq, t.previous_price) THEN 1
          ELSE 4 END AS taken) AS choice);
  END LOOP;
END
$$;

-- Holds the rows of some stocks until the end of the transaction, also of those that have none yet: whoever looks after
-- this what the days are, sees what others have changed. Of the keys only stock_name and exchange_name count.
CREATE FUNCTION hold_stock_totals(keys price_rollups[]) RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS $$
INSERT INTO stock_totals AS t
SELECT DISTINCT stock_name, exchange_name, 0, timestamptz 'infinity', 0, timestamptz '-infinity', 0, 0,
  timestamptz '-infinity', 0, timestamptz 'infinity', 0, 0, 0
FROM unnest(keys) ORDER BY stock_name, exchange_name
ON CONFLICT (stock_name, exchange_name) DO UPDATE SET count = t.count
$$;

CREATE FUNCTION drop_empty_stock_totals(keys price_rollups[]) RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS $$
DELETE FROM stock_totals AS t USING unnest(keys) AS key
WHERE t.stock_name = key.stock_name AND t.exchange_name = key.exchange_name AND NOT EXISTS (
  SELECT FROM price_rollups AS r WHERE r.stock_name = key.stock_name AND r.width = 'day'
    AND r.exchange_name = key.exchange_name)
$$;

-- Brings totals up to date with days that were computed again. @param keys of the days @param was what they were before
CREATE FUNCTION change_stock_totals(keys price_rollups[], was price_rollups[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp SET jit = off AS $$
BEGIN
  PERFORM hold_stock_totals(keys);
  -- The days at both ends are looked up, so that the cost doesn't grow with the days between them.
  UPDATE stock_totals AS t SET
    count = t.count + change.added, first_time = first.open_time, scale = greatest(t.scale, change.scale),
    last_time = last.close_time, last_seq = last.close_seq, last_price = last.close,
    day = last.bucket, day_count = last.count, day_open_time = last.open_time, day_open = last.open,
    day_high = last.high, day_low = last.low,
    previous_time = previous.close_time, previous_seq = previous.close_seq, previous_price = previous.close
  FROM (
    SELECT stock_name, exchange_name, sum(n) AS added, max(scale) AS scale FROM (
      SELECT r.stock_name, r.exchange_name, r.count AS n, rollup_scale(r) AS scale
      FROM unnest(keys) AS key JOIN price_rollups AS r ON r.stock_name = key.stock_name AND r.width = 'day'
        AND r.bucket = key.bucket AND r.exchange_name = key.exchange_name
      UNION ALL
      SELECT stock_name, exchange_name, -count, 0 FROM unnest(was)
    ) AS days GROUP BY stock_name, exchange_name
  ) AS change
  CROSS JOIN LATERAL (
    SELECT * FROM price_rollups AS r WHERE r.stock_name = change.stock_name AND r.width = 'day'
      AND r.exchange_name = change.exchange_name ORDER BY r.bucket LIMIT 1
  ) AS first
  CROSS JOIN LATERAL (
    SELECT * FROM price_rollups AS r WHERE r.stock_name = change.stock_name AND r.width = 'day'
      AND r.exchange_name = change.exchange_name ORDER BY r.bucket DESC LIMIT 1
  ) AS last
  LEFT JOIN LATERAL (
    SELECT * FROM price_rollups AS r WHERE r.stock_name = change.stock_name AND r.width = 'day'
      AND r.exchange_name = change.exchange_name AND r.bucket < last.bucket ORDER BY r.bucket DESC LIMIT 1
  ) AS previous ON true
  WHERE t.stock_name = change.stock_name AND t.exchange_name = change.exchange_name;
  PERFORM drop_empty_stock_totals(keys);
END
$$;

-- Computes totals of some stocks again from all their days, for repair.
CREATE FUNCTION refresh_stock_totals(names text[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp SET jit = off AS $$
DECLARE
  keys price_rollups[] := ARRAY(
    SELECT rollup_key(stock_name, exchange_name, 'day', 'epoch') FROM (
      SELECT DISTINCT r.stock_name, r.exchange_name FROM unnest(names) AS name
        CROSS JOIN LATERAL (SELECT * FROM price_rollups WHERE stock_name = name AND width = 'day' OFFSET 0) AS r
      UNION
      SELECT stock_name, exchange_name FROM stock_totals WHERE stock_name = ANY (names)
    ) AS known);
BEGIN
  PERFORM hold_stock_totals(keys);
  EXECUTE format($q$
    UPDATE stock_totals AS t SET
      count = should.count, first_time = should.first_time, scale = should.scale, last_time = should.last_time,
      last_seq = should.last_seq, last_price = should.last_price, day = should.day, day_count = should.day_count,
      day_open_time = should.day_open_time, day_open = should.day_open, day_high = should.day_high,
      day_low = should.day_low, previous_time = should.previous_time, previous_seq = should.previous_seq,
      previous_price = should.previous_price
    FROM (%s) AS should WHERE t.stock_name = should.stock_name AND t.exchange_name = should.exchange_name
  $q$, stock_totals_sql('SELECT DISTINCT unnest($1)')) USING names;
  PERFORM drop_empty_stock_totals(keys);
END
$$;

-- Names in order that have rollups or totals, so many behind one. Rollups of minutes, by far the most, are never read.
CREATE FUNCTION stock_names_after(after text, at_most integer) RETURNS SETOF text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
WITH RECURSIVE names AS (
  (SELECT stock_name, 1 AS place FROM price_rollups WHERE stock_name > after ORDER BY stock_name LIMIT 1)
  UNION ALL
  SELECT next.stock_name, names.place + 1 FROM names CROSS JOIN LATERAL (
    SELECT stock_name FROM price_rollups WHERE stock_name > names.stock_name ORDER BY stock_name LIMIT 1
  ) AS next WHERE names.place < at_most
)
SELECT stock_name FROM (
  SELECT stock_name FROM names
  UNION
  (SELECT DISTINCT stock_name FROM stock_totals WHERE stock_name > after ORDER BY stock_name LIMIT at_most)
) AS known ORDER BY stock_name LIMIT at_most
$$;

-- Totals of some stocks that are not what their days amount to, with what differs in words.
CREATE FUNCTION wrong_stock_totals(names text[])
RETURNS TABLE (stock_name text, exchange_name text, detail text)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET jit = off AS $$
BEGIN
  RETURN QUERY EXECUTE format($q$
    SELECT coalesce(kept.stock_name, should.stock_name)::text, coalesce(kept.exchange_name, should.exchange_name)::text,
      CASE WHEN kept.stock_name IS NULL THEN 'is missing' WHEN should.stock_name IS NULL THEN 'has no day' ELSE (
        SELECT string_agg(format('%%s is %%s, should be %%s', now.key, now.value, right_one.value), '; ' ORDER BY now.key)
        FROM jsonb_each_text(to_jsonb(kept)) AS now JOIN jsonb_each_text(to_jsonb(should)) AS right_one USING (key)
        WHERE now.value IS DISTINCT FROM right_one.value
      ) END
    FROM (SELECT * FROM stock_totals WHERE stock_name = ANY ($1)) AS kept
    FULL JOIN (%s) AS should USING (stock_name, exchange_name)
    WHERE (kept.count, kept.first_time, kept.last_time, kept.last_seq, kept.last_price, kept.day, kept.day_count,
        kept.day_open_time, kept.day_open, kept.day_high, kept.day_low, kept.previous_time, kept.previous_seq,
        kept.previous_price)
      IS DISTINCT FROM (should.count, should.first_time, should.last_time, should.last_seq, should.last_price,
        should.day, should.day_count, should.day_open_time, should.day_open, should.day_high, should.day_low,
        should.previous_time, should.previous_seq, should.previous_price)
      OR kept.scale < should.scale
  $q$, stock_totals_sql('SELECT DISTINCT unnest($1)')) USING names;
END
$$;

-- From here on: who keeps rollups keeps totals. Returns the rows that were there before.
DROP FUNCTION recompute_price_rollups(rollup_width, price_rollups[]);
CREATE FUNCTION recompute_price_rollups(level rollup_width, keys price_rollups[]) RETURNS price_rollups[]
LANGUAGE plpgsql SET search_path = public, pg_temp SET jit = off AS $$
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
  RETURN was;
END
$$;

-- Adds what new ticks amount to (rows of width minute, at most one a bucket), all but totals.
-- @return what add_stock_totals is to add: the caller decides when those rows are to be locked
CREATE FUNCTION merge_price_buckets(deltas price_rollups[]) RETURNS stock_totals[]
LANGUAGE plpgsql SET search_path = public, pg_temp SET jit = off AS $$
DECLARE
  complete_from timestamptz := (SELECT raw_from FROM raw_retention);
  level rollup_width;
  buckets price_rollups[];
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
    SELECT array_agg(ROW(merged.*)::price_rollups) FILTER (WHERE level = 'day'),
      array_agg(ROW(merged.*)::price_rollups) FILTER (WHERE weighted_sum = 'NaN') INTO buckets, stale FROM merged;
    PERFORM recompute_price_rollups(level, stale) WHERE stale IS NOT NULL;
  END LOOP;
  RETURN (
    SELECT array_agg(ROW(stock_name, exchange_name, added, first_time, scale, close_time, close_seq, close, bucket, count,
      open_time, open, high, low, previous_time, previous_seq, previous_price)::stock_totals)
    FROM (
      SELECT day.*, sum(delta.count) OVER stock AS added, min(day.open_time) OVER stock AS first_time,
        max(rollup_scale(day)) OVER stock AS scale, row_number() OVER newest AS place,
        lead(day.close_time) OVER newest AS previous_time, lead(day.close_seq) OVER newest AS previous_seq,
        lead(day.close) OVER newest AS previous_price
      FROM unnest(buckets) AS day JOIN unnest(deltas) AS delta USING (stock_name, exchange_name, bucket)
      WINDOW stock AS (PARTITION BY stock_name, exchange_name),
        newest AS (PARTITION BY stock_name, exchange_name ORDER BY bucket DESC)
    ) AS days
    WHERE place = 1);
END
$$;

CREATE OR REPLACE FUNCTION merge_price_rollups(deltas price_rollups[]) RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS $$
SELECT add_stock_totals(merge_price_buckets(deltas))
$$;

-- The same for more than one call should hold; each portion is a JSON array of such rows. All buckets come before any total:
-- every writer of a stock waits for whoever has its totals, and two that took them in turns would wait for each other.
CREATE FUNCTION merge_price_rollup_portions(portions json[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp SET jit = off AS $$
DECLARE
  portion json;
  totals stock_totals[] := '{}';
BEGIN
  FOREACH portion IN ARRAY portions LOOP
    totals := totals || merge_price_buckets(ARRAY(SELECT delta FROM json_populate_recordset(NULL::price_rollups, portion)
      AS delta));
  END LOOP;
  PERFORM add_stock_totals(totals);
END
$$;

-- Holds buckets until the end of the transaction, also those that don't exist: two that compute one bucket again at once
-- would else both find it missing.
CREATE FUNCTION hold_price_rollups(keys price_rollups[]) RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS $$
INSERT INTO price_rollups AS r SELECT * FROM unnest(keys) AS key ORDER BY key.stock_name, key.bucket, key.exchange_name
ON CONFLICT (stock_name, width, bucket, exchange_name) DO UPDATE SET count = r.count
$$;

CREATE OR REPLACE FUNCTION recompute_price_rollups_upwards(minutes price_rollups[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp SET jit = off AS $$
DECLARE
  level rollup_width;
  keys price_rollups[];
  was price_rollups[];
BEGIN
  FOREACH level IN ARRAY enum_range(NULL::rollup_width) LOOP
    SELECT array_agg(rollup_key(stock_name, exchange_name, level, wide)) INTO keys
    FROM (SELECT DISTINCT stock_name, exchange_name, date_bin(('1 ' || level)::interval, bucket, 'epoch') AS wide
      FROM unnest(minutes)) AS touched;
    PERFORM hold_price_rollups(keys);
    was := recompute_price_rollups(level, keys);
  END LOOP;
  -- Those of the last level: the days.
  PERFORM change_stock_totals(keys, was);
END
$$;

CREATE OR REPLACE FUNCTION keep_price_rollups() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET jit = off AS $$
DECLARE
  touched price_rollups[];
  added text := 'new_ticks';
  delta price_rollups;
  deltas price_rollups[] := '{}';
  totals stock_totals[] := '{}';
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    TRUNCATE price_rollups, stock_totals;
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
        totals := totals || merge_price_buckets(deltas);
        deltas := '{}';
      END IF;
    END LOOP;
    IF cardinality(deltas) > 0 THEN
      totals := totals || merge_price_buckets(deltas);
    END IF;
    -- At the end, because every writer of a stock waits for whoever has its totals.
    PERFORM add_stock_totals(totals);
  END IF;
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION rebuild_price_rollups(first_day date, last_day date) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp SET jit = off AS $$
DECLARE
  from_time timestamptz := greatest(first_day::timestamp AT TIME ZONE 'UTC', (SELECT raw_from FROM raw_retention));
  to_time timestamptz := (last_day + 1)::timestamp AT TIME ZONE 'UTC';
  minutes price_rollups[];
BEGIN
  EXECUTE format($q$
    SELECT array_agg(rollup_key(stock_name, exchange_name, 'minute', bucket)) FROM (
      SELECT DISTINCT stock_name, exchange_name, date_bin('1 minute', "timestamp", 'epoch') AS bucket
      FROM stock_prices WHERE "timestamp" >= %1$L AND "timestamp" < %2$L
      UNION
      SELECT stock_name, exchange_name, bucket FROM price_rollups
      WHERE width = 'minute' AND bucket >= %1$L AND bucket < %2$L
    ) AS touched
  $q$, from_time, to_time) INTO minutes;
  PERFORM recompute_price_rollups_upwards(minutes);
  PERFORM refresh_stock_totals(ARRAY(SELECT DISTINCT stock_name FROM unnest(minutes)));
END
$$;

-- Until the commit nobody writes: what a writer of before commits from here on would be in no total.
LOCK TABLE stock_prices IN ACCESS EXCLUSIVE MODE;
DO $$
BEGIN
  EXECUTE 'INSERT INTO stock_totals ' || stock_totals_sql($q$SELECT * FROM stock_names_after('', 2147483647)$q$);
END
$$;
