import type { EpochMicros, LaneName } from '@tickwatch/core';
import { type Row, toMicros } from './read-pool.ts';

/** What a moment of the database says about itself. */
export interface DatabaseHead {
  /** Seq up to which each lane's ticks are stored; also lanes that nobody leads any more. */
  readonly committed: ReadonlyMap<LaneName, number>;
  /** Single ticks before this are no longer kept; `undefined`: all are. */
  readonly rawFrom: EpochMicros | undefined;
  /** No day that ends later is sealed; `undefined`: none is. */
  readonly sealedUntil: EpochMicros | undefined;
}

/** SQL: a column for {@link readSealedUntil}. */
export const SEALED_UNTIL = `(SELECT ${toMicros("(max(day) + 1)::timestamp AT TIME ZONE 'UTC'")} FROM sealed_days) AS sealed_until`;

/** SQL: columns for {@link readHead}, as a statement of their own or beside others in one row. */
export const HEAD_COLUMNS = [
  '(SELECT json_object_agg(lane, seq) FROM ingest_positions) AS committed',
  `(SELECT ${toMicros('raw_from')} FROM raw_retention WHERE isfinite(raw_from)) AS raw_from`,
  SEALED_UNTIL,
] as const;

export function readHead(row: Row): DatabaseHead {
  const { committed, raw_from: rawFrom } = row as { committed: Record<string, number> | null; raw_from: string | null };
  return {
    committed: new Map(Object.entries(committed ?? {})),
    rawFrom: rawFrom === null ? undefined : (Number(rawFrom) as EpochMicros),
    sealedUntil: readSealedUntil(row),
  };
}

export function readSealedUntil({ sealed_until: until }: Row): EpochMicros | undefined {
  return until == null ? undefined : (Number(until) as EpochMicros);
}
