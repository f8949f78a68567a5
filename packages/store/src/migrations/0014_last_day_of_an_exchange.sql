-- Finds the last day before a moment on which an exchange had ticks of a stock, however long ago and whatever the other
-- exchanges had since. Days only: one entry a stock, exchange and day, and none of its columns ever changes.
CREATE INDEX price_rollups_days ON price_rollups (stock_name, exchange_name, bucket) WHERE width = 'day';
