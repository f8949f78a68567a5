-- Rebuilding and checking, by the order of arrival too.
CREATE OR REPLACE FUNCTION rebuild_price_rollups(first_day date, last_day date) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp SET jit = off AS $$
DECLARE
  from_time timestamptz := greatest(first_day::timestamp AT TIME ZONE 'UTC', (SELECT raw_from FROM raw_retention));
  to_time timestamptz := (last_day + 1)::timestamp AT TIME ZONE 'UTC';
  minutes price_rollups[];
BEGIN
  EXECUTE format($q$
    SELECT array_agg(rollup_key(stock_name, exchange_name, 'minute', bucket)) FROM (
      SELECT DISTINCT stock_name, exchange_name, date_bin('1 minute', "timestamp", 'epoch') AS bucket
      FROM stock_prices WHERE "timestamp" >= %1$L AND "timestamp" < %2$L
      UNION
      SELECT stock_name, exchange_name, bucket FROM price_rollups
      WHERE width = 'minute' AND bucket >= %1$L AND bucket < %2$L
    ) AS touched
  $q$, from_time, to_time) INTO minutes;
  PERFORM recompute_price_rollups_upwards(minutes);
END
$$;

CREATE OR REPLACE FUNCTION wrong_price_rollups(day date)
RETURNS TABLE (stock_name text, exchange_name text, width rollup_width, bucket timestamptz, detail text)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET jit = off AS $$
DECLARE
  from_time timestamptz := day::timestamp AT TIME ZONE 'UTC';
  to_time timestamptz := (day + 1)::timestamp AT TIME ZONE 'UTC';
  level rollup_width;
  source text;
BEGIN
  FOREACH level IN ARRAY enum_range(NULL::rollup_width) LOOP
    IF level = 'minute' THEN
      CONTINUE WHEN from_time < (SELECT raw_from FROM raw_retention);
      source := minute_rollups_sql(format($q$(SELECT * FROM stock_prices
        WHERE "timestamp" >= %L AND "timestamp" < %L) AS tick$q$, from_time, to_time));
    ELSE
      source := wider_rollups_sql(level, format($q$(SELECT * FROM price_rollups
        WHERE width = %L AND bucket >= %L AND bucket < %L) AS finer$q$,
        CASE level WHEN 'hour' THEN 'minute' ELSE 'hour' END, from_time, to_time));
    END IF;
    RETURN QUERY EXECUTE format($q$
      SELECT coalesce(kept.stock_name, should.stock_name)::text, coalesce(kept.exchange_name, should.exchange_name)::text,
        %1$L::rollup_width, coalesce(kept.bucket, should.bucket),
        CASE WHEN kept.bucket IS NULL THEN 'is missing' WHEN should.bucket IS NULL THEN 'has nothing below it' ELSE (
          SELECT string_agg(format('%%s is %%s, should be %%s', name, is_value, should_value), '; ')
          FROM (VALUES
            ('count', kept.count::numeric, should.count::numeric), ('sum', kept.sum, should.sum),
            ('open', kept.open, should.open), ('high', kept.high, should.high), ('low', kept.low, should.low),
            ('close', kept.close, should.close), ('weighted_sum', kept.weighted_sum, should.weighted_sum),
            ('open_time', extract(epoch FROM kept.open_time), extract(epoch FROM should.open_time)),
            ('high_time', extract(epoch FROM kept.high_time), extract(epoch FROM should.high_time)),
            ('low_time', extract(epoch FROM kept.low_time), extract(epoch FROM should.low_time)),
            ('close_time', extract(epoch FROM kept.close_time), extract(epoch FROM should.close_time)),
            ('open_seq', kept.open_seq, should.open_seq), ('close_seq', kept.close_seq, should.close_seq)
          ) AS pair (name, is_value, should_value)
          WHERE is_value IS DISTINCT FROM should_value
        ) END
      FROM (SELECT * FROM price_rollups WHERE width = %1$L AND bucket >= %2$L AND bucket < %3$L) AS kept
      FULL JOIN (%4$s) AS should USING (stock_name, exchange_name, bucket)
      WHERE (kept.count, kept.sum, kept.open, kept.high, kept.low, kept.close, kept.open_time, kept.high_time,
          kept.low_time, kept.close_time, kept.weighted_sum, kept.open_seq, kept.close_seq)
        IS DISTINCT FROM (should.count, should.sum, should.open, should.high, should.low, should.close,
          should.open_time, should.high_time, should.low_time, should.close_time, should.weighted_sum,
          should.open_seq, should.close_seq)
    $q$, level, from_time, to_time, source);
  END LOOP;
END
$$;
