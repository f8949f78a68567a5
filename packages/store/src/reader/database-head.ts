import type { EpochMicros, LaneName, StoreNode } from '@tickwatch/core';
import { type Row, toMicros } from './read-pool.ts';

/** What a moment of the database says about itself. */
export interface DatabaseHead {
  /** Seq up to which each lane's ticks are stored; also lanes that nobody leads any more. */
  readonly committed: ReadonlyMap<LaneName, number>;
  /** Single ticks before this are no longer kept; `undefined`: all are. */
  readonly rawFrom: EpochMicros | undefined;
  /** No day that ends later is sealed; `undefined`: none is. */
  readonly sealedUntil: EpochMicros | undefined;
  /** Minutes before this may not be there, and single ticks have to tell them; `undefined`: all are. */
  readonly minutesFrom: EpochMicros | undefined;
  /** Among how many databases the lanes are shared; 1: it is the only one. */
  readonly nodes: number;
  /** Which of them it is; `undefined`: it is the only one. */
  readonly node: HeadNode | undefined;
}

export interface HeadNode extends StoreNode {
  /** False: it does not have its own part alone yet. */
  readonly isReady: boolean;
}

/** SQL: columns for {@link readSealed}. */
export const SEALED_COLUMNS = [
  `(SELECT ${toMicros("(max(day) + 1)::timestamp AT TIME ZONE 'UTC'")} FROM sealed_days) AS sealed_until`,
  `(SELECT ${toMicros('minutes_from')} FROM raw_retention WHERE isfinite(minutes_from)) AS minutes_from`,
] as const;

/** SQL: columns for {@link readHead}, as a statement of their own or beside others in one row. */
export const HEAD_COLUMNS = [
  '(SELECT json_object_agg(lane, seq) FROM ingest_positions) AS committed',
  `(SELECT ${toMicros('raw_from')} FROM raw_retention WHERE isfinite(raw_from)) AS raw_from`,
  ...SEALED_COLUMNS,
  '(SELECT json_build_array(node, nodes, state) FROM store_node) AS store_node',
] as const;

export function readHead(row: Row): DatabaseHead {
  const {
    committed,
    raw_from: rawFrom,
    store_node: cells,
  } = row as {
    committed: Record<string, number> | null;
    raw_from: string | null;
    store_node: readonly [index: number, count: number, state: string] | null;
  };
  return {
    committed: new Map(Object.entries(committed ?? {})),
    rawFrom: rawFrom === null ? undefined : (Number(rawFrom) as EpochMicros),
    ...readSealed(row),
    nodes: cells?.[1] ?? 1,
    node: cells ? { index: cells[0], count: cells[1], isReady: cells[2] === 'ready' } : undefined,
  };
}

export function readSealed(row: Row): Pick<DatabaseHead, 'sealedUntil' | 'minutesFrom'> {
  const { sealed_until: until, minutes_from: from } = row;
  return {
    sealedUntil: until == null ? undefined : (Number(until) as EpochMicros),
    minutesFrom: from == null ? undefined : (Number(from) as EpochMicros),
  };
}
