/** What those that change rules and receivers say to PostgreSQL. */

/** One change after the other: what is counted stays so. */
export const LOCK_ALERTS = "SELECT pg_advisory_xact_lock(hashtext('tickwatch alert rules'))";

export const COUNT_RULES = 'SELECT count(*)::int AS count FROM alert_rules';
export const COUNT_RECEIVERS = 'SELECT count(*)::int AS count FROM alert_receivers';

/** $1 definition, $2 whether it is enabled. */
export const ADD_RULE = 'INSERT INTO alert_rules (definition, is_enabled) VALUES ($1::jsonb, $2) RETURNING id';

/** $1 rule, $2 definition, $3 whether it is enabled, $4 whether it watches something else now, $5 when it was changed last, as far as is known. */
export const CHANGE_RULE = `
  UPDATE alert_rules SET definition = $2::jsonb, is_enabled = $3, changed_at = now(),
    revision = revision + $4::bool::int,
    begins = CASE WHEN $4 THEN date_trunc('milliseconds', clock_timestamp()) ELSE begins END
  WHERE id = $1 AND ($5::timestamptz IS NULL OR changed_at = $5)`;

/** $1 rule. */
export const FORGET_PHASES = 'DELETE FROM alert_phases WHERE rule_id = $1';

/** $1 rule, $2 time. */
export const SNOOZE_RULE = 'UPDATE alert_rules SET snoozed_until = $2, changed_at = now() WHERE id = $1';

/** $1 rule. */
export const REMOVE_RULE = 'DELETE FROM alert_rules WHERE id = $1';

/** $1 rule, $2 receivers. */
export const FORGET_RULE_RECEIVERS =
  'DELETE FROM alert_rule_receivers WHERE rule_id = $1 AND receiver_id <> ALL ($2::uuid[])';
export const ADD_RULE_RECEIVERS = `
  INSERT INTO alert_rule_receivers (rule_id, receiver_id) SELECT $1, unnest($2::uuid[]) ON CONFLICT DO NOTHING`;

/** $1 name, $2 type, $3 target. */
export const ADD_RECEIVER = 'INSERT INTO alert_receivers (name, type, target) VALUES ($1, $2, $3) RETURNING id';

/** $1 receiver, $2 name, $3 type, $4 target. */
export const CHANGE_RECEIVER = 'UPDATE alert_receivers SET name = $2, type = $3, target = $4 WHERE id = $1';

/** $1 receiver, $2 secret. */
export const PUT_SECRET = `
  INSERT INTO alert_secrets (receiver_id, secret) VALUES ($1, $2)
  ON CONFLICT (receiver_id) DO UPDATE SET secret = excluded.secret`;

/** $1 receiver. */
export const RULES_OF_RECEIVER = `
  SELECT count(*)::int AS count FROM alert_rule_receivers WHERE receiver_id = $1`;

/** $1 receiver. */
export const REMOVE_RECEIVER = 'DELETE FROM alert_receivers WHERE id = $1';

/** $1 receiver, $2 text. A firing of no rule. */
export const TEST_RECEIVER = `
  WITH receiver AS (
    SELECT id FROM alert_receivers WHERE id = $1
  ), fired AS (
    INSERT INTO alert_firings (id, rule_id, rule_name, "timestamp", text)
    SELECT gen_random_uuid(), NULL, 'Test', now(), $2 FROM receiver RETURNING id
  ), sent AS (
    INSERT INTO alert_deliveries (firing_id, receiver_id) SELECT fired.id, receiver.id FROM fired, receiver
  )
  SELECT id, pg_notify('alert_firings', '') FROM fired`;

/** $1 firing, $2 receiver. */
export const RETRY_DELIVERY = `
  WITH again AS (
    UPDATE alert_deliveries SET state = 'waiting', attempts = 0, created_at = clock_timestamp(), next_at = clock_timestamp()
    WHERE firing_id = $1 AND receiver_id = $2 AND state = 'failed' RETURNING firing_id
  )
  SELECT pg_notify('alert_firings', '') FROM again`;
