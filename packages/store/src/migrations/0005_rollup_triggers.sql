-- Statement triggers with transition tables fire for the table that a statement names: the parent has them for
-- everybody, each partition for statements that go to it directly. They act as their owner, so whoever may write
-- ticks needs no rights on rollups. A transaction that set tickwatch.rollups to 'caller' keeps the rollups itself:
-- the subscriber aggregates in its own process, where it costs a fraction of the sort that it takes here.
CREATE FUNCTION keep_price_rollups() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET jit = off AS $$
DECLARE
  touched price_rollups[];
  added text := 'new_ticks';
  delta price_rollups;
  deltas price_rollups[] := '{}';
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    TRUNCATE price_rollups;
    RETURN NULL;
  END IF;
  IF current_setting('tickwatch.rollups', true) = 'caller' THEN
    RETURN NULL;
  END IF;

  IF TG_OP <> 'INSERT' THEN
    -- What retention has dropped can't be computed again; its rollups stay as they are.
    SELECT array_agg(ROW(stock_name, exchange_name, 'minute', bucket, 0, 0, 0, 0, 0, 0, bucket, bucket, bucket, bucket,
      0)::price_rollups) INTO touched
    FROM (
      SELECT DISTINCT stock_name, exchange_name, date_bin('1 minute', "timestamp", 'epoch') AS bucket FROM old_ticks
      WHERE isfinite("timestamp")
    ) AS bucket
    WHERE bucket >= (SELECT raw_from FROM raw_retention);
    PERFORM recompute_price_rollups_upwards(touched);
    added := $q$(SELECT * FROM new_ticks AS tick WHERE NOT EXISTS (
      SELECT FROM unnest($1) AS key WHERE key.stock_name = tick.stock_name AND key.exchange_name = tick.exchange_name
        AND key.bucket = date_bin('1 minute', tick."timestamp", 'epoch'))) AS added$q$;
  END IF;

  IF TG_OP <> 'DELETE' THEN
    -- In portions, so that a statement of any size needs little memory.
    FOR delta IN EXECUTE minute_rollups_sql(added) USING touched LOOP
      deltas := deltas || delta;
      IF cardinality(deltas) >= 10000 THEN
        PERFORM merge_price_rollups(deltas);
        deltas := '{}';
      END IF;
    END LOOP;
    IF cardinality(deltas) > 0 THEN
      PERFORM merge_price_rollups(deltas);
    END IF;
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION add_rollup_triggers(ticks regclass) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER keep_rollups_on_insert AFTER INSERT ON %s REFERENCING NEW TABLE AS new_ticks
    FOR EACH STATEMENT EXECUTE FUNCTION keep_price_rollups()', ticks);
  EXECUTE format('CREATE TRIGGER keep_rollups_on_update AFTER UPDATE ON %s
    REFERENCING OLD TABLE AS old_ticks NEW TABLE AS new_ticks
    FOR EACH STATEMENT EXECUTE FUNCTION keep_price_rollups()', ticks);
  EXECUTE format('CREATE TRIGGER keep_rollups_on_delete AFTER DELETE ON %s REFERENCING OLD TABLE AS old_ticks
    FOR EACH STATEMENT EXECUTE FUNCTION keep_price_rollups()', ticks);
END
$$;

SELECT add_rollup_triggers('stock_prices');
SELECT add_rollup_triggers('stock_prices_default');

-- Only for the whole table: dropping or emptying a day keeps its rollups.
CREATE TRIGGER keep_rollups_on_truncate AFTER TRUNCATE ON stock_prices
  FOR EACH STATEMENT EXECUTE FUNCTION keep_price_rollups();
