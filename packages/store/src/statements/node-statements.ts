/** What is said to PostgreSQL about several databases that share the lanes. */

export const READ_NODE = 'SELECT node, nodes, state, stocks, ticks FROM store_node';

/** Until the end of the transaction the database is not divided: whoever writes what is no lane's asks so. */
export const KEEP_WHOLE = `SELECT pg_advisory_xact_lock_shared(ingest_lock_key('node', 'divide'))`;

/** Waits for all of those. */
export const HOLD_NODE = `SELECT pg_advisory_xact_lock(ingest_lock_key('node', 'divide'))`;

/** For as long as the session lasts; false: another one has it. */
export const TRY_DIVIDING = `SELECT pg_try_advisory_lock(ingest_lock_key('node', 'command')) AS locked`;

/** Subscribers that are there. */
export const PRESENT_MEMBERS = `
  SELECT owner FROM ingest_members JOIN ingest_locks ON key = ingest_lock_key('member', owner) ORDER BY owner`;

/** $1 nodes. Lanes that were stored under a number of lanes that so many nodes can't share. */
export const UNEVEN_LANES = `
  SELECT lane, lanes FROM ingest_positions WHERE lanes % $1::int <> 0 ORDER BY exchange_name, lane`;

/** $1 node, $2 nodes, $3 stocks, $4 ticks. */
export const MARK_NODE = `
  INSERT INTO store_node (node, nodes, stocks, ticks) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`;

export const UNMARK_NODE = `DELETE FROM store_node WHERE state = 'marked'`;

/** $1 state. */
export const SET_NODE_STATE = 'UPDATE store_node SET state = $1';

/** What a copy of a database has in common with it, and with no other: how far lanes are, what they hold, what is ruled. */
export const COPY_DIGEST = `
  SELECT json_object_agg(name, sum ORDER BY name)::text AS digest FROM (
    ${[
      'ingest_positions',
      'stock_totals',
      'sealed_days',
      'coverage',
      'gaps',
      'import_progress',
      'alert_rules',
      'alert_receivers',
    ]
      .map(
        (table) =>
          `SELECT '${table}' AS name, count(*) || '/' || coalesce(sum(hashtextextended(t::text, 0)), 0) AS sum FROM ${table} AS t`,
      )
      .join('\n    UNION ALL ')}
    UNION ALL SELECT 'price_rollups', count(*) || '/' || coalesce(sum(hashtextextended(r::text, 0)), 0)
      FROM price_rollups AS r WHERE width = 'day'
  ) AS sums`;

/** Of each stock the ticks on all exchanges, by name; also of such as have rollups and no totals. */
export const STOCK_SIZES = `
  SELECT name AS stock, count(t.stock_name)::text AS stocks, coalesce(sum(t.count), 0)::text AS ticks
  FROM stock_names_after('', 2147483647) AS name LEFT JOIN stock_totals AS t ON t.stock_name = name
  GROUP BY name ORDER BY name COLLATE "C"`;

export const TOTALS = 'SELECT count(*)::text AS stocks, coalesce(sum(count), 0)::text AS ticks FROM stock_totals';

/** Not while a day is being packed. Rollups are left to the caller, who deletes them too. */
export const BEGIN_DELETING = `BEGIN; LOCK TABLE sealing_turn IN EXCLUSIVE MODE; SET LOCAL tickwatch.rollups = 'caller'`;

/** $1 stocks. All that there is of them. Minutes that were dropped go first: without them blocks leave none. */
export const DELETE_STOCKS: readonly string[] = [
  'dropped_minutes',
  'damaged_blocks',
  'sealed_blocks',
  'day_prices',
  'late_prices',
  'set_aside_ticks',
  'outliers',
  'alert_phases',
  'alert_firings',
  'price_rollups',
  'stock_totals',
].map((table) => `DELETE FROM ${table} WHERE stock_name = ANY ($1::text[])`);

/** $1 node, $2 nodes. Lanes and their holes that are another node's; what concerns all lanes stays everywhere. */
export const DELETE_LANES_OF_OTHERS: readonly string[] = [
  `DELETE FROM ingest_positions WHERE split_part(lane, '/', 2)::int % $2::int <> $1::int`,
  `DELETE FROM gaps WHERE lane LIKE '%/%' AND lanes % $2::int = 0 AND split_part(lane, '/', 2)::int % $2::int <> $1::int`,
];

/** What is of no stock and of no lane: the first node has it. */
export const DELETE_COMMON: readonly string[] = [
  'DELETE FROM rejected_payloads',
  'DELETE FROM rejected_counts',
  'DELETE FROM rejected_totals',
  'DELETE FROM metrics',
  `DELETE FROM alert_firings WHERE stock_name = ''`,
];

export const FORGET_MEMBERS = 'DELETE FROM ingest_members';

/** $1 day, $2 ticks, $3 blocks, $4 bytes: {@link UPDATE_SEALED_DAY}. */
export const DAYS_SEALED = 'SELECT day::text FROM sealed_days ORDER BY day';

export const VACUUM_DIVIDED = [
  'day_prices',
  'late_prices',
  'sealed_blocks',
  'price_rollups',
  'stock_totals',
  'outliers',
].map((table) => `VACUUM (ANALYZE) ${table}`);
