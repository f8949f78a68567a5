/** What those that find holes say to PostgreSQL. */

/** $1 lanes, $2 how many each exchange has, $3 exchanges, $4 and $5 times, $6 and $7 seqs, $8 messages, $9 reasons, $10 details. */
export const INSERT_GAPS = `
  INSERT INTO gaps (lane, lanes, exchange_name, from_time, to_time, from_seq, to_seq, messages, reason, detail)
  SELECT * FROM unnest($1::text[], $2::int[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::bigint[],
    $7::bigint[], $8::bigint[], $9::text[], $10::text[])`;

/** $1 exchanges, $2 times. What is known of an exchange begins with its first tick. */
export const BEGIN_COVERAGE = `
  INSERT INTO coverage (exchange_name, from_time)
  SELECT exchange_name, min(from_time) FROM unnest($1::text[], $2::timestamptz[]) AS first (exchange_name, from_time)
  GROUP BY exchange_name
  ON CONFLICT DO NOTHING`;
