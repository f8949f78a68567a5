-- The number of a tick in its lane, in the order of arrival: ticks of one time stamp are ordered by it. Ticks from before
-- have 0, so that their price goes on deciding. No row is written again. Who inserts without it gets the clock's
-- microseconds, which is where each run's numbers begin.
ALTER TABLE stock_prices ADD COLUMN seq bigint NOT NULL DEFAULT 0;
ALTER TABLE stock_prices ALTER COLUMN seq SET DEFAULT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint;

-- How far each lane (NASDAQ/0) is stored. What was one exchange goes on as its first lane.
ALTER TABLE ingest_positions ADD COLUMN lane varchar(255) COLLATE "C";
UPDATE ingest_positions SET lane = exchange_name || '/0';
ALTER TABLE ingest_positions DROP CONSTRAINT ingest_positions_pkey;
ALTER TABLE ingest_positions ADD PRIMARY KEY (lane);
-- Who is alive says ingest_members.
ALTER TABLE ingest_positions DROP COLUMN heartbeat;

-- The subscribers that share the lanes, each with the lanes that it would lead. Who is there holds an advisory lock, too.
CREATE TABLE ingest_members (
  owner     text COLLATE "C" PRIMARY KEY,
  lanes     text[] NOT NULL DEFAULT '{}',
  heartbeat timestamptz NOT NULL
) WITH (fillfactor = 50);

-- The key of an advisory lock: kind is member, writer or lane.
CREATE FUNCTION ingest_lock_key(kind text, name text) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$ SELECT hashtextextended('tickwatch ' || kind || ' ' || name, 0) $$;

-- The advisory locks of this database that are held, by such keys.
CREATE VIEW ingest_locks AS
SELECT (classid::bigint << 32) | objid::bigint AS key, pid FROM pg_locks
WHERE locktype = 'advisory' AND objsubid = 1 AND granted
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database());

-- An import's last number, so that the next portion's ticks come behind it.
ALTER TABLE import_progress ADD COLUMN seq bigint NOT NULL DEFAULT 0;

CREATE OR REPLACE FUNCTION grant_to_roles() RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  task record;
BEGIN
  FOR task IN
    SELECT role, privilege, relation FROM (VALUES
      ('tickwatch_writer', '{SELECT,INSERT,UPDATE,DELETE}', '{stock_prices,price_rollups,raw_retention,ingest_positions,
        ingest_members,rejected_messages,import_progress,metrics}'),
      ('tickwatch_writer', '{SELECT}', '{stock_prices_days,ingest_locks,schema_migrations}'),
      ('tickwatch_reader', '{SELECT}', '{stock_prices,price_rollups,raw_retention,ingest_positions,ingest_members,
        rejected_messages,import_progress,metrics,stock_prices_days,ingest_locks,schema_migrations}'),
      ('tickwatch_metrics', '{INSERT}', '{metrics}'),
      ('grafana_reader', '{SELECT}', '{metrics,stock_prices,price_rollups,raw_retention,ingest_positions,ingest_members,
        rejected_messages}')
    ) AS wanted (role, privileges, relations),
      unnest(privileges::text[]) AS privilege, unnest(relations::text[]) AS relation
    WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = role)
      AND NOT has_table_privilege((SELECT oid FROM pg_roles WHERE rolname = role), relation, privilege)
  LOOP
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', task.role);
    EXECUTE format('GRANT %s ON %I TO %I', task.privilege, task.relation, task.role);
  END LOOP;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'tickwatch_writer') THEN
    IF NOT has_function_privilege('tickwatch_writer', 'create_day_partition(date)', 'EXECUTE') THEN
      GRANT EXECUTE ON FUNCTION create_day_partition(date), drop_raw_before(date, integer) TO tickwatch_writer;
    END IF;
  END IF;
END
$$;
