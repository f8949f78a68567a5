import { MAX_COUNTED_WAITING } from '../alerts/alert-outbox.ts';
import { NOTHING_SEEN } from '../alerts/firing-place.ts';
import { FIRING_COLUMNS } from '../alerts/firing-row.ts';

/** What those that send say to PostgreSQL. */

/** Receivers for which something waits. */
export const OUTBOX_QUEUES = `
  SELECT r.id, r.name, r.type, r.target, s.secret, counted.waiting,
    (extract(epoch FROM oldest.created_at) * 1000000)::bigint AS oldest,
    greatest(0, ceil(extract(epoch FROM due.next_at - clock_timestamp()) * 1000))::float8 AS due_in
  FROM alert_receivers AS r
  CROSS JOIN LATERAL (
    SELECT next_at FROM alert_deliveries WHERE receiver_id = r.id AND state = 'waiting' ORDER BY next_at LIMIT 1) AS due
  CROSS JOIN LATERAL (
    SELECT created_at FROM alert_deliveries WHERE receiver_id = r.id AND state = 'waiting'
    ORDER BY created_at LIMIT 1) AS oldest
  CROSS JOIN LATERAL (
    SELECT count(*)::int AS waiting FROM (
      SELECT FROM alert_deliveries WHERE receiver_id = r.id AND state = 'waiting' LIMIT ${MAX_COUNTED_WAITING}) AS few
  ) AS counted
  LEFT JOIN alert_secrets AS s ON s.receiver_id = r.id
  ORDER BY r.name`;

/** What a crash of PostgreSQL undoes of it is sent once more: it need not wait for the disk. */
const QUICK = `quick AS (SELECT set_config('synchronous_commit', 'off', true))`;

/** $1 receiver, $2 how many, $3 ms until somebody else may try. */
export const CLAIM_DELIVERIES = `
  WITH ${QUICK}, due AS (
    SELECT firing_id FROM alert_deliveries
    WHERE receiver_id = $1 AND state = 'waiting' AND next_at <= clock_timestamp()
    ORDER BY next_at LIMIT $2 FOR UPDATE SKIP LOCKED
  ), claimed AS (
    UPDATE alert_deliveries AS d SET next_at = clock_timestamp() + $3 * interval '1 millisecond'
    FROM quick, due WHERE d.firing_id = due.firing_id AND d.receiver_id = $1
    RETURNING d.firing_id, d.attempts, d.created_at
  )
  SELECT ${FIRING_COLUMNS}, claimed.attempts, (extract(epoch FROM claimed.created_at) * 1000000)::bigint AS created_at
  FROM claimed JOIN alert_firings AS f ON f.id = claimed.firing_id ORDER BY f.recorded_at, f.id`;

/** $1 receiver, $2 firings. What is due again is so since it was fired: what is oldest comes first. */
export const RELEASE_DELIVERIES = `
  WITH ${QUICK}
  UPDATE alert_deliveries SET next_at = least(created_at, clock_timestamp()) FROM quick
  WHERE receiver_id = $1 AND firing_id = ANY ($2::uuid[]) AND state = 'waiting'`;

/** $1 receiver, $2 ms that no claim lasts longer than: what is due later waits for a retry, and is due now. */
export const HURRY_DELIVERIES = `
  UPDATE alert_deliveries SET next_at = least(created_at, clock_timestamp())
  WHERE receiver_id = $1 AND state = 'waiting' AND next_at > clock_timestamp() + $2 * interval '1 millisecond'`;

/** $1 receiver, $2 firings. */
export const DELIVERED = `
  WITH ${QUICK}
  UPDATE alert_deliveries SET state = 'delivered', attempts = attempts + 1, delivered_at = clock_timestamp() FROM quick
  WHERE receiver_id = $1 AND firing_id = ANY ($2::uuid[]) AND state <> 'delivered'`;

/** $1 receiver, $2 firings, $3 what went wrong, $4 when to try again; NULL: it is given up. */
export const NOT_DELIVERED = `
  UPDATE alert_deliveries SET state = CASE WHEN $4::timestamptz IS NULL THEN 'failed' ELSE 'waiting' END,
    attempts = attempts + 1, next_at = coalesce($4, next_at), error = $3, failed_at = clock_timestamp()
  WHERE receiver_id = $1 AND firing_id = ANY ($2::uuid[]) AND state = 'waiting'`;

/** $1 so many seconds ago. What is there now, and that moment in microseconds. */
export const PLACE_BEFORE = `
  SELECT pg_current_snapshot()::text AS upto,
    ((extract(epoch FROM clock_timestamp()) - $1::int) * 1000000)::bigint AS since`;

/**
 * $1 what was seen, $2 what is to be seen (NULL: what is there now), $3 and $5 where the page before ended, $4 how many. What was
 * committed in between. Who has seen transactions that are still to come saw those of a database that was since put back, and
 * has seen nothing of this one.
 */
export const FIRINGS_BETWEEN = `
  SELECT ${FIRING_COLUMNS}, seen.upto::text AS upto
  FROM (SELECT coalesce($2::pg_snapshot, pg_current_snapshot()) AS upto,
    CASE WHEN pg_snapshot_xmax($1) > pg_snapshot_xmax(pg_current_snapshot()) THEN '${NOTHING_SEEN}' ELSE $1::pg_snapshot END AS before
  ) AS seen
  LEFT JOIN alert_firings AS f ON f.recorded_at > now() - interval '10 minutes'
    AND NOT pg_visible_in_snapshot(f.xact, seen.before) AND pg_visible_in_snapshot(f.xact, seen.upto)
    AND (f.recorded_at, f.id) > ($3::timestamptz, $5::uuid)
  ORDER BY f.recorded_at, f.id LIMIT $4`;
