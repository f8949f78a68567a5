-- Every tick, sealed or not, under the name and with the columns that it always had.
CREATE VIEW stock_prices AS SELECT "timestamp", stock_name, exchange_name, price, seq FROM unsealed_prices;
ALTER VIEW stock_prices ALTER COLUMN seq SET DEFAULT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint;

CREATE FUNCTION insert_price() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM stock_prices_days WHERE day = (NEW."timestamp" AT TIME ZONE 'UTC')::date) THEN
    INSERT INTO day_prices VALUES (NEW.*);
  ELSE
    INSERT INTO late_prices VALUES (NEW.*);
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER insert_price INSTEAD OF INSERT ON stock_prices FOR EACH ROW EXECUTE FUNCTION insert_price();
