import { type EpochMicros, nowMicros, type SequencedTick } from '@tickwatch/core';
import type { Hole } from '@tickwatch/feed';
import type { GapRow } from '@tickwatch/store';
import type { LaneLog } from './lane-log.ts';

/** A tick, as the border of a hole. */
export type Border = Pick<SequencedTick, 'time' | 'seq'>;

/** The last tick that is committed, as far as it is known. */
export function lastCommitted({ committed }: LaneLog): Border | undefined {
  const time = committed?.coverage?.lastTime ?? 0;
  return time === 0 || committed === undefined ? undefined : { time: time as EpochMicros, seq: committed.seq };
}

/**
 * Up to when another member heard all that it did not live to see stored: a member that listens since before has no hole
 * there. Only what its silence covered counts: what came it has committed, and is found in both logs. Clocks of machines
 * differ by less than that lags behind; one that was set back since tells nothing.
 */
export function heardByOther({ committed, isOwn }: LaneLog): number {
  const until = committed?.coverage?.until ?? 0;
  const isTold = !isOwn && until > (committed?.receivedAt ?? 0) && until <= nowMicros();
  return isTold ? until : 0;
}

/** @param lanes how many the exchange had before it. @param last the tick before. @returns `undefined`: there was none */
export function gapOf(
  log: LaneLog,
  lanes: number,
  hole: Hole,
  last: Border | undefined,
  first: Border,
): GapRow | undefined {
  const { reason, messages, detail = '' } = hole;
  const [begin, end] = [hole.from ?? last?.time, hole.to ?? first.time];
  if (begin === undefined) return undefined;
  // What came later may be older.
  const [from, to] = begin < end ? [begin, end] : [end, begin];
  return { lane: log.lane, lanes, from, to, fromSeq: last?.seq, toSeq: first.seq, messages, reason, detail };
}

/**
 * How many lanes the exchange had where what is committed ends: the lanes that go on are told for those that are gone, and for
 * those that are new.
 */
export function lanesBehind({ lanes, committed }: LaneLog): number {
  return Math.min(lanes, committed?.coverage?.lanes ?? lanes);
}
