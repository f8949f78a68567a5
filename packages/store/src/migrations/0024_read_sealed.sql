-- Sealed ticks in SQL: in stock_prices, and in a function that reaches exactly the blocks that a question needs.

-- What is sealed. A block lies within one day, that of its first_time.
CREATE VIEW sealed_prices AS
SELECT t."timestamp", b.stock_name, b.exchange_name, t.price, t.seq, b.first_time
FROM sealed_blocks AS b CROSS JOIN LATERAL unpack_block(b) AS t;

-- The first days of the spans that stock_prices knows its sealed days by.
CREATE TABLE stock_prices_spans (first_day date PRIMARY KEY);

-- Writes stock_prices anew for the days that are sealed now. PostgreSQL can't tell from a bound on an unpacked tick's time
-- which blocks to unpack; but of a UNION it leaves out a branch whose own bounds contradict those of the question, before it
-- plans it. So there is a branch for each of the newest sealed days, for each month before them and each year before those:
-- few enough that planning takes milliseconds. The first and the last branch have no end, so that the view is complete
-- whether or not this was called; without it questions of bounded time only take longer. Waits for whoever reads the view, so call
-- it in a transaction of its own: whoever reads the view needs day_prices next. Does nothing where the spans are the same.
CREATE FUNCTION renew_stock_prices() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  bounds date[];
  unsealed text := 'SELECT "timestamp", stock_name, exchange_name, price, seq FROM %I';
  branches text := format(unsealed || ' UNION ALL ' || unsealed, 'day_prices', 'late_prices');
  from_time timestamptz := '-infinity';
  to_time timestamptz;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('tickwatch partitions'));
  WITH sealed AS (SELECT day, max(day) OVER () AS newest FROM sealed_days)
  SELECT array_agg(DISTINCT first_day ORDER BY first_day) INTO bounds FROM (
    SELECT CASE WHEN day > newest - 31 THEN day WHEN day > newest - 730 THEN date_trunc('month', day)::date
      ELSE date_trunc('year', day)::date END FROM sealed
    UNION
    SELECT newest + 1 FROM sealed
    UNION
    -- So that there is always one.
    SELECT date '1970-01-01'
  ) AS span (first_day);
  IF ARRAY(SELECT first_day FROM stock_prices_spans ORDER BY first_day) = bounds THEN
    RETURN;
  END IF;
  DELETE FROM stock_prices_spans;
  INSERT INTO stock_prices_spans SELECT unnest(bounds);

  FOREACH to_time IN ARRAY ARRAY(SELECT day::timestamp AT TIME ZONE 'UTC' FROM unnest(bounds) AS day) || timestamptz 'infinity' LOOP
    -- The empty half makes PostgreSQL compare the bounds: it does so only for parts of a UNION.
    branches := branches || format($q$
      UNION ALL SELECT * FROM (
        SELECT "timestamp", stock_name, exchange_name, price, seq FROM sealed_prices
        WHERE first_time >= %1$L AND first_time < %2$L
        UNION ALL SELECT "timestamp", stock_name, exchange_name, price, seq FROM late_prices WHERE false
      ) AS span WHERE "timestamp" >= %1$L AND "timestamp" < %2$L$q$, from_time, to_time);
    from_time := to_time;
  END LOOP;
  EXECUTE 'CREATE OR REPLACE VIEW stock_prices AS ' || branches;
END
$$;
REVOKE EXECUTE ON FUNCTION renew_stock_prices() FROM PUBLIC;

-- The ticks of a stock (NULL: of all) from a time on and before another (NULL: without end), in no order. Its bounds may be of
-- any kind (now() - interval '1 hour'); it unpacks the blocks that hold such ticks, and no others.
-- Not STABLE: each statement in it has to see what was committed when it got its locks, because a day's partition goes when
-- its blocks come.
CREATE FUNCTION ticks_between(stock text, from_time timestamptz DEFAULT NULL, to_time timestamptz DEFAULT NULL)
RETURNS SETOF unsealed_prices
LANGUAGE plpgsql SET search_path = public, pg_temp SET jit = off AS $$
DECLARE
  since timestamptz := coalesce(from_time, '-infinity');
  until timestamptz := coalesce(to_time, 'infinity');
  only_stock text := CASE WHEN stock IS NULL THEN '' ELSE format('stock_name = %L AND', stock) END;
BEGIN
  -- Bounds as literals: the plan holds, and locks, the partitions of those days only.
  RETURN QUERY EXECUTE format($q$
    SELECT "timestamp", stock_name, exchange_name, price, seq FROM unsealed_prices
    WHERE %1$s "timestamp" >= %2$L AND "timestamp" < %3$L
    UNION ALL
    SELECT t."timestamp", b.stock_name, b.exchange_name, t.price, t.seq
    FROM (SELECT * FROM sealed_blocks WHERE %1$s first_time >= %4$L AND first_time < %3$L AND last_time >= %2$L) AS b
    CROSS JOIN LATERAL unpack_block(b) AS t WHERE t."timestamp" >= %2$L AND t."timestamp" < %3$L
  $q$, only_stock, since, until, CASE WHEN isfinite(since) THEN date_bin('1 day', since, 'epoch') ELSE since END);
END
$$;

INSERT INTO role_calls VALUES ('tickwatch_writer', 'renew_stock_prices()');
INSERT INTO role_rights VALUES ('tickwatch_writer', '{SELECT}', '{stock_prices_spans,sealed_prices}'),
  ('tickwatch_reader', '{SELECT}', '{stock_prices_spans,sealed_prices}'), ('grafana_reader', '{SELECT}', '{sealed_prices}');
SELECT renew_stock_prices();
