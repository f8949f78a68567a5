/**
 * What imports say to PostgreSQL of what they cover, and of the lines that they could not read.
 *
 * For whoever reads: a hole of reason `rejected` lies within the span of its own import. An import's span covers nothing that
 * a hole of the same source touches; spans of other sources fill it as they fill any hole. Of stocks that the file doesn't name
 * such a hole says nothing, also where it names none itself.
 */

/** $1 source. */
export const UNCOVER_IMPORT = 'DELETE FROM coverage WHERE source = $1';

/**
 * $1 source. Of each exchange in it: a row for each stock that it names, from the exchange's first tick in it to the last. Where
 * the exchange was listened to, its stocks are known: if the file names all that there were by then, it is every stock's.
 * Nothing where a portion doesn't say what it has (it was stored by an earlier version).
 */
export const COVER_IMPORT = `
  WITH portions AS (
    SELECT spans, stored, from_time FROM import_portions WHERE source = $1
  ), spans AS (
    SELECT span.* FROM portions
    CROSS JOIN jsonb_to_recordset(spans) AS span (exchange text, from_time timestamptz, to_time timestamptz, stocks text[])
    WHERE NOT EXISTS (SELECT FROM portions WHERE spans IS NULL AND from_time IS NOT NULL)
      AND (SELECT sum(stored) FROM portions) = (SELECT stored FROM import_progress WHERE source = $1)
  ), whole AS (
    SELECT exchange, min(from_time) AS from_time, max(to_time) AS to_time FROM spans GROUP BY exchange
  ), named AS (
    SELECT DISTINCT exchange, stock FROM spans CROSS JOIN unnest(stocks) AS stock
  ), every AS (
    SELECT whole.exchange, greatest(whole.from_time, heard.from_time) AS from_time, whole.to_time
    FROM whole JOIN coverage AS heard ON heard.exchange_name = whole.exchange AND heard.source IS NULL
      AND heard.from_time <= whole.to_time
    WHERE NOT EXISTS (SELECT FROM stock_totals AS t WHERE t.exchange_name = whole.exchange AND t.first_time <= whole.to_time
      AND NOT EXISTS (SELECT FROM named WHERE named.exchange = whole.exchange AND named.stock = t.stock_name))
  )
  INSERT INTO coverage (exchange_name, stock_name, from_time, to_time, source)
  SELECT exchange, NULL, from_time, to_time, $1 FROM every
  UNION ALL
  SELECT whole.exchange, stock, whole.from_time, whole.to_time, $1 FROM whole JOIN named USING (exchange)
  WHERE NOT EXISTS (SELECT FROM every WHERE every.exchange = whole.exchange AND every.from_time = whole.from_time)
  UNION ALL
  SELECT whole.exchange, NULL, lower(said), upper(said), $1
  FROM whole CROSS JOIN unnest((SELECT covers FROM import_progress WHERE source = $1)) AS said`;

/** $1 source, $2 a pattern of details. Lines whose exchange can't be read may be of those that came later in the file, too. */
export const ADD_UNREAD_EXCHANGES = `
  INSERT INTO gaps (lane, lanes, exchange_name, from_time, to_time, from_seq, to_seq, messages, reason, detail, stocks, source)
  SELECT DISTINCT ON (e.exchange_name, g.from_seq, g.to_seq, g.detail) '', 1, e.exchange_name, g.from_time, g.to_time,
    g.from_seq, g.to_seq, g.messages, g.reason, g.detail, g.stocks, $1
  FROM gaps AS g CROSS JOIN (SELECT DISTINCT exchange_name FROM coverage WHERE source = $1) AS e
  WHERE g.source = $1 AND g.detail LIKE $2 AND NOT EXISTS (
    SELECT FROM gaps AS had WHERE had.source = $1 AND had.exchange_name = e.exchange_name AND had.detail = g.detail
      AND had.from_seq IS NOT DISTINCT FROM g.from_seq AND had.to_seq IS NOT DISTINCT FROM g.to_seq)`;

/**
 * $1 source, $2 a pattern of details. Lines whose stock can't be read are the stock's that the file names, where it names one and
 * says nothing of others.
 */
export const NAME_ONLY_STOCK = `
  UPDATE gaps SET stocks = (
    SELECT array_agg(stock_name)::text[] FROM coverage AS c WHERE c.source = $1 AND c.exchange_name = gaps.exchange_name
    HAVING count(*) = 1 AND bool_and(stock_name IS NOT NULL) AND NOT EXISTS (
      SELECT FROM gaps AS g WHERE g.source = $1 AND g.exchange_name = gaps.exchange_name AND g.detail NOT LIKE $2
        AND NOT g.stocks <@ array_agg(c.stock_name)::text[]))
  WHERE source = $1 AND detail LIKE $2`;

/** $1 source, $2 and $3 times. */
export const ADD_COVERS = `
  UPDATE import_progress SET covers = covers + tstzmultirange(tstzrange($2::timestamptz, $3::timestamptz, '[]'))
  WHERE source = $1`;

/** $1 source. */
export const FORGET_COVERS = "UPDATE import_progress SET covers = '{}' WHERE source = $1";

const MICROS = (time: string): string => `(extract(epoch FROM ${time}) * 1000000)::bigint`;

/** $1 source. A row for all its stocks with the same times. */
export const READ_COVERAGE = `
  SELECT exchange_name AS exchange, ${MICROS('from_time')} AS from, ${MICROS('to_time')} AS to,
    CASE WHEN bool_or(stock_name IS NULL) THEN NULL ELSE array_agg(stock_name ORDER BY stock_name)::text[] END AS stocks
  FROM coverage WHERE source = $1 GROUP BY exchange_name, from_time, to_time ORDER BY 1, 2, 3`;

/** $1 source, $2 rows of {@link FileHole} as JSON. */
export const INSERT_FILE_HOLES = `
  INSERT INTO gaps (lane, lanes, exchange_name, from_time, to_time, from_seq, to_seq, messages, reason, detail, stocks, source)
  SELECT '', 1, exchange, "from", "to", from_seq, to_seq, messages, 'rejected', detail, stocks, $1
  FROM jsonb_to_recordset($2::jsonb) AS hole (exchange text, "from" timestamptz, "to" timestamptz, from_seq bigint,
    to_seq bigint, messages bigint, detail text, stocks text[])`;

/** $1 source, $2 position that a portion ends at. */
export const READ_TAIL = 'SELECT tail FROM import_portions WHERE source = $1 AND to_position = $2';

/** $1 source. Holes at the end of what is stored: what comes behind tells where they end. */
export const DELETE_OPEN_HOLES = 'DELETE FROM gaps WHERE source = $1 AND to_seq IS NULL';

/** $1 source, $2 number of the first tick that goes. */
export const DELETE_HOLES_FROM = `
  DELETE FROM gaps WHERE source = $1 AND (from_seq >= $2 OR to_seq >= $2 OR to_seq IS NULL)`;

const TOUCHES = "tstzrange(from_time, to_time, '[]') && tstzrange($2::timestamptz, $3::timestamptz, '[]')";

/** $1 exchange, $2 and $3 times, $4 a source whose own holes are not meant or NULL, $5 how many. */
export const HOLES_TOUCHED = `
  SELECT lane, lanes, ${MICROS('from_time')} AS from, ${MICROS('to_time')} AS to, messages, reason, stocks, source,
    count(*) OVER () AS all
  FROM gaps WHERE exchange_name = $1 AND ${TOUCHES} AND ($4::text IS NULL OR source IS DISTINCT FROM $4)
  ORDER BY from_time, id LIMIT $5`;

/** $1 exchange, $2 and $3 times. What imports cover there. */
export const IMPORTS_TOUCHED = `
  SELECT source, ${MICROS('from_time')} AS from, ${MICROS('to_time')} AS to,
    CASE WHEN bool_or(stock_name IS NULL) THEN NULL ELSE array_agg(stock_name)::text[] END AS stocks
  FROM coverage WHERE exchange_name = $1 AND ${TOUCHES} AND source IS NOT NULL
  GROUP BY source, from_time, to_time`;

/** $1 exchange, $2 and $3 times. */
export const REJECTED_TOUCHED = `
  SELECT source, ${MICROS('from_time')} AS from, ${MICROS('to_time')} AS to, stocks
  FROM gaps WHERE exchange_name = $1 AND ${TOUCHES} AND source IS NOT NULL`;

/** $1 exchange. */
export const STOCKS_SINCE = `
  SELECT stock_name AS stock, ${MICROS('first_time')} AS since FROM stock_totals
  WHERE exchange_name = $1 AND isfinite(first_time) ORDER BY stock_name`;
