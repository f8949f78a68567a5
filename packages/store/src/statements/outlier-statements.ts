/** $1 times, $2 stocks, $3 exchanges, $4 seqs, $5 prices, $6 medians, $7 deviations. */
export const INSERT_OUTLIERS = `
  INSERT INTO outliers ("timestamp", stock_name, exchange_name, seq, price, median, deviation)
  SELECT * FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::bigint[], $5::numeric[], $6::numeric[], $7::numeric[])
  ON CONFLICT DO NOTHING`;

/** $1 days to keep, $2 how many rows to delete at most. */
export const DELETE_OLD_OUTLIERS = `
  DELETE FROM outliers WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM outliers WHERE "timestamp" < now() - make_interval(days => $1::int) LIMIT $2))`;
