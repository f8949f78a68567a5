-- What files brought of one stock: an answer about it must not read what they brought of others.
CREATE INDEX idx_coverage_stock ON coverage (exchange_name, stock_name, to_time) WHERE source IS NOT NULL;

-- Whole microseconds since 1970; what no tick can have (an infinite time, say) is as near to it as a tick could be.
CREATE FUNCTION unix_micros(moment timestamptz) RETURNS bigint
LANGUAGE sql STABLE AS $$
SELECT (extract(epoch FROM greatest(least(moment, '2255-01-01T00:00Z'), '1970-01-01T00:00Z')) * 1000000)::bigint
$$;

-- Whether a hole may lack ticks of a stock, the lane aside. Of stocks that a file doesn't name its holes say nothing.
CREATE FUNCTION hole_concerns(hole gaps, stock text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  IF hole.stocks IS NOT NULL THEN
    RETURN stock = ANY (hole.stocks);
  END IF;
  RETURN hole.source IS NULL
    OR EXISTS (SELECT FROM coverage AS c WHERE c.source = hole.source AND c.exchange_name = hole.exchange_name
      AND (c.stock_name = stock OR c.stock_name IS NULL))
    OR NOT EXISTS (SELECT FROM coverage AS c WHERE c.source = hole.source AND c.exchange_name = hole.exchange_name);
END
$$;

-- All that tells what of a stock is missing in a range (of one exchange, or of those on which it has ticks, and others that
-- are named), as one array: since when single ticks are kept, the exchanges, the first tick on each, where listening began,
-- how far all lanes are, what files brought, and the first so many holes that concern the stock. lane_of says which lane it is
-- in, of 1, 2, 3 … that an exchange may have.
-- A function, because its plans are kept: planned anew, they would take longer than an average. They are made while the tables
-- may be empty, and have to fit them when they are not.
CREATE FUNCTION asked_coverage(stock text, only_exchange text, more_exchanges text[], asked tstzrange, lane_of int[], most int)
RETURNS json
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
  names text[] := ARRAY[only_exchange];
  kept_from bigint;
  first json;
  listened json;
  lanes json;
  brought json;
  holes json;
BEGIN
  IF only_exchange IS NULL THEN
    SELECT array_agg(t.exchange_name::text), json_agg(json_build_array(t.exchange_name, unix_micros(t.first_time)))
      INTO names, first
      FROM stock_totals AS t WHERE t.stock_name = stock;
    names := coalesce(names, '{}') || more_exchanges;
  ELSE
    SELECT json_agg(json_build_array(t.exchange_name, unix_micros(t.first_time))) INTO first
      FROM stock_totals AS t WHERE t.stock_name = stock AND t.exchange_name = only_exchange;
  END IF;
  SELECT unix_micros(r.raw_from) INTO kept_from FROM raw_retention AS r WHERE isfinite(r.raw_from);
  SELECT json_agg(json_build_array(c.exchange_name, unix_micros(c.from_time))) INTO listened
    FROM coverage AS c WHERE c.source IS NULL AND c.exchange_name = ANY (names);
  SELECT json_agg(json_build_array(p.lane, p.seq, p.lanes, unix_micros(p.covered_until), unix_micros(p.last_time))) INTO lanes
    FROM ingest_positions AS p;
  SELECT json_agg(json_build_array(b.exchange_name, unix_micros(b.from_time), unix_micros(b.to_time), b.source)) INTO brought
    FROM (
      SELECT * FROM coverage AS c WHERE c.source IS NOT NULL AND c.exchange_name = ANY (names) AND c.stock_name = stock
        AND c.to_time >= lower(asked) AND c.from_time <= upper(asked)
      UNION ALL
      SELECT * FROM coverage AS c WHERE c.source IS NOT NULL AND c.exchange_name = ANY (names) AND c.stock_name IS NULL
        AND c.to_time >= lower(asked) AND c.from_time <= upper(asked)) AS b;
  SELECT json_agg(json_build_array(h.id, h.lane, h.exchange_name, unix_micros(h.from_time), unix_micros(h.to_time), h.from_seq,
      h.to_seq, h.messages, h.reason, h.source)) INTO holes
    FROM (
      SELECT * FROM gaps AS g
      WHERE tstzrange(g.from_time, g.to_time, '[]') && asked AND g.exchange_name = ANY (names)
        AND (strpos(g.lane, '/') = 0 OR coalesce(g.lane = g.exchange_name || '/' || lane_of[g.lanes], true))
        AND (g.stocks IS NULL AND g.source IS NULL OR hole_concerns(g, stock))
      ORDER BY g.from_time, g.id LIMIT most) AS h;
  RETURN json_build_array(kept_from, names, first, listened, lanes, brought, holes);
END
$$;
