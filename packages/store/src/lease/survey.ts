import type { LaneName } from '@tickwatch/core';
import type { LaneSurvey, Survey } from '../tick-store.ts';
import { type PositionRow, toPosition } from './position-row.ts';

/** A living member, and the backend that holds its locks. */
export interface MemberRow {
  readonly owner: string;
  readonly lanes: readonly LaneName[];
  readonly pid: number;
}

/** A lane, the backend that holds it, and its row: `epoch` is null where it has none. */
export interface LaneRow extends PositionRow {
  readonly pid: number | null;
  readonly owner: string | null;
  readonly epoch: string | null;
}

export function toSurvey(members: readonly MemberRow[], lanes: readonly LaneRow[]): Survey {
  const ownerOf = new Map(members.map(({ pid, owner }) => [pid, owner]));
  return {
    members: new Map(members.map(({ owner, lanes }) => [owner, lanes])),
    lanes: new Map(
      lanes.map((row): [LaneName, LaneSurvey] => [
        row.lane,
        { leader: row.pid === null ? undefined : ownerOf.get(row.pid), position: toPosition(row) },
      ]),
    ),
  };
}

/**
 * True where a row says that another member took the lane after us. An older epoch is a restored database's: nobody can
 * have taken what we hold the lock of.
 */
export function isSuperseded(
  row: { readonly owner: string | null; readonly epoch: string | null } | undefined,
  owner: string,
  epoch: number,
): boolean {
  return row !== undefined && row.epoch !== null && row.owner !== owner && Number(row.epoch) >= epoch;
}

/** True where the lease is ours but its row is missing or of an older term, as in a restored database. */
export function isForgotten(row: { readonly epoch: string | null } | undefined, epoch: number): boolean {
  return row === undefined || row.epoch === null || Number(row.epoch) < epoch;
}
