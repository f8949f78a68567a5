-- Finds the last day before a moment on which an exchange had ticks of a stock, however long ago and whatever the other
-- exchanges had since. Days only: one entry a stock, exchange and day, and none of its columns ever changes.
CREATE INDEX price_rollups_days ON price_rollups (stock_name, exchange_name, bucket) WHERE width = 'day';

-- Of each exchange of a stock (or of one alone) the last tick at or before a moment, as far as rollups know it: a handful of
-- entries of an index, wherever the moment lies. Unknown: the minute of the moment has ticks on both sides of it, and only the
-- single ticks can tell; the last tick is then the one before the minute, or NULL.
-- A function, because its plans are kept: planned anew, they would take longer than all the rest of an average.
CREATE FUNCTION last_rollups(stock text, only_exchange text, moment timestamptz,
  OUT exchange text, OUT last_time timestamptz, OUT last_seq bigint, OUT last_price numeric, OUT unknown boolean) RETURNS SETOF record
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  minute timestamptz := date_bin('1 minute', moment, 'epoch');
  hour timestamptz := date_bin('1 hour', moment, 'epoch');
  day timestamptz := date_bin('1 day', moment, 'epoch');
BEGIN
  exchange := only_exchange;
  LOOP
    IF only_exchange IS NULL THEN
      SELECT r.exchange_name INTO exchange FROM price_rollups AS r
      WHERE r.width = 'day' AND r.stock_name = stock AND r.exchange_name > coalesce(exchange, '') COLLATE "C"
      ORDER BY r.exchange_name LIMIT 1;
      EXIT WHEN NOT FOUND;
    END IF;
    SELECT r.open_time <= moment INTO unknown FROM price_rollups AS r
    WHERE r.stock_name = stock AND r.width = 'minute' AND r.bucket = minute AND r.exchange_name = exchange
      AND r.close_time > moment;
    unknown := coalesce(unknown, false);
    SELECT r.close_time, r.close_seq, r.close INTO last_time, last_seq, last_price FROM price_rollups AS r
    WHERE r.stock_name = stock AND r.exchange_name = exchange AND r.width = 'minute'
      AND r.bucket >= hour AND r.bucket <= minute AND r.close_time <= moment
    ORDER BY r.bucket DESC LIMIT 1;
    IF NOT FOUND THEN
      SELECT r.close_time, r.close_seq, r.close INTO last_time, last_seq, last_price FROM price_rollups AS r
      WHERE r.stock_name = stock AND r.exchange_name = exchange AND r.width = 'hour' AND r.bucket >= day AND r.bucket < hour
      ORDER BY r.bucket DESC LIMIT 1;
    END IF;
    IF last_time IS NULL THEN
      SELECT r.close_time, r.close_seq, r.close INTO last_time, last_seq, last_price FROM price_rollups AS r
      WHERE r.stock_name = stock AND r.exchange_name = exchange AND r.width = 'day' AND r.bucket < day
      ORDER BY r.bucket DESC LIMIT 1;
    END IF;
    RETURN NEXT;
    EXIT WHEN only_exchange IS NOT NULL;
  END LOOP;
END
$$;
