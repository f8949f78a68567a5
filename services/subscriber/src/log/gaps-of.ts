import type { EpochMicros, SequencedTick } from '@tickwatch/core';
import type { Hole } from '@tickwatch/feed';
import type { GapRow } from '@tickwatch/store';
import type { LaneLog } from './lane-log.ts';
import type { Segment } from './segment.ts';

/** A tick, as the border of a hole. */
export type Border = Pick<SequencedTick, 'time' | 'seq'>;

/** The holes before and between segments that follow what is committed, with their borders. */
export function gapsOf(log: LaneLog, segments: readonly Segment[]): readonly GapRow[] {
  const places = log.numbering.holes;
  if (places.length === 0) return [];
  const gaps: GapRow[] = [];
  let last = lastCommitted(log);
  let heardUntil: number = log.committed?.coverage?.until ?? 0;
  let next = 0;
  for (const [i, segment] of segments.entries()) {
    for (; next < places.length; next++) {
      const { after = '', holes = [] } = places[next] ?? {};
      // What is read again is cut there, and begins where the one before it ended.
      if (log.compare(after, segment.position) >= 0) break;
      for (const hole of holes) {
        // Another member heard what this one did not, or it is committed.
        if ((hole.since ?? hole.wasCommitted ?? Number.POSITIVE_INFINITY) <= heardUntil) continue;
        const gap = gapOf(log, hole, last, firstTick(segments, i));
        if (!isSame(gaps.at(-1), gap)) gaps.push(gap);
      }
    }
    last = segment.ticks.at(-1) ?? last;
    heardUntil = segment.receivedAt;
  }
  return gaps;
}

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

/** The first tick from a segment on; without one, when the segment came. */
function firstTick(segments: readonly Segment[], from: number): Border {
  for (let i = from; i < segments.length; i++) {
    const [tick] = segments[i]?.ticks ?? [];
    if (tick !== undefined) return tick;
  }
  const { receivedFrom = 0 as EpochMicros, seq = 0 } = segments[from] ?? {};
  return { time: receivedFrom, seq: seq + 1 };
}

/** Between two breaks nothing came that is a tick. */
function isSame(a: GapRow | undefined, b: GapRow): boolean {
  return b.messages === undefined && a?.reason === b.reason && a.from === b.from && a.to === b.to;
}

/** What came later may be older. */
function ordered(from: EpochMicros | undefined, to: EpochMicros): [EpochMicros | undefined, EpochMicros] {
  return from !== undefined && from > to ? [to, from] : [from, to];
}
