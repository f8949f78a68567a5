import type { EpochMicros } from '@tickwatch/core';
import type { IngestPosition } from '../tick-store.ts';

/** What of a row of `ingest_positions` says how far an exchange is committed. */
export interface PositionRow {
  readonly exchange_name: string;
  readonly log_id: string | null;
  readonly position: string | null;
  readonly fingerprint: string;
  readonly seq: string;
  readonly received_at: string;
}

/** Empty where nothing is committed yet. */
export function toPosition(row: PositionRow): readonly IngestPosition[] {
  if (row.log_id === null || row.position === null) return [];
  return [
    {
      exchange: row.exchange_name,
      logId: row.log_id,
      position: row.position,
      fingerprint: row.fingerprint,
      receivedAt: Number(row.received_at) as EpochMicros,
      seq: Number(row.seq),
    },
  ];
}
