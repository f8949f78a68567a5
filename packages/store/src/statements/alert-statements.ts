/** What those that judge, and their readers, say to PostgreSQL. */

/** The version of the rules; 0: nobody ever made one. */
export const ALERT_VERSION = 'SELECT coalesce(max(version), 0) AS version FROM alert_version';

/**
 * $1 the version that is known. Nothing: it is still the same. Else one row for each rule that changed since (`is_enabled` NULL: it is
 * gone), or for every rule where that is not known (`is_all`); one with `id` NULL where there is none.
 */
export const RULES_SINCE = `
  WITH v AS MATERIALIZED (
    SELECT version, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS now, NOT (coalesce($1::bigint = changes_from, false)
      OR EXISTS (SELECT FROM alert_rule_changes WHERE version = $1::bigint)) AS is_all
    FROM (SELECT coalesce(max(version), 0) AS version, max(changes_from) AS changes_from FROM alert_version) AS known
    WHERE version IS DISTINCT FROM $1::bigint
  )
  SELECT v.now, v.version, v.is_all, c.id, r.definition, r.revision, r.is_enabled,
    (extract(epoch FROM r.begins) * 1000000)::bigint AS begins,
    (extract(epoch FROM r.snoozed_until) * 1000000)::bigint AS snoozed_until
  FROM v LEFT JOIN LATERAL (
    SELECT id FROM alert_rules WHERE v.is_all
    UNION SELECT rule_id FROM alert_rule_changes WHERE NOT v.is_all AND version > $1::bigint) AS c ON true
  LEFT JOIN alert_rules AS r ON r.id = c.id ORDER BY r.created_at, r.id`;

/** $1 rules, $2 exchange. Of their present revisions. */
export const READ_PHASES = `
  SELECT p.rule_id, p.revision, p.exchange_name, p.stock_name, p.phase,
    (extract(epoch FROM p.fired_at) * 1000000)::bigint AS fired_at
  FROM alert_phases AS p JOIN alert_rules AS r ON r.id = p.rule_id AND r.revision = p.revision
  WHERE p.rule_id = ANY ($1::uuid[]) AND p.exchange_name IN ($2, '')`;

/** $1 rules, $2 revisions, $3 exchanges, $4 stocks, $5 phases, $6 times. In one order, so that two writers meet the same alike. */
export const PUT_PHASES = `
  INSERT INTO alert_phases AS p (rule_id, revision, exchange_name, stock_name, phase, fired_at)
  SELECT known.* FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
    AS known (rule_id, revision, exchange_name, stock_name, phase, fired_at)
  JOIN alert_rules AS r ON r.id = known.rule_id AND r.revision = known.revision
  ORDER BY known.rule_id, known.exchange_name COLLATE "C", known.stock_name COLLATE "C"
  ON CONFLICT (rule_id, exchange_name, stock_name) DO UPDATE
    SET revision = excluded.revision, phase = excluded.phase, fired_at = excluded.fired_at
    WHERE p.revision <= excluded.revision`;

/**
 * $1 ids, $2 rules, $3 their names, $4 exchanges, $5 stocks, $6 times, $7 seqs, $8 prices, $9 texts. What is written already is
 * left as it is; what is new is to be sent to the receivers that its rule has now, and whoever listens is told.
 */
export const ADD_FIRINGS = `
  WITH fired AS (
    INSERT INTO alert_firings (id, rule_id, rule_name, exchange_name, stock_name, "timestamp", seq, price, text)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::bigint[],
      $8::numeric[], $9::text[])
    ON CONFLICT DO NOTHING
    RETURNING id, rule_id
  ), sent AS (
    INSERT INTO alert_deliveries (firing_id, receiver_id)
    SELECT fired.id, told.receiver_id FROM fired JOIN alert_rule_receivers AS told USING (rule_id)
  )
  SELECT pg_notify('alert_firings', '') FROM (SELECT FROM fired LIMIT 1) AS any_of_them`;

/** $1 owner, $2 lanes, $3 epochs. Lanes that are still ours; until the commit nobody takes them. */
export const LANES_STILL_OURS = `
  SELECT p.lane FROM ingest_positions AS p JOIN unnest($2::text[], $3::bigint[]) AS held (lane, epoch) USING (lane, epoch)
  WHERE p.owner = $1 ORDER BY p.lane FOR UPDATE OF p`;

/** $1 days to keep, $2 how many rows to delete at most; their deliveries go with them. */
export const DELETE_OLD_FIRINGS = `
  DELETE FROM alert_firings WHERE id = ANY (ARRAY(
    SELECT id FROM alert_firings WHERE recorded_at < now() - make_interval(days => $1::int) ORDER BY recorded_at LIMIT $2))`;

/** Of rules that are gone, or watch something else now. */
export const FORGET_OLD_PHASES = `
  DELETE FROM alert_phases AS p
  WHERE NOT EXISTS (SELECT FROM alert_rules AS r WHERE r.id = p.rule_id AND r.revision = p.revision)`;
