import type { EpochMicros, HoleReason, LaneName } from '@tickwatch/core';
import type { Interval } from '../../intervals.ts';
import type { DatabaseHead } from '../database-head.ts';

/** A hole that may lack ticks of the stock in question; its last moment is `until - 1`. */
export interface KnownHole extends Interval {
  /** `undefined`: it is not recorded yet. */
  readonly id: number | undefined;
  readonly lane: LaneName;
  readonly exchange: string;
  /** Ends of it that are times of ticks: the last one before it and the first one behind it. */
  readonly ticks: { readonly from: boolean; readonly until: boolean };
  readonly fromSeq: number | undefined;
  readonly toSeq: number | undefined;
  /** `undefined`: nobody knows. */
  readonly messages: number | undefined;
  readonly reason: HoleReason;
  /** The import that found it. */
  readonly source: string | undefined;
}

/** A file brought everything in it. */
export interface FileSpan extends Interval {
  readonly exchange: string;
  readonly source: string;
}

/** How far a lane is stored; µs. */
export interface LaneEdge {
  readonly lane: LaneName;
  /** How many lanes its exchange has. */
  readonly lanes: number;
  /** All that was published up to here, and heard, is stored. */
  readonly coveredUntil: number | undefined;
  /** Time of the last tick that is stored. */
  readonly lastTime: number | undefined;
}

/** What the database knows about how much of a stock it has in a range. */
export interface CoverageFacts {
  readonly head: Pick<DatabaseHead, 'committed' | 'rawFrom'>;
  /** On which the stock is traded as far as anybody knows, or the one that was asked for. */
  readonly exchanges: readonly string[];
  /** First stored tick of the stock, for each exchange where it has any. */
  readonly firstTicks: ReadonlyMap<string, number>;
  /** Since when each exchange is listened to. */
  readonly listenedFrom: ReadonlyMap<string, number>;
  readonly lanes: readonly LaneEdge[];
  readonly spans: readonly FileSpan[];
  readonly holes: readonly KnownHole[];
  /** True: there are more holes than these, the first ones. */
  readonly hasMoreHoles: boolean;
}

type Nullable<T> = T | null;
type HoleCells = readonly [
  id: number,
  lane: string,
  exchange: string,
  from: number,
  to: number,
  fromSeq: Nullable<number>,
  toSeq: Nullable<number>,
  messages: Nullable<number>,
  reason: string,
  source: Nullable<string>,
];

/** What `asked_coverage` gives. */
export type CoverageCells = readonly [
  rawFrom: Nullable<number>,
  exchanges: Nullable<readonly string[]>,
  first: Nullable<readonly (readonly [exchange: string, time: number])[]>,
  listened: Nullable<readonly (readonly [exchange: string, from: number])[]>,
  lanes: Nullable<
    readonly (readonly [
      lane: string,
      seq: number,
      lanes: number,
      coveredUntil: Nullable<number>,
      lastTime: Nullable<number>,
    ])[]
  >,
  spans: Nullable<readonly (readonly [exchange: string, from: number, to: number, source: string])[]>,
  holes: Nullable<readonly HoleCells[]>,
];

/** @param most so many holes were asked for, and one more */
export function readFacts(
  [rawFrom, exchanges, first, listened, lanes, spans, holes]: CoverageCells,
  most: number,
): CoverageFacts {
  return {
    head: {
      committed: new Map((lanes ?? []).map(([lane, seq]) => [lane, seq])),
      rawFrom: (rawFrom ?? undefined) as EpochMicros | undefined,
    },
    exchanges: exchanges ?? [],
    firstTicks: new Map(first ?? []),
    listenedFrom: new Map(listened ?? []),
    lanes: (lanes ?? []).map(([lane, _seq, count, until, last]) => ({
      lane,
      lanes: count,
      coveredUntil: until ?? undefined,
      lastTime: last ?? undefined,
    })),
    spans: (spans ?? []).map(([exchange, from, to, source]) => ({ exchange, from, until: to + 1, source })),
    holes: (holes ?? []).slice(0, most).map(readHole),
    hasMoreHoles: (holes?.length ?? 0) > most,
  };
}

function readHole([id, lane, exchange, from, to, fromSeq, toSeq, messages, reason, source]: HoleCells): KnownHole {
  return {
    id,
    lane,
    exchange,
    from,
    until: to + 1,
    ticks: { from: true, until: true },
    fromSeq: fromSeq ?? undefined,
    toSeq: toSeq ?? undefined,
    messages: messages ?? undefined,
    reason: reason as HoleReason,
    source: source ?? undefined,
  };
}
