-- What files brought of one stock: an answer about it must not read what they brought of others.
CREATE INDEX idx_coverage_stock ON coverage (exchange_name, stock_name, to_time) WHERE source IS NOT NULL;

-- Whole microseconds since 1970; what no tick can have (an infinite time, say) is as near to it as a tick could be.
CREATE FUNCTION unix_micros(moment timestamptz) RETURNS bigint
LANGUAGE sql STABLE AS $$
SELECT (extract(epoch FROM greatest(least(moment, '2255-01-01T00:00Z'), '1970-01-01T00:00Z')) * 1000000)::bigint
$$;

-- All that tells what of a stock is missing in a range (of one exchange, or of those on which it has ticks, and others that
-- are named): where listening began, the first tick, how far lanes are, what files brought, and the first so many holes that
-- concern the stock. lane_of says which lane it is in, of 1, 2, 3 … that an exchange may have.
-- A function, because its plans are kept: planned anew, they would take longer than an average.
CREATE FUNCTION asked_coverage(stock text, only_exchange text, more_exchanges text[], asked tstzrange, lane_of int[], most int)
RETURNS json
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
  first json;
  listened json;
  lanes json;
  spans json;
  holes json;
  names text[];
BEGIN
  IF only_exchange IS NULL THEN
    SELECT json_agg(json_build_array(t.exchange_name, unix_micros(t.first_time))), array_agg(t.exchange_name::text) || more_exchanges
      INTO first, names
      FROM stock_totals AS t WHERE t.stock_name = stock;
    names := coalesce(names, more_exchanges);
  ELSE
    SELECT json_agg(json_build_array(t.exchange_name, unix_micros(t.first_time))) INTO first
      FROM stock_totals AS t WHERE t.stock_name = stock AND t.exchange_name = only_exchange;
    names := ARRAY[only_exchange];
  END IF;
  SELECT json_agg(json_build_array(c.exchange_name, unix_micros(c.from_time))) INTO listened
    FROM coverage AS c WHERE c.source IS NULL AND c.exchange_name = ANY (names);
  SELECT json_agg(json_build_array(p.lane, p.lanes, unix_micros(p.covered_until), unix_micros(p.last_time))) INTO lanes
    FROM ingest_positions AS p WHERE p.exchange_name = ANY (names);
  SELECT json_agg(json_build_array(c.exchange_name, unix_micros(c.from_time), unix_micros(c.to_time), c.source)) INTO spans
    FROM (
      SELECT * FROM coverage AS c WHERE c.source IS NOT NULL AND c.exchange_name = ANY (names) AND c.stock_name = stock
        AND c.to_time >= lower(asked) AND c.from_time <= upper(asked)
      UNION ALL
      SELECT * FROM coverage AS c WHERE c.source IS NOT NULL AND c.exchange_name = ANY (names) AND c.stock_name IS NULL
        AND c.to_time >= lower(asked) AND c.from_time <= upper(asked)) AS c;
  SELECT json_agg(json_build_array(g.id, g.lane, g.exchange_name, unix_micros(g.from_time), unix_micros(g.to_time), g.from_seq,
      g.to_seq, g.messages, g.reason, g.source)) INTO holes
    FROM (
      SELECT * FROM gaps AS g
      WHERE tstzrange(g.from_time, g.to_time, '[]') && asked AND g.exchange_name = ANY (names)
        AND (strpos(g.lane, '/') = 0 OR coalesce(g.lane = g.exchange_name || '/' || lane_of[g.lanes], true))
        AND (g.stocks IS NULL OR stock = ANY (g.stocks))
      ORDER BY g.from_time, g.id LIMIT most) AS g;
  RETURN json_build_array(names, first, listened, lanes, spans, holes);
END
$$;
