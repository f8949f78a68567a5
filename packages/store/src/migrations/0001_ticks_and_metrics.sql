-- Ticks as they were received: price keeps its digits, time its microseconds. There is no unique key on purpose:
-- equal ticks are all kept. COLLATE "C" compares names as bytes, which is what makes sorting and indexing them cheap.
CREATE TABLE stock_prices (
  "timestamp"   timestamptz NOT NULL,
  stock_name    varchar(255) COLLATE "C" NOT NULL,
  exchange_name varchar(255) COLLATE "C" NOT NULL,
  price         numeric NOT NULL
) PARTITION BY RANGE ("timestamp");

CREATE INDEX idx_stock_prices_ts_name ON stock_prices (stock_name, "timestamp" DESC);

-- Takes the ticks of days that have no partition of their own; they move when theirs is created.
CREATE TABLE stock_prices_default PARTITION OF stock_prices DEFAULT;

-- From when on raw ticks are complete: '-infinity' until retention drops a day. Rollups reach back further.
CREATE TABLE raw_retention (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  raw_from timestamptz NOT NULL
);
INSERT INTO raw_retention (raw_from) VALUES ('-infinity');

CREATE TABLE metrics (
  "timestamp" timestamptz NOT NULL,
  service     text,
  event       text,
  metric      text,
  value       double precision,
  unit        text
);
CREATE INDEX idx_metrics_timestamp ON metrics ("timestamp");
