-- Ticks of all stocks are read in the order in which they arrived: docs/arrival-order.md.

-- Rows lie about in the order of arrival, so that a moment's are few pages, and so are those that came before a number.
CREATE INDEX idx_day_prices_arrival ON day_prices USING brin ("timestamp", seq)
  WITH (pages_per_range = 64, autosummarize = on);

-- Autovacuum summarizes pages that were filled since; where it does not run, or its list of work was full, this does, fast where there
-- is nothing to do. Returns how many ranges of pages it was.
CREATE FUNCTION summarize_arrival(day date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  ranges integer := 0;
  of_day regclass;
BEGIN
  FOR of_day IN
    SELECT i.indexrelid::regclass FROM pg_index AS i JOIN pg_inherits AS h ON h.inhrelid = i.indexrelid
     WHERE h.inhparent = 'idx_day_prices_arrival'::regclass AND i.indrelid = to_regclass(day_partition_name(day))
  LOOP
    ranges := ranges + brin_summarize_new_values(of_day);
  END LOOP;
  RETURN ranges;
END
$$;
REVOKE EXECUTE ON FUNCTION summarize_arrival(date) FROM PUBLIC;
INSERT INTO role_calls VALUES ('tickwatch_writer', 'summarize_arrival(date)');

-- How many lanes an exchange had from a number on: which lane a row is of is told by its stock and by this. Before the first row
-- of an exchange it had one.
CREATE TABLE lane_layouts (
  exchange_name varchar(255) COLLATE "C" NOT NULL,
  from_seq      bigint NOT NULL,
  lanes         integer NOT NULL CHECK (lanes > 0),
  PRIMARY KEY (exchange_name, from_seq)
);
-- What it was before nobody has noted.
INSERT INTO lane_layouts
SELECT DISTINCT ON (exchange_name) exchange_name, 0, lanes FROM ingest_positions
 ORDER BY exchange_name, received_at DESC NULLS LAST, lanes DESC;

-- The first commit of a lane under another number of lanes. Whoever leads begins with a number that is higher than all before.
CREATE FUNCTION note_lane_layout() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.lanes IS DISTINCT FROM coalesce((SELECT l.lanes FROM lane_layouts AS l WHERE l.exchange_name = NEW.exchange_name
      ORDER BY from_seq DESC LIMIT 1), 1) THEN
    INSERT INTO lane_layouts
    SELECT NEW.exchange_name, greatest(OLD.seq, max(p.seq), 0) + 1, NEW.lanes FROM ingest_positions AS p
     WHERE p.exchange_name = NEW.exchange_name AND p.lane <> NEW.lane AND p.lanes <> NEW.lanes
    ON CONFLICT (exchange_name, from_seq) DO UPDATE SET lanes = excluded.lanes;
  END IF;
  RETURN NEW;
END
$$;
-- Before: the exchange's other lanes are as they were.
CREATE TRIGGER note_lane_layout BEFORE UPDATE OF lanes ON ingest_positions
  FOR EACH ROW WHEN (NEW.lanes <> OLD.lanes) EXECUTE FUNCTION note_lane_layout();

INSERT INTO role_rights VALUES
  ('tickwatch_writer', '{SELECT}', '{lane_layouts}'),
  ('tickwatch_reader', '{SELECT}', '{lane_layouts}');
