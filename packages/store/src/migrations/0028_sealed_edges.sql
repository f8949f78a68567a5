-- What the single ticks at the edges of a question lie in: the blocks that may hold them, and, once more in each row (or in one
-- without a block), which of the days are sealed since when, and the late ticks beside.
-- A function, because its plans are kept: planned anew, they would take longer than the answer. They are made while the tables
-- may be empty, and have to fit them when they are not.
CREATE FUNCTION sealed_edges(stock text, only_exchange text, days date[], day_times timestamptz[], from_times timestamptz[],
  until_times timestamptz[])
RETURNS TABLE (days_sealed text, late text, stock_name varchar, exchange_name varchar, first_time timestamptz,
  last_time timestamptz, place integer, count integer, version smallint, scale smallint, scale_kind smallint, first_price bigint,
  times integer[], prices integer[], scales integer[], ties bigint[], origins bigint[], numbers numeric[], payload bytea,
  checksum bytea)
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

-- Changes when a tick of such edges changes its place: when their days are sealed or no longer, or one comes late.
CREATE FUNCTION sealed_edges_guard(stock text, only_exchange text, days date[], from_times timestamptz[], until_times timestamptz[])
RETURNS text
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
BEGIN
  RETURN (
    SELECT json_build_array((SELECT json_agg(json_build_array(s.day, s.sealed_at) ORDER BY s.day)
        FROM sealed_days AS s WHERE s.day = ANY (days))::text, count(*), coalesce(sum(t.seq), 0)::text)
      FROM unnest(from_times, until_times) AS edge (from_time, until_time) CROSS JOIN LATERAL (
        SELECT p.seq FROM late_prices AS p WHERE p.stock_name = stock AND (only_exchange IS NULL OR p.exchange_name = only_exchange)
          AND p."timestamp" >= from_time AND p."timestamp" < until_time OFFSET 0) AS t)::text;
END
$$;
