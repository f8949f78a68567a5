-- How the stocks of an exchange are dealt over its lanes: n, by a hash over n of them; -n, over n by the source's own rule (NATS,
-- Kafka), so that any stock may be in any of them.
ALTER TABLE gaps DROP CONSTRAINT gaps_lanes_check, ADD CONSTRAINT gaps_lanes_check CHECK (lanes <> 0);
ALTER TABLE lane_layouts DROP CONSTRAINT lane_layouts_lanes_check, ADD CONSTRAINT lane_layouts_lanes_check CHECK (lanes <> 0);

-- Where the source deals: the lane in which a stock's ticks came last, and over how many lanes it was dealt then. Whoever judges a
-- lane knows by it which stocks are silent there.
CREATE TABLE stock_lanes (
  exchange_name varchar(255) COLLATE "C" NOT NULL,
  stock_name    varchar(255) COLLATE "C" NOT NULL,
  lane          integer NOT NULL,
  lanes         integer NOT NULL CHECK (lanes < 0),
  PRIMARY KEY (exchange_name, stock_name)
);

INSERT INTO role_rights VALUES
  ('tickwatch_writer', '{SELECT,INSERT,UPDATE,DELETE}', '{stock_lanes}'),
  ('tickwatch_reader', '{SELECT}', '{stock_lanes}');

-- As before, but for lanes that the source deals: a hole of theirs may be of any stock.
CREATE OR REPLACE FUNCTION asked_coverage(stock text, only_exchange text, more_exchanges text[], asked tstzrange, hash bigint, most int)
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
        AND (strpos(g.lane, '/') = 0 OR g.lanes < 0 OR g.lane = g.exchange_name || '/' || hash % g.lanes)
        AND (g.stocks IS NULL AND g.source IS NULL OR hole_concerns(g, stock))
      ORDER BY g.from_time, g.id LIMIT most) AS h;
  RETURN json_build_array(kept_from, names, first, listened, lanes, brought, holes);
END
$$;
