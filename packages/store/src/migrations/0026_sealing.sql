-- Whoever seals a day or takes one out of its blocks holds this table: one at a time, from before its snapshot to its commit.
CREATE TABLE sealing_turn ();
-- Moves with every change of a partition that is being sealed. A sequence, because everybody sees at once where it is, whatever
-- their snapshot, and writers don't wait for each other. Called once: its first number shows no move.
CREATE SEQUENCE sealing_changes;
SELECT nextval('sealing_changes');
-- Days that were taken out of their blocks: they are left alone for as long as a day that has just ended.
CREATE TABLE unsealed_days (
  day         date PRIMARY KEY,
  unsealed_at timestamptz NOT NULL DEFAULT now()
);

-- Ticks that were in blocks need not have the numbers any more that rollups know them by.
CREATE FUNCTION has_lost_seqs(of_day date) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
SELECT EXISTS (SELECT FROM sealed_days WHERE day = of_day) OR EXISTS (SELECT FROM unsealed_days WHERE day = of_day)
$$;

CREATE FUNCTION note_sealing_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM nextval('sealing_changes');
  RETURN NULL;
END
$$;

CREATE FUNCTION day_partition_name(day date) RETURNS text
LANGUAGE sql STABLE AS $$ SELECT 'stock_prices_' || to_char(day, '"y"YYYY"m"MM"d"DD') $$;

-- From here on every change of a day's partition is noticed: returns what sealing_changes has to be at the end, or NULL where
-- the day has no partition. Whoever was writing has ended by then, so a snapshot taken behind this commit has all of it. The
-- trigger does no harm where sealing is cut.
CREATE FUNCTION begin_sealing(sealed date) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  partition text := day_partition_name(sealed);
BEGIN
  IF to_regclass(partition) IS NULL THEN
    RETURN NULL;
  END IF;
  EXECUTE format('LOCK TABLE %I IN SHARE ROW EXCLUSIVE MODE', partition);
  IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = partition::regclass AND tgname = 'note_sealing_change') THEN
    EXECUTE format('CREATE TRIGGER note_sealing_change AFTER INSERT OR UPDATE OR DELETE ON %I
      FOR EACH ROW EXECUTE FUNCTION note_sealing_change()', partition);
    EXECUTE format('CREATE TRIGGER note_sealing_truncate AFTER TRUNCATE ON %I
      FOR EACH STATEMENT EXECUTE FUNCTION note_sealing_change()', partition);
    -- A vacuum would keep the partition from going.
    EXECUTE format('ALTER TABLE %I SET (autovacuum_enabled = false)', partition);
  END IF;
  RETURN (SELECT last_value FROM sealing_changes);
END
$$;

-- Ends what begin_sealing began, in the transaction that wrote the blocks: the partition goes. The caller sets lock_timeout;
-- readers wait for as long as this takes.
CREATE FUNCTION finish_sealing(sealed date, changes bigint, ticks bigint, blocks integer, bytes bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  partition text := day_partition_name(sealed);
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('tickwatch partitions'));
  -- Before the others: whoever takes an import back holds sealed_days for longer.
  LOCK TABLE sealed_days IN ROW EXCLUSIVE MODE;
  IF to_regclass(partition) IS NOT NULL THEN
    LOCK TABLE ONLY day_prices IN ACCESS EXCLUSIVE MODE;
    EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', partition);
  END IF;
  IF (to_regclass(partition) IS NULL) <> (changes IS NULL) OR changes <> (SELECT last_value FROM sealing_changes) THEN
    RAISE EXCEPTION 'ticks of % were written while it was sealed', sealed USING ERRCODE = 'serialization_failure';
  END IF;
  IF changes IS NOT NULL THEN
    EXECUTE format('DROP TABLE %I', partition);
  END IF;
  INSERT INTO sealed_days AS s (day, ticks, blocks, bytes)
  VALUES (sealed, finish_sealing.ticks, finish_sealing.blocks, finish_sealing.bytes)
  ON CONFLICT (day) DO UPDATE SET sealed_at = excluded.sealed_at, ticks = excluded.ticks, blocks = excluded.blocks,
    bytes = excluded.bytes;
  DELETE FROM unsealed_days WHERE day = sealed;
END
$$;

-- A table for the ticks that come out of a day's blocks, which becomes its partition by finish_unsealing.
CREATE FUNCTION begin_unsealing(unsealed date) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  partition text := day_partition_name(unsealed);
BEGIN
  IF to_regclass(partition) IS NOT NULL THEN
    RETURN partition;
  END IF;
  -- The constraint proves its rows when it is attached: they need not be read.
  EXECUTE format('CREATE TABLE %I (LIKE day_prices INCLUDING ALL,
    CONSTRAINT of_one_day CHECK ("timestamp" >= %L AND "timestamp" < %L))', partition,
    unsealed::timestamp AT TIME ZONE 'UTC', (unsealed + 1)::timestamp AT TIME ZONE 'UTC');
  EXECUTE format('GRANT INSERT ON %I TO %I', partition, session_user);
  RETURN partition;
END
$$;

-- The day is not sealed any more. The caller has written its ticks and deleted its blocks.
CREATE FUNCTION finish_unsealing(unsealed date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  partition text := day_partition_name(unsealed);
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('tickwatch partitions'));
  DELETE FROM sealed_days WHERE day = unsealed;
  INSERT INTO unsealed_days VALUES (unsealed) ON CONFLICT (day) DO UPDATE SET unsealed_at = excluded.unsealed_at;
  IF to_regclass(partition) IS NULL OR EXISTS (SELECT FROM pg_inherits WHERE inhrelid = to_regclass(partition)) THEN
    RETURN;
  END IF;
  PERFORM add_rollup_triggers(partition::regclass);
  EXECUTE format('ALTER TABLE day_prices ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', partition,
    unsealed::timestamp AT TIME ZONE 'UTC', (unsealed + 1)::timestamp AT TIME ZONE 'UTC');
  EXECUTE format('ALTER TABLE %I DROP CONSTRAINT of_one_day', partition);
END
$$;

-- The days before a day that have ticks outside of blocks, from the first whose raw ticks are complete on.
CREATE FUNCTION unsealed_days_before(first_kept date) RETURNS SETOF date
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  WITH RECURSIVE complete AS (
    SELECT greatest('epoch'::timestamptz, raw_from) AS from_time FROM raw_retention
  ), late (day) AS (
    SELECT (min("timestamp") AT TIME ZONE 'UTC')::date FROM late_prices, complete WHERE "timestamp" >= from_time
    UNION ALL
    SELECT (SELECT (min("timestamp") AT TIME ZONE 'UTC')::date FROM late_prices
      WHERE "timestamp" >= (late.day + 1)::timestamp AT TIME ZONE 'UTC')
    FROM late WHERE late.day < first_kept
  )
  SELECT day FROM late WHERE day < first_kept
  UNION
  SELECT day FROM stock_prices_days, complete
  WHERE day < first_kept AND day >= (from_time AT TIME ZONE 'UTC')::date
  ORDER BY 1
$$;

REVOKE EXECUTE ON FUNCTION begin_sealing(date), finish_sealing(date, bigint, bigint, integer, bigint),
  begin_unsealing(date), finish_unsealing(date) FROM PUBLIC;
INSERT INTO role_calls VALUES
  ('tickwatch_writer', 'begin_sealing(date)'),
  ('tickwatch_writer', 'finish_sealing(date, bigint, bigint, integer, bigint)'),
  ('tickwatch_writer', 'begin_unsealing(date)'),
  ('tickwatch_writer', 'finish_unsealing(date)');
INSERT INTO role_rights VALUES
  ('tickwatch_writer', '{SELECT,INSERT,UPDATE,DELETE}', '{unsealed_days,sealing_turn}'),
  ('tickwatch_reader', '{SELECT}', '{unsealed_days}');
