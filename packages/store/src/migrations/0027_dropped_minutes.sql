-- Minutes of sealed days can be left out (SEALED_MINUTES=drop): a sealed day's ticks tell them. Of a stock's day either all minutes
-- are there, or none is and this says so; then it has no ticks but those in blocks. Whoever brings or takes ticks of it brings
-- back its minutes first.
CREATE TABLE dropped_minutes (
  stock_name    varchar(255) COLLATE "C" NOT NULL,
  exchange_name varchar(255) COLLATE "C" NOT NULL,
  day           date NOT NULL,
  PRIMARY KEY (stock_name, day, exchange_name)
);
-- False: the day's minutes were dropped, and none came back since.
ALTER TABLE sealed_days ADD COLUMN has_minutes boolean NOT NULL DEFAULT true;
-- Before this some minutes may not be there: who needs them reads single ticks, which are there from raw_from on.
ALTER TABLE raw_retention ADD COLUMN minutes_from timestamptz NOT NULL DEFAULT '-infinity';

-- The minutes of the ticks in some blocks. @param blocks a query, sealed_blocks
CREATE FUNCTION minutes_of_blocks_sql(blocks text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT AS $$
SELECT minute_rollups_sql(format($q$(
  SELECT t."timestamp", b.stock_name, b.exchange_name, t.price, t.seq
  FROM (%s) AS b CROSS JOIN LATERAL unpack_block(b::sealed_blocks) AS t
) AS tick$q$, blocks))
$$;

-- The minutes of a day that were dropped.
CREATE FUNCTION dropped_minutes_sql(sealed date) RETURNS text
LANGUAGE sql STABLE STRICT AS $$
SELECT minutes_of_blocks_sql(format($q$
  SELECT b.* FROM sealed_blocks AS b JOIN dropped_minutes AS d ON d.stock_name = b.stock_name
    AND d.exchange_name = b.exchange_name AND d.day = %1$L
  WHERE b.first_time >= %2$L AND b.first_time < %3$L$q$,
  sealed, sealed::timestamp AT TIME ZONE 'UTC', (sealed + 1)::timestamp AT TIME ZONE 'UTC'))
$$;

-- Drops the minutes of a sealed day, but those of stocks that have ticks of it beside the blocks. Returns how many went.
CREATE FUNCTION drop_minutes(sealed date) RETURNS bigint
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
  WITH whole AS (
    INSERT INTO dropped_minutes
    SELECT DISTINCT b.stock_name, b.exchange_name, sealed FROM sealed_blocks AS b
    WHERE b.first_time >= from_time AND b.first_time < to_time AND NOT EXISTS (
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
REVOKE EXECUTE ON FUNCTION drop_minutes(date) FROM PUBLIC;

-- Brings back the minutes of the stocks' days that some rollups stand for, as they were before whatever comes now.
CREATE FUNCTION restore_minutes(keys price_rollups[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp SET jit = off AS $$
BEGIN
  -- Most ticks are of days that are not sealed, and pay for no more than this.
  IF coalesce((SELECT max(day) FROM sealed_days) < (SELECT min((bucket AT TIME ZONE 'UTC')::date) FROM unnest(keys)), true) THEN
    RETURN;
  END IF;
  LOCK TABLE dropped_minutes IN ROW EXCLUSIVE MODE;
  EXECUTE format($q$
    WITH restored AS (
      DELETE FROM dropped_minutes AS d USING (
        SELECT DISTINCT stock_name, exchange_name, (bucket AT TIME ZONE 'UTC')::date AS day FROM unnest($1)
      ) AS key
      WHERE d.stock_name = key.stock_name AND d.day = key.day AND d.exchange_name = key.exchange_name RETURNING d.*
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

-- Blocks that go (unsealed, dropped by retention) leave the minutes of their stock's day.
CREATE FUNCTION leave_minutes() RETURNS trigger
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
        WHERE d.stock_name = b.stock_name AND d.day = b.day AND d.exchange_name = b.exchange_name RETURNING d.*
      )
      INSERT INTO price_rollups %s$q$,
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
CREATE TRIGGER leave_minutes AFTER DELETE ON sealed_blocks REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION leave_minutes();
CREATE TRIGGER leave_no_minutes AFTER TRUNCATE ON sealed_blocks FOR EACH STATEMENT EXECUTE FUNCTION leave_minutes();

ALTER FUNCTION merge_price_buckets(price_rollups[]) RENAME TO add_to_price_buckets;
CREATE FUNCTION merge_price_buckets(deltas price_rollups[]) RETURNS stock_totals[]
LANGUAGE plpgsql SET search_path = public, pg_temp SET jit = off AS $$
BEGIN
  PERFORM restore_minutes(deltas);
  RETURN add_to_price_buckets(deltas);
END
$$;

ALTER FUNCTION recompute_price_rollups_upwards(price_rollups[]) RENAME TO compute_price_rollups_upwards;
CREATE FUNCTION recompute_price_rollups_upwards(minutes price_rollups[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp SET jit = off AS $$
BEGIN
  PERFORM restore_minutes(minutes);
  PERFORM compute_price_rollups_upwards(minutes);
END
$$;

-- As before, and where minutes may not be there the hour of the moment is what only single ticks can tell.
CREATE OR REPLACE FUNCTION last_rollups(stock text, only_exchange text, moment timestamptz,
  OUT exchange text, OUT last_time timestamptz, OUT last_seq bigint, OUT last_price numeric, OUT unknown boolean) RETURNS SETOF record
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  minute timestamptz := date_bin('1 minute', moment, 'epoch');
  hour timestamptz := date_bin('1 hour', moment, 'epoch');
  day timestamptz := date_bin('1 day', moment, 'epoch');
  finest rollup_width := (SELECT CASE WHEN moment >= raw_from AND moment < minutes_from THEN 'hour' ELSE 'minute' END
    FROM raw_retention);
BEGIN
  exchange := only_exchange;
  LOOP
    IF only_exchange IS NULL THEN
      SELECT r.exchange_name INTO exchange FROM price_rollups AS r
      WHERE r.width = 'day' AND r.stock_name = stock AND r.exchange_name > coalesce(exchange, '') COLLATE "C"
      ORDER BY r.exchange_name LIMIT 1;
      EXIT WHEN NOT FOUND;
    END IF;
    SELECT r.open_time <= moment INTO unknown FROM price_rollups AS r
    WHERE r.stock_name = stock AND r.width = finest AND r.exchange_name = exchange AND r.close_time > moment
      AND r.bucket = CASE finest WHEN 'hour' THEN hour ELSE minute END;
    unknown := coalesce(unknown, false);
    SELECT r.close_time, r.close_seq, r.close INTO last_time, last_seq, last_price FROM price_rollups AS r
    WHERE r.stock_name = stock AND r.exchange_name = exchange AND r.width = finest
      AND r.bucket >= hour AND r.bucket <= minute AND r.close_time <= moment
    ORDER BY r.bucket DESC LIMIT 1;
    IF NOT FOUND THEN
      SELECT r.close_time, r.close_seq, r.close INTO last_time, last_seq, last_price FROM price_rollups AS r
      WHERE r.stock_name = stock AND r.exchange_name = exchange AND r.width = 'hour' AND r.bucket >= day AND r.bucket < hour
      ORDER BY r.bucket DESC LIMIT 1;
    END IF;
    IF last_time IS NULL THEN
      SELECT r.close_time, r.close_seq, r.close INTO last_time, last_seq, last_price FROM price_rollups AS r
      WHERE r.stock_name = stock AND r.exchange_name = exchange AND r.width = 'day' AND r.bucket < day
      ORDER BY r.bucket DESC LIMIT 1;
    END IF;
    RETURN NEXT;
    EXIT WHEN only_exchange IS NOT NULL;
  END LOOP;
END
$$;

-- The minutes of a stock from one on and before another, of one day, whether they were dropped or not.
CREATE FUNCTION minutes_between(stock text, exchange text, from_time timestamptz, to_time timestamptz) RETURNS SETOF price_rollups
LANGUAGE plpgsql SET search_path = public, pg_temp SET jit = off AS $$
BEGIN
  RETURN QUERY SELECT * FROM price_rollups AS r WHERE r.stock_name = stock AND r.width = 'minute'
    AND r.bucket >= from_time AND r.bucket < to_time AND r.exchange_name = exchange;
  IF EXISTS (SELECT FROM dropped_minutes AS d WHERE d.stock_name = stock AND d.exchange_name = exchange
    AND d.day = (from_time AT TIME ZONE 'UTC')::date)
  THEN
    RETURN QUERY EXECUTE minute_rollups_sql(format('(SELECT * FROM ticks_between(%L, %L, %L) AS p WHERE p.exchange_name = %L) AS tick',
      stock, from_time, to_time, exchange));
  END IF;
END
$$;

INSERT INTO role_calls VALUES ('tickwatch_writer', 'drop_minutes(date)');
INSERT INTO role_rights VALUES
  ('tickwatch_writer', '{SELECT,INSERT,UPDATE,DELETE}', '{dropped_minutes}'),
  ('tickwatch_reader', '{SELECT}', '{dropped_minutes}'),
  ('grafana_reader', '{SELECT}', '{dropped_minutes}');
