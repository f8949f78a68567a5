-- Ticks lie in three places, which no reader need know: stock_prices is all of them (migration 0022).
-- day_prices: those of days near now, one partition a day. late_prices: those of days without a partition, be it that it was
-- never made or that the day is sealed. sealed_blocks: those of sealed days, packed.
ALTER TABLE stock_prices RENAME TO day_prices;
-- No default partition: a new one would have to be proven against all of its rows, under a lock that keeps readers out.
ALTER TABLE day_prices DETACH PARTITION stock_prices_default;
ALTER TABLE stock_prices_default RENAME TO late_prices;
ALTER INDEX stock_prices_default_stock_name_timestamp_idx RENAME TO idx_late_prices_ts_name;
-- Finds the days that have ticks here, and a day's ticks.
CREATE INDEX idx_late_prices_time ON late_prices ("timestamp");

-- What is not sealed.
CREATE VIEW unsealed_prices AS
SELECT "timestamp", stock_name, exchange_name, price, seq FROM day_prices
UNION ALL
SELECT "timestamp", stock_name, exchange_name, price, seq FROM late_prices;

-- Up to 4096 ticks of a stock on an exchange within one day (UTC), in their order (time, seq, price). How they are packed:
-- docs/storage.md, "A block".
CREATE TABLE sealed_blocks (
  stock_name    varchar(255) COLLATE "C" NOT NULL,
  exchange_name varchar(255) COLLATE "C" NOT NULL,
  first_time    timestamptz NOT NULL,
  last_time     timestamptz NOT NULL,
  -- The block's number in its stock's day, from 1: the blocks of a day follow each other in time, and meet at most in a time stamp.
  place         integer NOT NULL,
  count         integer NOT NULL,
  version       smallint NOT NULL,
  -- Decimals of first_price and of the differences; negative: there is neither, all prices lie in numbers.
  scale         smallint NOT NULL,
  -- How many of the decimals were written: 0 all, 1 none of the zeros at the end, 2 those that scales tell.
  scale_kind    smallint NOT NULL,
  -- Without its point: 220.40 is 22040.
  first_price   bigint NOT NULL,
  -- Codes of the four columns that payload holds one behind the other: {least, low bits, rank bits, bytes of ranks, values …}.
  times         integer[],
  prices        integer[],
  scales        integer[],
  ties          bigint[],
  -- {ticks, seq, ticks, seq, …}: the seq of ticks that are alone in their time stamp; NULL: 0.
  origins       bigint[],
  numbers       numeric[],
  payload       bytea NOT NULL,
  -- The first eight bytes of SHA-256 over everything else.
  checksum      bytea NOT NULL,
  -- A block that can't hold a moment is told by the index alone.
  PRIMARY KEY (stock_name, first_time, last_time, exchange_name, place)
) WITH (toast_tuple_target = 8160);
-- Blocks fill pages (page-room.ts): in toast each piece of 2,000 bytes would have a header and an entry in an index, and the last
-- one half a page's quarter to itself. It is packed as far as it goes.
ALTER TABLE sealed_blocks ALTER COLUMN payload SET STORAGE EXTERNAL;
-- Blocks are written day by day: a day's lie together.
CREATE INDEX idx_sealed_blocks_time ON sealed_blocks USING brin (first_time) WITH (pages_per_range = 16, autosummarize = on);

-- The days (UTC) that are sealed.
CREATE TABLE sealed_days (
  day       date PRIMARY KEY,
  sealed_at timestamptz NOT NULL DEFAULT now(),
  ticks     bigint NOT NULL,
  blocks    integer NOT NULL,
  bytes     bigint NOT NULL
);

-- Gives a day its partition; NULL: it is sealed, its ticks go to late_prices. What lies there already stays there.
DROP FUNCTION create_day_partition(date);
CREATE FUNCTION create_day_partition(day date) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  partition text := 'stock_prices_' || to_char(day, '"y"YYYY"m"MM"d"DD');
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('tickwatch partitions'));
  IF to_regclass(partition) IS NOT NULL THEN
    RETURN partition;
  ELSIF EXISTS (SELECT FROM sealed_days AS s WHERE s.day = create_day_partition.day) THEN
    RETURN NULL;
  END IF;
  LOCK TABLE ONLY day_prices IN SHARE UPDATE EXCLUSIVE MODE;
  EXECUTE format('CREATE TABLE %I (LIKE day_prices INCLUDING ALL)', partition);
  PERFORM add_rollup_triggers(partition::regclass);
  EXECUTE format('ALTER TABLE day_prices ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', partition,
    day::timestamp AT TIME ZONE 'UTC', (day + 1)::timestamp AT TIME ZONE 'UTC');
  RETURN partition;
END
$$;

-- Drops the days before a day: at most so many partitions and sealed days, the oldest first. Rollups stay; readers see in
-- raw_retention from when on raw ticks are complete. Returns how many went. Of late ticks it deletes some; if there were more, the
-- caller does, some at a time.
CREATE OR REPLACE FUNCTION drop_raw_before(first_day date, at_most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  old record;
  dropped integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('tickwatch partitions'));
  UPDATE raw_retention SET raw_from = first_day::timestamp AT TIME ZONE 'UTC'
  WHERE raw_from < first_day::timestamp AT TIME ZONE 'UTC';
  DELETE FROM late_prices WHERE ctid = ANY (ARRAY(SELECT ctid FROM late_prices
    WHERE "timestamp" < first_day::timestamp AT TIME ZONE 'UTC' LIMIT 50000));
  FOR old IN SELECT day FROM sealed_days WHERE day < first_day ORDER BY day LIMIT at_most LOOP
    DELETE FROM sealed_blocks WHERE first_time >= old.day::timestamp AT TIME ZONE 'UTC'
      AND first_time < (old.day + 1)::timestamp AT TIME ZONE 'UTC';
    DELETE FROM sealed_days WHERE day = old.day;
    dropped := dropped + 1;
  END LOOP;
  -- Last, because nobody reads the partitions from the first of these on until the commit.
  FOR old IN SELECT partition FROM stock_prices_days WHERE day < first_day ORDER BY day LIMIT at_most - dropped LOOP
    EXECUTE format('DROP TABLE %I', old.partition);
    dropped := dropped + 1;
  END LOOP;
  RETURN dropped;
END
$$;
REVOKE EXECUTE ON FUNCTION create_day_partition(date) FROM PUBLIC;

-- What each role may call: whoever makes such a function adds a row.
CREATE TABLE role_calls (
  role     text NOT NULL,
  function text NOT NULL
);
INSERT INTO role_calls VALUES
  ('tickwatch_writer', 'create_day_partition(date)'),
  ('tickwatch_writer', 'drop_raw_before(date, integer)');

INSERT INTO role_rights VALUES
  ('tickwatch_writer', '{SELECT,INSERT,UPDATE,DELETE}', '{day_prices,late_prices,sealed_blocks,sealed_days}'),
  ('tickwatch_writer', '{SELECT}', '{unsealed_prices}'),
  ('tickwatch_reader', '{SELECT}', '{day_prices,late_prices,unsealed_prices,sealed_blocks,sealed_days}'),
  ('grafana_reader', '{SELECT}', '{unsealed_prices,sealed_blocks,sealed_days}');

CREATE OR REPLACE FUNCTION grant_to_roles() RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  task record;
BEGIN
  FOR task IN
    SELECT role, privilege, relation
      FROM role_rights, unnest(privileges) AS privilege, unnest(relations) AS relation
     WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = role)
       AND NOT has_table_privilege((SELECT oid FROM pg_roles WHERE rolname = role), relation, privilege)
  LOOP
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', task.role);
    EXECUTE format('GRANT %s ON %I TO %I', task.privilege, task.relation, task.role);
  END LOOP;
  FOR task IN
    SELECT role, function FROM role_calls
     WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = role)
       AND NOT has_function_privilege((SELECT oid FROM pg_roles WHERE rolname = role), function, 'EXECUTE')
  LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', task.function, task.role);
  END LOOP;
END
$$;
