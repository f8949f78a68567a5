import type { EpochMicros, SequencedTick } from '@tickwatch/core';
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

/** @param last the tick before; `undefined`: nothing was stored of the lane */
export function gapOf(log: LaneLog, hole: Hole, last: Border | undefined, first: Border): GapRow {
  const { reason, messages, detail = '' } = hole;
  const [from, to] = ordered(hole.from ?? last?.time, hole.to ?? first.time);
  return { lane: log.lane, lanes: log.lanes, from, to, fromSeq: last?.seq, toSeq: first.seq, messages, reason, detail };
}

/** What came later may be older. */
function ordered(from: EpochMicros | undefined, to: EpochMicros): [EpochMicros | undefined, EpochMicros] {
  return from !== undefined && from > to ? [to, from] : [from, to];
}
