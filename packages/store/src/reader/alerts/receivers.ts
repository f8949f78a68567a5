import { type AlertDeliveryState, MAX_ALERT_COUNT } from '@tickwatch/core';
import { type Row, readMicros, toMicros } from '../read-pool.ts';
import type { ListedDelivery, ListedReceiver } from './alert-answers.ts';
import { type AskRows, isId, micros } from './ask-rows.ts';

const few = (state: AlertDeliveryState): string =>
  `SELECT FROM alert_deliveries WHERE receiver_id = r.id AND state = '${state}' LIMIT ${MAX_ALERT_COUNT}`;

const RECEIVERS = `
  SELECT r.id, r.name, r.type, r.target, ${toMicros('r.created_at')} AS created, told.rules, waits.waiting, given.failed,
    ${toMicros('sent.last')} AS last_delivered, wrong.error AS last_error
  FROM alert_receivers AS r
  CROSS JOIN LATERAL (SELECT count(*) AS rules FROM alert_rule_receivers WHERE receiver_id = r.id) AS told
  CROSS JOIN LATERAL (
    SELECT count(*) AS waiting FROM (${few('waiting')}) AS few) AS waits
  CROSS JOIN LATERAL (
    SELECT count(*) AS failed FROM (${few('failed')}) AS few) AS given
  CROSS JOIN LATERAL (
    SELECT max(delivered_at) AS last FROM alert_deliveries WHERE receiver_id = r.id AND delivered_at IS NOT NULL) AS sent
  LEFT JOIN LATERAL (
    SELECT error FROM alert_deliveries WHERE receiver_id = r.id AND failed_at IS NOT NULL
    ORDER BY failed_at DESC LIMIT 1) AS wrong ON true
  ORDER BY r.name`;

/** $1 firing. One row at least where there is such a firing. */
const DELIVERIES = `
  SELECT d.receiver_id, n.name, d.state, d.attempts, ${toMicros('d.next_at')} AS next_at,
    ${toMicros('d.delivered_at')} AS delivered, d.error
  FROM alert_firings AS f
  LEFT JOIN (alert_deliveries AS d JOIN alert_receiver_names AS n ON n.id = d.receiver_id) ON d.firing_id = f.id
  WHERE f.id = $1::uuid ORDER BY n.name`;

export async function askReceivers(ask: AskRows): Promise<readonly ListedReceiver[]> {
  return (await ask({ text: RECEIVERS, values: [] })).map((row) => ({
    id: row.id ?? '',
    name: row.name ?? '',
    type: row.type as ListedReceiver['type'],
    target: row.target ?? '',
    rules: Number(row.rules),
    waiting: Number(row.waiting),
    failed: Number(row.failed),
    lastDelivered: micros(row.last_delivered),
    lastError: row.last_error ?? undefined,
    created: readMicros(row.created ?? ''),
  }));
}

export async function askDeliveries(ask: AskRows, firingId: string): Promise<readonly ListedDelivery[] | undefined> {
  if (!isId(firingId)) return undefined;
  const rows = await ask({ text: DELIVERIES, values: [firingId] });
  if (rows.length === 0) return undefined;
  return rows.filter((row) => row.receiver_id !== null).map((row) => readDelivery(firingId, row));
}

function readDelivery(firingId: string, row: Row): ListedDelivery {
  const state = row.state as AlertDeliveryState;
  return {
    firingId,
    receiverId: row.receiver_id ?? '',
    receiverName: row.name ?? '',
    state,
    attempts: Number(row.attempts),
    nextAttempt: state === 'waiting' ? micros(row.next_at) : undefined,
    delivered: micros(row.delivered),
    error: row.error ?? undefined,
  };
}
