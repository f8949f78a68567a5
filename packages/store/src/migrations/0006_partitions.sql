-- Gives a day (UTC) its partition and moves the day's ticks there from the default partition; rollups don't change.
-- The caller sets lock_timeout: ATTACH waits for readers of the default partition. Acts as the owner of the tables,
-- so that every partition has the same one. Returns the partition's name.
CREATE FUNCTION create_day_partition(day date) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  partition text := 'stock_prices_' || to_char(day, '"y"YYYY"m"MM"d"DD');
  from_time timestamptz := day::timestamp AT TIME ZONE 'UTC';
  to_time timestamptz := (day + 1)::timestamp AT TIME ZONE 'UTC';
  caller text := coalesce(current_setting('tickwatch.rollups', true), '');
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('tickwatch partitions'));
  IF to_regclass(partition) IS NOT NULL THEN
    RETURN partition;
  END IF;
  LOCK TABLE ONLY stock_prices IN SHARE UPDATE EXCLUSIVE MODE;
  LOCK TABLE stock_prices_default IN ACCESS EXCLUSIVE MODE;
  EXECUTE format('CREATE TABLE %I (LIKE stock_prices INCLUDING ALL)', partition);
  PERFORM set_config('tickwatch.rollups', 'caller', true);
  EXECUTE format('WITH moved AS (DELETE FROM stock_prices_default WHERE "timestamp" >= %L AND "timestamp" < %L
    RETURNING *) INSERT INTO %I SELECT * FROM moved', from_time, to_time, partition);
  PERFORM set_config('tickwatch.rollups', caller, true);
  PERFORM add_rollup_triggers(partition::regclass);
  EXECUTE format('ALTER TABLE stock_prices ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
    partition, from_time, to_time);
  RETURN partition;
END
$$;

-- The partitions there are, one row a day.
CREATE VIEW stock_prices_days AS
SELECT c.relname::text AS partition, to_date(c.relname, '"stock_prices_y"YYYY"m"MM"d"DD') AS day
FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
WHERE i.inhparent = 'stock_prices'::regclass AND c.relname ~ '^stock_prices_y\d{4}m\d{2}d\d{2}$';

-- Drops the partitions of the days before a day, the oldest first and at most so many (each takes locks), and such
-- ticks in the default partition. Rollups stay; readers see in raw_retention from when on raw ticks are complete.
-- Returns how many partitions went.
CREATE FUNCTION drop_raw_before(first_day date, at_most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  cutoff timestamptz := first_day::timestamp AT TIME ZONE 'UTC';
  old record;
  dropped integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('tickwatch partitions'));
  UPDATE raw_retention SET raw_from = cutoff WHERE raw_from < cutoff;
  FOR old IN SELECT partition FROM stock_prices_days WHERE day < first_day ORDER BY day LIMIT at_most LOOP
    EXECUTE format('DROP TABLE %I', old.partition);
    dropped := dropped + 1;
  END LOOP;
  DELETE FROM stock_prices_default WHERE "timestamp" < cutoff;
  RETURN dropped;
END
$$;

REVOKE EXECUTE ON FUNCTION create_day_partition(date), drop_raw_before(date, integer) FROM PUBLIC;
