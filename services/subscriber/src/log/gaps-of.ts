import type { EpochMicros } from '@tickwatch/core';
import type { GapRow } from '@tickwatch/store';
import { type Border, gapOf, lastCommitted } from './gap-row.ts';
import type { LaneLog } from './lane-log.ts';
import { PublisherNumbers } from './publisher-numbers.ts';
import type { Segment } from './segment.ts';

/** What following segments lack, and how far their publishers have counted then. */
export interface Lacking {
  readonly gaps: readonly GapRow[];
  readonly numbers: readonly number[];
}

/** The holes before and between segments that follow what is committed, with their borders. */
export function gapsOf(log: LaneLog, segments: readonly Segment[]): Lacking {
  const places = log.numbering.holes;
  const counters = new PublisherNumbers(log);
  const gaps: GapRow[] = [];
  let last = lastCommitted(log);
  let heardUntil: number = log.committed?.coverage?.until ?? 0;
  let next = 0;
  for (const [i, segment] of segments.entries()) {
    const before: GapRow[] = [];
    for (; next < places.length; next++) {
      const { after = '', holes = [] } = places[next] ?? {};
      // What is read again is cut there, and begins where the one before it ended.
      if (log.compare(after, segment.position) >= 0) break;
      for (const hole of holes) {
        // Another member heard what this one did not, or it is committed.
        if ((hole.since ?? hole.wasCommitted ?? Number.POSITIVE_INFINITY) <= heardUntil) continue;
        before.push(gapOf(log, hole, last, firstTick(segments, i)));
      }
    }
    for (const gap of counters.count(segment, before, last)) if (!isSame(gaps.at(-1), gap)) gaps.push(gap);
    last = segment.ticks.at(-1) ?? last;
    heardUntil = segment.receivedAt;
  }
  return { gaps, numbers: counters.list() };
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
