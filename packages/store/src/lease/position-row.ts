import type { EpochMicros, LaneName } from '@tickwatch/core';
import type { LanePosition } from '../tick-store.ts';

/** What of a row of `ingest_positions` says how far a lane is committed. */
export interface PositionRow {
  readonly lane: LaneName;
  readonly log_id: string | null;
  readonly position: string | null;
  readonly fingerprint: string;
  readonly seq: string;
  readonly received_at: string;
  readonly lanes: number;
  /** µs; null: written by an earlier version. */
  readonly covered_until: string | null;
  readonly last_time: string;
  readonly numbers: readonly string[];
}

/** A lane's term: whose it is, and the number that fences it. */
export interface TermRow extends PositionRow {
  readonly owner: string | null;
  readonly epoch: string;
}

/** `undefined` where nothing is committed yet. */
export function toPosition(row: PositionRow): LanePosition | undefined {
  if (row.log_id === null || row.position === null) return undefined;
  return {
    lane: row.lane,
    logId: row.log_id,
    position: row.position,
    fingerprint: row.fingerprint,
    receivedAt: Number(row.received_at) as EpochMicros,
    seq: Number(row.seq),
    ...coverageOf(row),
  };
}

function coverageOf(row: PositionRow): Pick<LanePosition, 'coverage'> {
  if (row.covered_until === null) return {};
  const until = Number(row.covered_until) as EpochMicros;
  const lastTime = Number(row.last_time) as EpochMicros;
  return { coverage: { lanes: row.lanes, until, lastTime, numbers: row.numbers.map(Number) } };
}
