-- stock_prices: every tick under the name and with the columns that it always had. Migration 0024 adds what is sealed.
CREATE VIEW stock_prices AS SELECT "timestamp", stock_name, exchange_name, price, seq FROM unsealed_prices;
ALTER VIEW stock_prices ALTER COLUMN seq SET DEFAULT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint;

-- Who had rights on the table has them on the view, whoever gave them.
DO $$
DECLARE
  given record;
BEGIN
  FOR given IN
    SELECT a.privilege_type AS privilege, a.is_grantable,
      CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END AS grantee
    FROM pg_class AS c CROSS JOIN LATERAL aclexplode(c.relacl) AS a
    WHERE c.oid = 'day_prices'::regclass AND a.grantee <> c.relowner
      AND a.privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
  LOOP
    EXECUTE format('GRANT %s ON stock_prices TO %s%s', given.privilege, given.grantee,
      CASE WHEN given.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END);
  END LOOP;
END
$$;

-- Ticks that come by SQL lie beside the partitions, whatever their day: their rollups are kept by the trigger there, once a
-- statement. A rule, because a trigger on the view is called for each row: twice the time of a large statement.
CREATE RULE store_prices AS ON INSERT TO stock_prices DO INSTEAD
  INSERT INTO late_prices VALUES (NEW."timestamp", NEW.stock_name, NEW.exchange_name, NEW.price, NEW.seq)
  RETURNING late_prices.*;

-- What COPY and DELETE change, until the statement ends: rollups that are kept tick by tick take a millisecond each, and make
-- writers that meet wait for each other in a circle. No row outlives its statement, so that a crash can't lose any.
CREATE UNLOGGED TABLE changed_prices (LIKE day_prices INCLUDING DEFAULTS INCLUDING CONSTRAINTS, gone boolean NOT NULL)
WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- COPY, which no rule is asked for.
CREATE FUNCTION take_price() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO changed_prices VALUES (NEW."timestamp", NEW.stock_name, NEW.exchange_name, NEW.price, NEW.seq, false);
  RETURN NEW;
END
$$;

CREATE FUNCTION store_taken_prices() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  WITH taken AS (DELETE FROM changed_prices WHERE NOT gone RETURNING *)
  INSERT INTO late_prices SELECT "timestamp", stock_name, exchange_name, price, seq FROM taken;
  RETURN NULL;
END
$$;

-- Deletes one of the equal ticks that are not sealed.
CREATE FUNCTION remove_price() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  caller text := coalesce(current_setting('tickwatch.rollups', true), '');
  its_day date := (OLD."timestamp" AT TIME ZONE 'UTC')::date;
  partition text := to_char(its_day, '"stock_prices_y"YYYY"m"MM"d"DD');
  place text;
  found_one integer := 0;
BEGIN
  PERFORM set_config('tickwatch.rollups', 'caller', true);
  FOREACH place IN ARRAY ARRAY['late_prices', partition] LOOP
    CONTINUE WHEN to_regclass(place) IS NULL;
    EXECUTE format('DELETE FROM %I WHERE ctid = (SELECT ctid FROM %1$I WHERE stock_name = $1 AND "timestamp" = $2
      AND exchange_name = $3 AND seq = $4 AND price::text = $5::text LIMIT 1)', place)
      USING OLD.stock_name, OLD."timestamp", OLD.exchange_name, OLD.seq, OLD.price;
    GET DIAGNOSTICS found_one = ROW_COUNT;
    EXIT WHEN found_one > 0;
  END LOOP;
  PERFORM set_config('tickwatch.rollups', caller, true);
  IF found_one > 0 THEN
    INSERT INTO changed_prices VALUES (OLD."timestamp", OLD.stock_name, OLD.exchange_name, OLD.price, OLD.seq, true);
    RETURN OLD;
  ELSIF EXISTS (SELECT FROM sealed_days AS s WHERE s.day = its_day) THEN
    RAISE EXCEPTION 'a tick of % (%) is sealed: to delete it, unseal its day first (npm run unseal -- --day %)',
      OLD.stock_name, OLD."timestamp", its_day USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  -- Somebody else was faster.
  RETURN NULL;
END
$$;

CREATE FUNCTION forget_removed_prices() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET jit = off AS $$
DECLARE
  touched price_rollups[];
BEGIN
  WITH removed AS (DELETE FROM changed_prices WHERE gone RETURNING *)
  -- What retention has dropped can't be computed again; its rollups stay as they are.
  SELECT array_agg(rollup_key(stock_name, exchange_name, 'minute', bucket)) INTO touched FROM (
    SELECT DISTINCT stock_name, exchange_name, date_bin('1 minute', "timestamp", 'epoch') AS bucket FROM removed
  ) AS bucket
  WHERE bucket >= (SELECT raw_from FROM raw_retention);
  IF touched IS NOT NULL AND current_setting('tickwatch.rollups', true) IS DISTINCT FROM 'caller' THEN
    PERFORM recompute_price_rollups_upwards(touched);
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION refuse_changed_price() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'ticks in stock_prices can''t be changed: delete the old one and insert the new one'
    USING ERRCODE = 'feature_not_supported';
END
$$;

CREATE TRIGGER take_price INSTEAD OF INSERT ON stock_prices FOR EACH ROW EXECUTE FUNCTION take_price();
CREATE TRIGGER store_taken_prices AFTER INSERT ON stock_prices FOR EACH STATEMENT EXECUTE FUNCTION store_taken_prices();
CREATE TRIGGER remove_price INSTEAD OF DELETE ON stock_prices FOR EACH ROW EXECUTE FUNCTION remove_price();
CREATE TRIGGER forget_removed_prices AFTER DELETE ON stock_prices
  FOR EACH STATEMENT EXECUTE FUNCTION forget_removed_prices();
-- Both: without the one for rows PostgreSQL says only that this view can't be updated, and the other one comes before the search.
CREATE TRIGGER refuse_changes BEFORE UPDATE ON stock_prices FOR EACH STATEMENT EXECUTE FUNCTION refuse_changed_price();
CREATE TRIGGER refuse_changed_price INSTEAD OF UPDATE ON stock_prices FOR EACH ROW EXECUTE FUNCTION refuse_changed_price();
