import type { EpochMicros } from '@tickwatch/core';
import type { GapRow } from '@tickwatch/store';
import { type Border, gapOf, heardByOther, lanesBehind, lastCommitted } from './gap-row.ts';
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
  let heardUntil = heardByOther(log);
  let committedUntil: number = log.committed?.receivedAt ?? 0;
  let { place } = log;
  let lanes = lanesBehind(log);
  let next = 0;
  for (const [i, segment] of segments.entries()) {
    const before: GapRow[] = [];
    for (; next < places.length; next++) {
      const { after = '', holes = [] } = places[next] ?? {};
      // What is read again is cut there, and begins where the one before it ended.
      if (log.compare(after, segment.position) >= 0) break;
      for (const hole of holes) {
        if (hole.since !== undefined && hole.since <= heardUntil) continue;
        if (hole.wasCommitted !== undefined && hole.wasCommitted <= committedUntil) continue;
        if (hole.isBefore && place !== undefined && log.compare(place, after) >= 0) continue;
        const gap = gapOf(log, lanes, hole, last, firstTick(segments, i));
        if (gap !== undefined) before.push(gap);
      }
    }
    for (const gap of counters.count(segment, before, last)) addTo(gaps, gap);
    last = segment.ticks.at(-1) ?? last;
    heardUntil = 0;
    committedUntil = segment.receivedAt;
    lanes = log.lanes;
    place = segment.position;
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

/** Where no tick came between two holes of one kind they are one. */
function addTo(gaps: GapRow[], gap: GapRow): void {
  const at = gaps.findLastIndex(({ reason, from, to }) => reason === gap.reason && from === gap.from && to === gap.to);
  const same = gaps[at];
  if (same === undefined) gaps.push(gap);
  else gaps[at] = { ...gap, messages: both(same.messages, gap.messages) };
}

function both(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b;
}
