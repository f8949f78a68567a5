import type { DecimalText } from '@tickwatch/core';
import { type Row, readMicros, toMicros } from '../reader/read-pool.ts';
import type { StoredFiring } from './alert-outbox.ts';

/** Columns of `alert_firings` as `f`, which {@link toFiring} reads. */
export const FIRING_COLUMNS = `f.id, f.rule_id, f.rule_name, f.exchange_name, f.stock_name, ${toMicros('f."timestamp"')} AS time,
    f.seq, f.price::text AS price, f.text, ${toMicros('f.recorded_at')} AS recorded_at`;

export function toFiring(row: Row): StoredFiring {
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
