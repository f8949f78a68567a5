import type { EpochMicros } from '@tickwatch/core';
import { type Row, readMicros, toMicros } from '../read-pool.ts';
import { timeOf } from './alert-rules.ts';

/** A receiver, and how it is; never its secret. */
export interface ListedReceiver {
  readonly id: string;
  readonly name: string;
  readonly type: 'webhook' | 'email' | 'grafana';
  readonly target: string;
  /** How many rules tell it. */
  readonly rules: number;
  /** Deliveries that are still to be made, and that were given up. */
  readonly waiting: number;
  readonly failed: number;
  readonly lastDelivered: EpochMicros | undefined;
  /** Of the newest that is not delivered. */
  readonly lastError: string | undefined;
  readonly createdAt: EpochMicros;
}

/** By name. */
export const RECEIVERS = `
  SELECT t.id::text, t.name, t.type, t.target, ${toMicros('t.created_at')}::text AS created_at,
         (SELECT count(*) FROM alert_rule_receivers AS told WHERE told.receiver_id = t.id)::text AS rules,
         (SELECT count(*) FROM alert_deliveries AS d WHERE d.receiver_id = t.id AND d.state = 'waiting')::text AS waiting,
         (SELECT count(*) FROM alert_deliveries AS d WHERE d.receiver_id = t.id AND d.state = 'failed')::text AS failed,
         (SELECT ${toMicros('max(d.delivered_at)')} FROM alert_deliveries AS d
           WHERE d.receiver_id = t.id AND d.state = 'delivered')::text AS last_delivered,
         (SELECT d.error FROM alert_deliveries AS d
           WHERE d.receiver_id = t.id AND d.state IN ('waiting', 'failed') AND d.error IS NOT NULL
           ORDER BY d.created_at DESC LIMIT 1) AS last_error
    FROM alert_receivers AS t ORDER BY t.name`;

export function readListedReceiver(row: Row): ListedReceiver {
  return {
    id: row.id ?? '',
    name: row.name ?? '',
    type: row.type as ListedReceiver['type'],
    target: row.target ?? '',
    rules: Number(row.rules),
    waiting: Number(row.waiting),
    failed: Number(row.failed),
    lastDelivered: timeOf(row.last_delivered),
    lastError: row.last_error ?? undefined,
    createdAt: readMicros(row.created_at ?? ''),
  };
}
