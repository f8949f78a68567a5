-- Damaged blocks are known to everybody, without reading every block at each question.

-- What is wrong with a block: it is not what was written, or a newer Tickwatch wrote it. NULL: nothing.
CREATE FUNCTION block_damage(block sealed_blocks) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE COST 1000
BEGIN ATOMIC
SELECT CASE
  WHEN block.version > 1 THEN format('its version is %s: a newer Tickwatch wrote it', block.version)
  WHEN block_checksum(block) <> block.checksum THEN 'its bytes do not match its checksum'
END;
END;

-- False, with a warning that names the block.
CREATE OR REPLACE FUNCTION is_sound_block(block sealed_blocks) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1000 SET search_path = public, pg_temp AS $$
BEGIN
  IF block.version <= 1 AND block_checksum(block) = block.checksum THEN
    RETURN true;
  END IF;
  RAISE WARNING 'block % of % on %, %, is unreadable: %; its % ticks are missing', block.place, block.stock_name,
    block.exchange_name, (block.first_time AT TIME ZONE 'UTC')::date, block_damage(block), block.count
    USING ERRCODE = 'data_corrupted';
  RETURN false;
END
$$;

-- Where damage was met, by the key of the block. Whoever asks looks at these blocks again: one that was mended, or is gone, is
-- told no longer, whether or not its row is still here.
CREATE TABLE damaged_blocks (
  stock_name    varchar(255) COLLATE "C" NOT NULL,
  exchange_name varchar(255) COLLATE "C" NOT NULL,
  first_time    timestamptz NOT NULL,
  last_time     timestamptz NOT NULL,
  place         integer NOT NULL,
  found_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (stock_name, first_time, last_time, exchange_name, place)
);
CREATE INDEX idx_damaged_blocks_time ON damaged_blocks (first_time);

-- When all blocks of a sealed day were looked at last. Not in sealed_days: sealing must not meet a change of its row there.
CREATE TABLE checked_days (
  day        date PRIMARY KEY,
  checked_at timestamptz NOT NULL
);

-- Looks at every block of a day: damaged_blocks has those of its blocks that are damaged now, and no others. Returns what is to be
-- said of each that was not known before.
CREATE FUNCTION check_sealed_day(checked date) RETURNS SETOF text
LANGUAGE plpgsql SET search_path = public, pg_temp SET jit = off AS $$
DECLARE
  from_time timestamptz := checked::timestamp AT TIME ZONE 'UTC';
  to_time timestamptz := (checked + 1)::timestamp AT TIME ZONE 'UTC';
BEGIN
  DELETE FROM damaged_blocks AS d WHERE d.first_time >= from_time AND d.first_time < to_time AND NOT EXISTS (
    SELECT FROM sealed_blocks AS b WHERE b.stock_name = d.stock_name AND b.first_time = d.first_time AND b.last_time = d.last_time
      AND b.exchange_name = d.exchange_name AND b.place = d.place AND block_damage(b) IS NOT NULL);
  RETURN QUERY
    WITH found AS MATERIALIZED (
      SELECT b.*, damage FROM sealed_blocks AS b CROSS JOIN LATERAL block_damage(b) AS damage
      WHERE b.first_time >= from_time AND b.first_time < to_time AND damage IS NOT NULL
    ), noted AS (
      INSERT INTO damaged_blocks (stock_name, exchange_name, first_time, last_time, place)
      SELECT stock_name, exchange_name, first_time, last_time, place FROM found
      ON CONFLICT DO NOTHING RETURNING *
    )
    SELECT format('block %s of %s on %s, %s, is unreadable: %s; its %s ticks are missing', f.place, f.stock_name, f.exchange_name,
        checked, f.damage, f.count)
      FROM noted JOIN found AS f USING (stock_name, exchange_name, first_time, last_time, place)
      ORDER BY f.stock_name, f.exchange_name, f.place;
  INSERT INTO checked_days VALUES (checked, now()) ON CONFLICT (day) DO UPDATE SET checked_at = excluded.checked_at;
  DELETE FROM checked_days AS c WHERE NOT EXISTS (SELECT FROM sealed_days AS s WHERE s.day = c.day);
END
$$;

INSERT INTO role_rights VALUES
  ('tickwatch_writer', '{SELECT,INSERT,UPDATE,DELETE}', '{damaged_blocks,checked_days}'),
  ('tickwatch_reader', '{SELECT}', '{damaged_blocks,checked_days}'),
  ('grafana_reader', '{SELECT}', '{damaged_blocks}');
