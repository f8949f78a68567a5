-- Blocks of version 2 tell the order in which ticks of several stocks came within a time stamp of their exchange (docs/storage.md,
-- "A block"). Those without such ticks stay as they are, and of version 1.

-- {ticks with a rank, items of the first code, first code …, second code …}: two columns of the payload, behind that of ties. The
-- ticks without a rank before each that has one, and the ranks. NULL: no tick has one.
ALTER TABLE sealed_blocks ADD COLUMN ranks integer[];

-- Where there are no ranks, they have no line: blocks of version 1 keep their checksums.
CREATE OR REPLACE FUNCTION block_checksum(block sealed_blocks) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
SELECT substring(sha256(convert_to(array_to_string(ARRAY[block.version::text, block.stock_name, block.exchange_name,
    (extract(epoch FROM block.first_time) * 1000000)::bigint::text, (extract(epoch FROM block.last_time) * 1000000)::bigint::text,
    block.place::text, block.count::text, block.scale::text, block.scale_kind::text, block.first_price::text,
    array_to_string(block.times, ','), array_to_string(block.prices, ','), array_to_string(block.scales, ','),
    array_to_string(block.ties, ','), array_to_string(block.origins, ','), array_to_string(block.numbers, ','),
    coalesce(array_to_string(block.ranks, ',') || E'\n', '')], E'\n', ''), 'UTF8') || block.payload) FROM 1 FOR 8);
END;

CREATE OR REPLACE FUNCTION block_damage(block sealed_blocks) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE COST 1000
BEGIN ATOMIC
SELECT CASE
  WHEN block.version > 2 THEN format('its version is %s: a newer Tickwatch wrote it', block.version)
  WHEN block_checksum(block) <> block.checksum THEN 'its bytes do not match its checksum'
END;
END;

CREATE OR REPLACE FUNCTION is_sound_block(block sealed_blocks) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1000 SET search_path = public, pg_temp AS $$
BEGIN
  IF block.version <= 2 AND block_checksum(block) = block.checksum THEN
    RETURN true;
  END IF;
  RAISE WARNING 'block % of % on %, %, is unreadable: %; its % ticks are missing', block.place, block.stock_name,
    block.exchange_name, (block.first_time AT TIME ZONE 'UTC')::date, block_damage(block), block.count
    USING ERRCODE = 'data_corrupted';
  RETURN false;
END
$$;

-- It returns whole rows.
DROP FUNCTION sealed_edges(text, text, date[], timestamptz[], timestamptz[], timestamptz[]);
CREATE FUNCTION sealed_edges(stock text, only_exchange text, days date[], day_times timestamptz[], from_times timestamptz[],
  until_times timestamptz[])
RETURNS TABLE (days_sealed text, late text, stock_name varchar, exchange_name varchar, first_time timestamptz,
  last_time timestamptz, place integer, count integer, version smallint, scale smallint, scale_kind smallint, first_price bigint,
  times integer[], prices integer[], scales integer[], ties bigint[], origins bigint[], numbers numeric[], payload bytea,
  checksum bytea, ranks integer[])
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
#variable_conflict use_column
BEGIN
  SELECT json_agg(json_build_array(s.day, s.sealed_at) ORDER BY s.day) INTO days_sealed
    FROM sealed_days AS s WHERE s.day = ANY (days);
  SELECT json_agg(json_build_array(unix_micros(t."timestamp"), t.seq, t.price::text, t.exchange_name)
      ORDER BY t."timestamp", t.seq, t.price, t.exchange_name, scale(t.price)) INTO late
    FROM unnest(from_times, until_times) AS edge (from_time, until_time) CROSS JOIN LATERAL (
      SELECT * FROM late_prices AS p WHERE p.stock_name = stock AND (only_exchange IS NULL OR p.exchange_name = only_exchange)
        AND p."timestamp" >= from_time AND p."timestamp" < until_time OFFSET 0) AS t;
  RETURN QUERY
    SELECT days_sealed, late, b.*
      FROM (SELECT 1) AS one LEFT JOIN (
        SELECT found.* FROM unnest(day_times, from_times, until_times) AS edge (day_time, from_time, until_time)
        CROSS JOIN LATERAL (
          SELECT * FROM sealed_blocks AS b WHERE b.stock_name = stock AND (only_exchange IS NULL OR b.exchange_name = only_exchange)
            AND b.first_time >= day_time AND b.first_time < until_time AND b.last_time >= from_time OFFSET 0) AS found
      ) AS b ON true;
END
$$;

-- Ticks of all stocks are read window by window: those blocks of a day that begin in a window, or reach into it. By BRIN alone each
-- window would look at the whole day.
CREATE INDEX idx_sealed_blocks_span ON sealed_blocks (first_time, last_time);
