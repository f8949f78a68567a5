CREATE TYPE rollup_width AS ENUM ('minute', 'hour', 'day');

-- What is known of each stock's minutes, hours and days (UTC), kept by the transaction that writes the ticks.
-- The order of ticks is (timestamp, price), so open and close follow from the rows alone, also among equal times.
CREATE TABLE price_rollups (
  stock_name    varchar(255) COLLATE "C" NOT NULL,
  exchange_name varchar(255) COLLATE "C" NOT NULL,
  width         rollup_width NOT NULL,
  -- First instant of the minute, hour or day.
  bucket        timestamptz NOT NULL,
  count         bigint NOT NULL,
  sum           numeric NOT NULL,
  open          numeric NOT NULL,
  high          numeric NOT NULL,
  low           numeric NOT NULL,
  close         numeric NOT NULL,
  open_time     timestamptz NOT NULL,
  -- The earliest times at which high and low were reached.
  high_time     timestamptz NOT NULL,
  low_time      timestamptz NOT NULL,
  close_time    timestamptz NOT NULL,
  -- Sum of price x seconds until the next tick, over the ticks of the bucket but its last. For two neighbours a, b:
  -- a.weighted_sum + a.close x (b.open_time - a.close_time in seconds) + b.weighted_sum.
  weighted_sum  numeric NOT NULL,
  PRIMARY KEY (stock_name, width, bucket, exchange_name)
) WITH (fillfactor = 80);
