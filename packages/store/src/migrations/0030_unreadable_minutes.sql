-- Rollups know what a damaged block held. Whoever takes ticks away beside it takes them from what rollups know, which are not computed
-- again from less; where that can't be told, the ticks stay, and why is said.

-- Whether some rollups may be of days that are sealed: most are not, and pay for no more than this.
CREATE FUNCTION may_be_sealed(keys price_rollups[]) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
SELECT coalesce((SELECT max(day) FROM sealed_days) >= (SELECT min((bucket AT TIME ZONE 'UTC')::date) FROM unnest(keys)), false)
$$;

-- Whether a block of a stock's day is damaged.
CREATE FUNCTION has_damage(stock text, exchange text, of_day date) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
SELECT EXISTS (SELECT FROM sealed_blocks AS b WHERE b.stock_name = stock AND b.exchange_name = exchange
  AND b.first_time >= of_day::timestamp AT TIME ZONE 'UTC' AND b.first_time < (of_day + 1)::timestamp AT TIME ZONE 'UTC'
  AND block_damage(b) IS NOT NULL)
$$;

-- As before, but a stock's day with a damaged block keeps its minutes: nobody could bring them back.
CREATE OR REPLACE FUNCTION drop_minutes(sealed date) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  from_time timestamptz := sealed::timestamp AT TIME ZONE 'UTC';
  to_time timestamptz := (sealed + 1)::timestamp AT TIME ZONE 'UTC';
  dropped bigint;
BEGIN
  -- Whoever is about to add to the day's minutes has done so, or sees below what was dropped.
  LOCK TABLE dropped_minutes IN SHARE ROW EXCLUSIVE MODE;
  IF NOT EXISTS (SELECT FROM sealed_days WHERE day = sealed) THEN
    RETURN 0;
  END IF;
  WITH packed AS (
    SELECT b.stock_name, b.exchange_name FROM sealed_blocks AS b
    WHERE b.first_time >= from_time AND b.first_time < to_time
    GROUP BY b.stock_name, b.exchange_name HAVING bool_and(block_damage(b) IS NULL)
  ), whole AS (
    INSERT INTO dropped_minutes
    SELECT b.stock_name, b.exchange_name, sealed FROM packed AS b
    WHERE NOT EXISTS (
      SELECT FROM unsealed_prices AS p WHERE p.stock_name = b.stock_name AND p.exchange_name = b.exchange_name
        AND p."timestamp" >= from_time AND p."timestamp" < to_time)
    ON CONFLICT DO NOTHING RETURNING *
  )
  DELETE FROM price_rollups AS r USING whole
  WHERE r.stock_name = whole.stock_name AND r.width = 'minute' AND r.exchange_name = whole.exchange_name
    AND r.bucket >= from_time AND r.bucket < to_time;
  GET DIAGNOSTICS dropped = ROW_COUNT;
  UPDATE sealed_days SET has_minutes = false WHERE day = sealed;
  UPDATE raw_retention SET minutes_from = to_time WHERE minutes_from < to_time;
  RETURN dropped;
END
$$;

-- As before, but those of a stock's day with a damaged block stay away: its ticks tell what they can, and its hours the rest.
CREATE OR REPLACE FUNCTION restore_minutes(keys price_rollups[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp SET jit = off AS $$
BEGIN
  IF NOT may_be_sealed(keys) THEN
    RETURN;
  END IF;
  LOCK TABLE dropped_minutes IN ROW EXCLUSIVE MODE;
  EXECUTE format($q$
    WITH restored AS (
      DELETE FROM dropped_minutes AS d USING (
        SELECT DISTINCT stock_name, exchange_name, (bucket AT TIME ZONE 'UTC')::date AS day FROM unnest($1)
      ) AS key
      WHERE d.stock_name = key.stock_name AND d.day = key.day AND d.exchange_name = key.exchange_name
        AND NOT has_damage(d.stock_name, d.exchange_name, d.day)
      RETURNING d.*
    ), marked AS (
      UPDATE sealed_days AS s SET has_minutes = true FROM (SELECT DISTINCT day FROM restored) AS r
      WHERE s.day = r.day AND NOT s.has_minutes
    )
    INSERT INTO price_rollups %s$q$,
    minutes_of_blocks_sql($q$
      SELECT b.* FROM restored AS r CROSS JOIN LATERAL (
        SELECT * FROM sealed_blocks AS b WHERE b.stock_name = r.stock_name AND b.exchange_name = r.exchange_name
          AND b.first_time >= r.day::timestamp AT TIME ZONE 'UTC'
          AND b.first_time < (r.day + 1)::timestamp AT TIME ZONE 'UTC' OFFSET 0
      ) AS b$q$)) USING keys;
END
$$;

-- As before, and where the minutes of a stock's day are away, none comes back alone.
CREATE OR REPLACE FUNCTION merge_price_buckets(deltas price_rollups[]) RETURNS stock_totals[]
LANGUAGE plpgsql SET search_path = public, pg_temp SET jit = off AS $$
DECLARE
  totals stock_totals[];
BEGIN
  PERFORM restore_minutes(deltas);
  totals := add_to_price_buckets(deltas);
  IF may_be_sealed(deltas) THEN
    DELETE FROM price_rollups AS r USING unnest(deltas) AS key, dropped_minutes AS d
    WHERE d.stock_name = key.stock_name AND d.exchange_name = key.exchange_name AND d.day = (key.bucket AT TIME ZONE 'UTC')::date
      AND r.stock_name = key.stock_name AND r.width = 'minute' AND r.bucket = key.bucket AND r.exchange_name = key.exchange_name;
  END IF;
  RETURN totals;
END
$$;

-- As before, but of a stock's day of which a damaged block stays. What went with a damaged block is a hole: hours know more.
CREATE OR REPLACE FUNCTION leave_minutes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET jit = off AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    TRUNCATE dropped_minutes;
  ELSIF EXISTS (SELECT FROM dropped_minutes) THEN
    LOCK TABLE dropped_minutes IN ROW EXCLUSIVE MODE;
    EXECUTE format($q$
      WITH restored AS (
        DELETE FROM dropped_minutes AS d USING (
          SELECT DISTINCT stock_name, exchange_name, (first_time AT TIME ZONE 'UTC')::date AS day FROM gone
        ) AS b
        WHERE d.stock_name = b.stock_name AND d.day = b.day AND d.exchange_name = b.exchange_name
          AND NOT has_damage(d.stock_name, d.exchange_name, d.day)
        RETURNING d.*
      ), minutes AS (
        INSERT INTO price_rollups %s RETURNING *
      )
      INSERT INTO gaps (lane, exchange_name, from_time, to_time, messages, reason, detail, stocks)
      SELECT '', r.exchange_name, hours.open_time, hours.close_time, lost, 'block_damaged',
        format('minutes of %%s on %%s, %%s, lack %%s ticks of damaged blocks; hours have them', r.stock_name, r.exchange_name, r.day, lost),
        ARRAY[r.stock_name]
      FROM restored AS r
      JOIN price_rollups AS hours ON hours.stock_name = r.stock_name AND hours.width = 'day' AND hours.exchange_name = r.exchange_name
        AND hours.bucket = r.day::timestamp AT TIME ZONE 'UTC'
      CROSS JOIN LATERAL (
        SELECT hours.count
          - coalesce((SELECT sum(m.count) FROM minutes AS m WHERE m.stock_name = r.stock_name AND m.exchange_name = r.exchange_name
            AND (m.bucket AT TIME ZONE 'UTC')::date = r.day), 0)
          - coalesce((SELECT sum(g.messages) FROM gaps AS g WHERE g.reason = 'block_damaged' AND g.exchange_name = r.exchange_name
            AND g.stocks = ARRAY[r.stock_name]::text[] AND (g.from_time AT TIME ZONE 'UTC')::date = r.day), 0) AS lost
      ) AS missing
      WHERE lost > 0$q$,
      minutes_of_blocks_sql($q$
        SELECT b.* FROM restored AS r CROSS JOIN LATERAL (
          SELECT * FROM gone WHERE stock_name = r.stock_name AND exchange_name = r.exchange_name
            AND (first_time AT TIME ZONE 'UTC')::date = r.day
          UNION ALL
          SELECT * FROM sealed_blocks WHERE stock_name = r.stock_name AND exchange_name = r.exchange_name
            AND first_time >= r.day::timestamp AT TIME ZONE 'UTC'
            AND first_time < (r.day + 1)::timestamp AT TIME ZONE 'UTC'
        ) AS b$q$));
  END IF;
  RETURN NULL;
END
$$;

-- Those of some minutes that can't be computed again: a block that reaches into one is damaged, or those of its day are away.
CREATE FUNCTION unreadable_minutes(keys price_rollups[]) RETURNS price_rollups[]
LANGUAGE plpgsql SET search_path = public, pg_temp SET jit = off AS $$
BEGIN
  IF NOT may_be_sealed(keys) THEN
    RETURN '{}';
  END IF;
  PERFORM restore_minutes(keys);
  RETURN ARRAY(
    -- Each block is looked at once, however many of the minutes it reaches into.
    WITH days AS (
      SELECT stock_name, exchange_name, date_bin('1 day', bucket, 'epoch') AS day, min(bucket) AS first, max(bucket) AS last
      FROM unnest(keys) GROUP BY 1, 2, 3
    ), damaged AS MATERIALIZED (
      SELECT touched.* FROM days AS d CROSS JOIN LATERAL (
        SELECT b.stock_name, b.exchange_name, b.first_time, b.last_time FROM sealed_blocks AS b
        WHERE b.stock_name = d.stock_name AND b.exchange_name = d.exchange_name AND b.first_time >= d.day
          AND b.first_time < d.last + interval '1 minute' AND b.last_time >= d.first AND block_damage(b) IS NOT NULL OFFSET 0
      ) AS touched
    )
    SELECT key FROM unnest(keys) AS key
    WHERE EXISTS (SELECT FROM damaged AS b WHERE b.stock_name = key.stock_name AND b.exchange_name = key.exchange_name
        AND b.first_time < key.bucket + interval '1 minute' AND b.last_time >= key.bucket)
      OR EXISTS (SELECT FROM dropped_minutes AS d WHERE d.stock_name = key.stock_name AND d.exchange_name = key.exchange_name
        AND d.day = (key.bucket AT TIME ZONE 'UTC')::date));
END
$$;

-- Takes ticks from buckets that can't be computed again. For how long each price held nobody can tell any more; the mean stands for
-- it. @param removed what the ticks amount to in each bucket
CREATE FUNCTION take_from_price_rollups(removed price_rollups[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  unknown record;
BEGIN
  SELECT g.stock_name, g.exchange_name, g.width, g.bucket, figure INTO unknown
  FROM unnest(removed) AS g
  LEFT JOIN price_rollups AS r ON r.stock_name = g.stock_name AND r.width = g.width AND r.bucket = g.bucket
    AND r.exchange_name = g.exchange_name
  CROSS JOIN LATERAL (SELECT CASE
    WHEN r.count IS NULL OR r.count <= g.count THEN 'all that is known of it'
    WHEN (g.open_time, g.open_seq, g.open) <= (r.open_time, r.open_seq, r.open) THEN 'its first price'
    WHEN (g.close_time, g.close_seq, g.close) >= (r.close_time, r.close_seq, r.close) THEN 'its last price'
    WHEN (g.high, r.high_time) >= (r.high, g.high_time) THEN 'its highest price'
    WHEN (r.low, r.low_time) >= (g.low, g.low_time) THEN 'its lowest price'
  END AS figure) AS known
  WHERE figure IS NOT NULL ORDER BY g.bucket LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'ticks of % on % can''t be taken away: they are %, the % from %, and only a damaged block could tell what is left',
      unknown.stock_name, unknown.exchange_name, unknown.figure, unknown.width, unknown.bucket
      USING ERRCODE = 'data_corrupted', HINT = format('Restore the block, or give its ticks up: npm run unseal -- --day %s --skip-damaged',
        (unknown.bucket AT TIME ZONE 'UTC')::date);
  END IF;
  UPDATE price_rollups AS r SET count = r.count - g.count, sum = r.sum - g.sum,
    weighted_sum = (r.sum - g.sum) / (r.count - g.count) * extract(epoch FROM r.close_time - r.open_time)
  FROM unnest(removed) AS g
  WHERE r.stock_name = g.stock_name AND r.width = g.width AND r.bucket = g.bucket AND r.exchange_name = g.exchange_name;
END
$$;

-- Takes ticks away that were in minutes that can't be computed again. @param removed what they amount to in each of them
CREATE FUNCTION take_from_unreadable(removed price_rollups[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp SET jit = off AS $$
DECLARE
  level rollup_width;
  keys price_rollups[];
  away price_rollups[];
  was price_rollups[];
BEGIN
  -- Where minutes are away the hour is the finest that is known.
  away := ARRAY(SELECT g FROM unnest(removed) AS g JOIN dropped_minutes AS d ON d.stock_name = g.stock_name
    AND d.exchange_name = g.exchange_name AND d.day = (g.bucket AT TIME ZONE 'UTC')::date);
  FOREACH level IN ARRAY enum_range(NULL::rollup_width) LOOP
    SELECT array_agg(rollup_key(stock_name, exchange_name, level, wide)) INTO keys
    FROM (SELECT DISTINCT stock_name, exchange_name, date_bin(('1 ' || level)::interval, bucket, 'epoch') AS wide
      FROM unnest(CASE level WHEN 'minute' THEN ARRAY(SELECT g FROM unnest(removed) AS g EXCEPT ALL SELECT a FROM unnest(away) AS a)
        ELSE removed END)) AS touched;
    CONTINUE WHEN keys IS NULL;
    PERFORM hold_price_rollups(keys);
    IF level = 'minute' THEN
      PERFORM take_from_price_rollups(ARRAY(SELECT g FROM unnest(removed) AS g EXCEPT ALL SELECT a FROM unnest(away) AS a));
      CONTINUE;
    ELSIF level = 'hour' THEN
      EXECUTE format('SELECT array_agg(ROW(wide.*)::price_rollups) FROM (%s) AS wide', wider_rollups_sql(level, 'unnest($1)'))
        INTO away USING away;
      PERFORM take_from_price_rollups(away) WHERE away IS NOT NULL;
      keys := ARRAY(SELECT key FROM unnest(keys) AS key WHERE NOT EXISTS (SELECT FROM unnest(away) AS a
        WHERE a.stock_name = key.stock_name AND a.exchange_name = key.exchange_name AND a.bucket = key.bucket));
    END IF;
    was := recompute_price_rollups(level, keys);
  END LOOP;
  -- Those of the last level: the days.
  PERFORM change_stock_totals(keys, was);
END
$$;

-- What ticks amount to in some minutes ($1), as an array. @param ticks where they can be seen, a relation
CREATE FUNCTION ticks_in_minutes_sql(ticks text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT AS $$
SELECT format('SELECT array_agg(ROW(g.*)::price_rollups) FROM (%s) AS g WHERE EXISTS (SELECT FROM unnest($1) AS key
  WHERE key.stock_name = g.stock_name AND key.exchange_name = g.exchange_name AND key.bucket = g.bucket)', minute_rollups_sql(ticks))
$$;

-- Brings rollups up to date with ticks that went. Returns the minutes that were computed again, with what has come to them meanwhile.
-- @param minutes that they were in @param unreadable which of these can't be computed again @param removed what they amount to in those
CREATE FUNCTION forget_ticks(minutes price_rollups[], unreadable price_rollups[], removed price_rollups[]) RETURNS price_rollups[]
LANGUAGE plpgsql SET search_path = public, pg_temp SET jit = off AS $$
BEGIN
  IF cardinality(unreadable) > 0 THEN
    minutes := ARRAY(SELECT key FROM unnest(minutes) AS key EXCEPT SELECT key FROM unnest(unreadable) AS key);
    PERFORM take_from_unreadable(removed);
  END IF;
  IF cardinality(minutes) > 0 THEN
    PERFORM recompute_price_rollups_upwards(minutes);
  END IF;
  RETURN minutes;
END
$$;

CREATE OR REPLACE FUNCTION keep_price_rollups() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET jit = off AS $$
DECLARE
  touched price_rollups[];
  unreadable price_rollups[];
  removed price_rollups[];
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
    unreadable := unreadable_minutes(touched);
    IF cardinality(unreadable) > 0 THEN
      EXECUTE ticks_in_minutes_sql('old_ticks') INTO removed USING unreadable;
    END IF;
    touched := forget_ticks(touched, unreadable, removed);
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

CREATE OR REPLACE FUNCTION forget_removed_prices() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET jit = off AS $$
DECLARE
  touched price_rollups[];
  unreadable price_rollups[];
  removed price_rollups[];
BEGIN
  IF current_setting('tickwatch.rollups', true) IS DISTINCT FROM 'caller' THEN
    -- What retention has dropped can't be computed again; its rollups stay as they are.
    SELECT array_agg(rollup_key(stock_name, exchange_name, 'minute', bucket)) INTO touched FROM (
      SELECT DISTINCT stock_name, exchange_name, date_bin('1 minute', "timestamp", 'epoch') AS bucket FROM changed_prices
      WHERE gone AND isfinite("timestamp")
    ) AS bucket
    WHERE bucket >= (SELECT raw_from FROM raw_retention);
    unreadable := unreadable_minutes(touched);
    IF cardinality(unreadable) > 0 THEN
      EXECUTE ticks_in_minutes_sql('(SELECT * FROM changed_prices WHERE gone) AS gone') INTO removed USING unreadable;
    END IF;
    PERFORM forget_ticks(touched, unreadable, removed);
  END IF;
  DELETE FROM changed_prices WHERE gone;
  RETURN NULL;
END
$$;
