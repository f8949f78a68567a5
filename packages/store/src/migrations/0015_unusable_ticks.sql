-- What is no price and no time is refused, whoever inserts it: NaN, infinity and numbers beyond 400 digits (such as no
-- message may hold either) have no place in JSON or in a sum, and from 2255 on a time in µs is not exact in a double.
-- Rows that are there already are not read again; those that would be refused are set aside here, found by their rollups.
CREATE TABLE set_aside_ticks (
  "timestamp"   timestamptz NOT NULL,
  stock_name    varchar(255) COLLATE "C" NOT NULL,
  exchange_name varchar(255) COLLATE "C" NOT NULL,
  price         numeric NOT NULL,
  seq           bigint NOT NULL,
  set_aside_at  timestamptz NOT NULL DEFAULT now()
);

CREATE FUNCTION is_usable_price(price numeric) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT price > -1e400 AND price < 1e400 AND scale(price) <= 400 $$;

CREATE FUNCTION set_unusable_ticks_aside() RETURNS bigint
LANGUAGE plpgsql SET search_path = public, pg_temp SET jit = off AS $$
DECLARE
  bad record;
  n bigint;
  total bigint := 0;
BEGIN
  -- Finite times before 1970 stay: they can be written as any other.
  WITH gone AS (DELETE FROM stock_prices_default WHERE NOT isfinite("timestamp") OR "timestamp" < '0001-01-01 00:00:00+00'
    OR "timestamp" >= '2255-01-01 00:00:00+00' RETURNING *)
  INSERT INTO set_aside_ticks SELECT "timestamp", stock_name, exchange_name, price, seq FROM gone;
  GET DIAGNOSTICS total = ROW_COUNT;
  FOR bad IN
    SELECT r.stock_name, r.exchange_name, r.bucket FROM stock_names_after('', 2147483647) AS name
    CROSS JOIN LATERAL (SELECT * FROM price_rollups WHERE stock_name = name AND width = 'day' OFFSET 0) AS r
    WHERE NOT (is_usable_price(r.high) IS TRUE AND is_usable_price(r.low) IS TRUE AND is_usable_price(r.sum) IS TRUE)
  LOOP
    EXECUTE format($q$
      WITH gone AS (
        DELETE FROM stock_prices WHERE stock_name = %L AND exchange_name = %L AND "timestamp" >= %L AND "timestamp" < %L
          AND is_usable_price(price) IS NOT TRUE RETURNING *
      ) INSERT INTO set_aside_ticks SELECT "timestamp", stock_name, exchange_name, price, seq FROM gone
    $q$, bad.stock_name, bad.exchange_name, bad.bucket, bad.bucket + interval '1 day');
    GET DIAGNOSTICS n = ROW_COUNT;
    total := total + n;
    -- Where retention has dropped the ticks: minutes that hold no number any more.
    DELETE FROM price_rollups AS r WHERE r.stock_name = bad.stock_name AND r.width = 'minute'
      AND r.exchange_name = bad.exchange_name AND r.bucket >= bad.bucket AND r.bucket < bad.bucket + interval '1 day'
      AND NOT (is_usable_price(r.high) IS TRUE AND is_usable_price(r.low) IS TRUE);
    IF FOUND THEN
      PERFORM recompute_price_rollups('hour', ARRAY(SELECT rollup_key(bad.stock_name, bad.exchange_name, 'hour', hour)
        FROM generate_series(bad.bucket, bad.bucket + interval '23 hours', '1 hour') AS hour));
      PERFORM recompute_price_rollups('day',
        ARRAY[rollup_key(bad.stock_name, bad.exchange_name, 'day', bad.bucket)]);
    END IF;
    -- Also the most decimals, which otherwise are never fewer again.
    PERFORM refresh_stock_totals(ARRAY[bad.stock_name::text]);
  END LOOP;
  RETURN total;
END
$$;

LOCK TABLE stock_prices IN ACCESS EXCLUSIVE MODE;

DO $$
DECLARE
  unchecked text := CASE WHEN EXISTS (SELECT FROM stock_prices) THEN 'NOT VALID' ELSE '' END;
  aside bigint := set_unusable_ticks_aside();
BEGIN
  EXECUTE format('ALTER TABLE stock_prices ADD CONSTRAINT price_is_a_usable_number
    CHECK (price > -1e400 AND price < 1e400 AND scale(price) <= 400) %s', unchecked);
  EXECUTE format($q$ALTER TABLE stock_prices ADD CONSTRAINT timestamp_is_from_1970_to_2254
    CHECK ("timestamp" >= '1970-01-01 00:00:00+00' AND "timestamp" < '2255-01-01 00:00:00+00') %s$q$, unchecked);
  IF aside > 0 THEN
    RAISE WARNING '% ticks with an unusable price or time were set aside in table set_aside_ticks', aside;
  END IF;
END
$$;
DROP FUNCTION set_unusable_ticks_aside();
DROP FUNCTION is_usable_price(numeric);
