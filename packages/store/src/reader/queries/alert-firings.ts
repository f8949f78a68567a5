import type { AlertDeliveryState, DecimalText, EpochMicros } from '@tickwatch/core';
import type { StoredFiring } from '../../alerts/alert-outbox.ts';
import { type Row, readMicros, toMicros } from '../read-pool.ts';
import type { Snapshot } from '../snapshot.ts';
import { Parameters } from '../sql/parameters.ts';
import type { Statement } from '../statement.ts';
import { type AlertKey, timeOf } from './alert-rules.ts';

export interface AlertFiringsQuestion {
  /** Both inclusive. */
  readonly from?: EpochMicros | undefined;
  readonly to?: EpochMicros | undefined;
  readonly exchange?: string | undefined;
  readonly stock?: string | undefined;
  /** A UUID. */
  readonly rule?: string | undefined;
  readonly limit: number;
  readonly after?: AlertKey | undefined;
}

export interface AlertFiringsPage {
  /** Newest first. */
  readonly firings: readonly StoredFiring[];
  readonly next: AlertKey | undefined;
}

export async function askAlertFirings(snapshot: Snapshot, question: AlertFiringsQuestion): Promise<AlertFiringsPage> {
  const rows = await snapshot.rows(firingsStatement(question));
  const firings = rows.slice(0, question.limit).map(readFiring);
  const last = firings.at(-1);
  const isMore = rows.length > question.limit && last !== undefined;
  return { firings, next: isMore ? { time: last.time, id: last.id } : undefined };
}

function firingsStatement({ from, to, exchange, stock, rule, limit, after }: AlertFiringsQuestion): Statement {
  const parameters = new Parameters();
  const only = [
    'true',
    ...(from === undefined ? [] : [`"timestamp" >= ${parameters.time(from)}`]),
    ...(to === undefined ? [] : [`"timestamp" <= ${parameters.time(to)}`]),
    ...(exchange === undefined ? [] : [`exchange_name = ${parameters.add(exchange, 'text')}`]),
    ...(stock === undefined ? [] : [`stock_name = ${parameters.add(stock, 'text')}`]),
    ...(rule === undefined ? [] : [`rule_id = ${parameters.add(rule, 'uuid')}`]),
    ...(after === undefined ? [] : [behind(parameters, after)]),
  ];
  const text = `
    SELECT id::text, rule_id::text, rule_name, exchange_name, stock_name, ${toMicros('"timestamp"')}::text AS time,
           seq::text, price::text, text, ${toMicros('recorded_at')}::text AS recorded_at
      FROM alert_firings WHERE ${only.join(' AND ')}
     ORDER BY "timestamp" DESC, id LIMIT ${parameters.add(limit + 1, 'int')}`;
  return { text, values: parameters.values };
}

function behind(parameters: Parameters, { time, id }: AlertKey): string {
  const moment = parameters.time(time);
  return `"timestamp" <= ${moment} AND ("timestamp" < ${moment} OR id > ${parameters.add(id, 'uuid')})`;
}

function readFiring(row: Row): StoredFiring {
  return {
    id: row.id ?? '',
    ruleId: row.rule_id ?? undefined,
    ruleName: row.rule_name ?? '',
    exchange: row.exchange_name ?? '',
    stock: row.stock_name ?? '',
    time: readMicros(row.time ?? ''),
    seq: row.seq === null ? undefined : Number(row.seq),
    price: (row.price ?? undefined) as DecimalText | undefined,
    text: row.text ?? '',
    recordedAt: readMicros(row.recorded_at ?? ''),
  };
}

/** What became of a firing at a receiver. */
export interface ListedDelivery {
  readonly firingId: string;
  readonly receiverId: string;
  readonly receiverName: string;
  readonly state: AlertDeliveryState;
  readonly attempts: number;
  /** `undefined`: it is not tried (again). */
  readonly nextAt: EpochMicros | undefined;
  readonly deliveredAt: EpochMicros | undefined;
  readonly error: string | undefined;
}

/** Of a firing; one row without a receiver where it has none. @param firing a UUID */
export function deliveriesStatement(firing: string): Statement {
  const parameters = new Parameters();
  const text = `
    SELECT f.id::text AS firing_id, d.receiver_id::text, t.name, d.state, d.attempts::text,
           ${toMicros("CASE WHEN d.state = 'waiting' THEN d.next_at END")}::text AS next_at,
           ${toMicros('d.delivered_at')}::text AS delivered_at, d.error
      FROM alert_firings AS f LEFT JOIN alert_deliveries AS d ON d.firing_id = f.id
      LEFT JOIN alert_receivers AS t ON t.id = d.receiver_id
     WHERE f.id = ${parameters.add(firing, 'uuid')} ORDER BY t.name`;
  return { text, values: parameters.values };
}

/** @returns `undefined`: there is no such firing */
export function readDeliveries(rows: readonly Row[]): readonly ListedDelivery[] | undefined {
  if (rows.length === 0) return undefined;
  return rows
    .filter((row) => row.receiver_id !== null)
    .map((row) => ({
      firingId: row.firing_id ?? '',
      receiverId: row.receiver_id ?? '',
      receiverName: row.name ?? '',
      state: row.state as AlertDeliveryState,
      attempts: Number(row.attempts),
      nextAt: timeOf(row.next_at),
      deliveredAt: timeOf(row.delivered_at),
      error: row.error ?? undefined,
    }));
}
