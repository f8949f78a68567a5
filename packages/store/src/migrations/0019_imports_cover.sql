-- What an import covers, and where its rejected lines lie: so that a file over a hole closes it.
ALTER TABLE import_progress
  -- Of what times a person said that it holds everything of its exchanges (--covers); both ends included.
  ADD COLUMN covers tstzmultirange NOT NULL DEFAULT '{}';
ALTER TABLE import_portions
  -- Of each exchange in it: {exchange, from_time, to_time, stocks}. NULL: stored by a version that did not note it.
  ADD COLUMN spans jsonb,
  -- Where it ends: its last tick, and the rejected lines behind that, whose hole ends in the next portion.
  ADD COLUMN tail  jsonb;
-- Holes at the end of what is stored of a file, which its next portion moves.
CREATE INDEX idx_gaps_open ON gaps (source) WHERE source IS NOT NULL AND to_seq IS NULL;

-- Portions did not say their exchange. It is known where all stocks of an import are stocks of one exchange only. Where
-- lines were rejected, nobody knows any more in which places of the file: such an import covers nothing.
WITH finished AS (
  SELECT p.source FROM import_progress AS p JOIN import_portions AS o ON o.source = p.source
  WHERE p.finished AND p.rejected = 0
  GROUP BY p.source
  HAVING sum(o.stored) = p.stored AND bool_and(o.from_time IS NULL OR o.stocks IS NOT NULL)
), placed AS (
  SELECT source, min(t.exchange_name) AS exchange
  FROM (SELECT DISTINCT source, stock FROM finished JOIN import_portions AS o USING (source) CROSS JOIN unnest(o.stocks)
    AS stock) AS named
  LEFT JOIN stock_totals AS t ON t.stock_name = named.stock
  GROUP BY source
  HAVING count(DISTINCT t.exchange_name) = 1 AND bool_and(t.exchange_name IS NOT NULL)
)
UPDATE import_portions AS o SET spans = jsonb_build_array(jsonb_build_object('exchange', placed.exchange,
  'from_time', o.from_time, 'to_time', o.to_time, 'stocks', to_jsonb(o.stocks)))
FROM placed WHERE placed.source = o.source AND o.from_time IS NOT NULL;

INSERT INTO coverage (exchange_name, stock_name, from_time, to_time, source)
SELECT whole.exchange, named.stock, whole.from_time, whole.to_time, whole.source
FROM (SELECT source, min(spans -> 0 ->> 'exchange') AS exchange, min(from_time) AS from_time, max(to_time) AS to_time
  FROM import_portions WHERE spans IS NOT NULL GROUP BY source) AS whole
JOIN (SELECT DISTINCT source, stock FROM import_portions CROSS JOIN unnest(stocks) AS stock WHERE spans IS NOT NULL) AS named
  USING (source);
