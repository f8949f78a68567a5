import { MICROS_PER_DAY, MICROS_PER_SECOND } from './epoch-micros.ts';
import type { TimeZone } from './time-zone.ts';

/** From `from` (µs) on, up to the next span, a zone's wall clock is `offset` µs ahead of UTC. */
export interface OffsetSpan {
  readonly from: number;
  readonly offset: number;
}

/** A stretch whose clock changes are looked up at once and remembered. */
const CHUNK = 400 * MICROS_PER_DAY;
/** 2100-01-01: nobody knows the clock changes from then on, and no tick lies there. */
const LAST = 4_102_444_800 * MICROS_PER_SECOND;

const known = new WeakMap<TimeZone, Map<number, readonly OffsetSpan[]>>();

/** A zone's offsets in `[from, until)`, ascending; the first span has no begin (-Infinity). */
export function offsetSpans(zone: TimeZone, from: number, until: number): readonly OffsetSpan[] {
  const start = Math.min(from, LAST);
  const end = Math.min(until, LAST);
  const spans: OffsetSpan[] = [{ from: Number.NEGATIVE_INFINITY, offset: offsetAt(zone, start) }];
  for (let chunk = Math.floor(start / CHUNK); chunk * CHUNK < end; chunk++) {
    for (const change of changesOf(zone, chunk)) if (change.from > start && change.from < end) spans.push(change);
  }
  return spans;
}

function changesOf(zone: TimeZone, chunk: number): readonly OffsetSpan[] {
  const chunks = known.get(zone) ?? new Map<number, readonly OffsetSpan[]>();
  known.set(zone, chunks);
  const found = chunks.get(chunk) ?? findChanges(zone, chunk * CHUNK, (chunk + 1) * CHUNK);
  chunks.set(chunk, found);
  return found;
}

/** Looks at each day: no zone has changed its clock twice within one since 1970. */
function findChanges(zone: TimeZone, from: number, until: number): readonly OffsetSpan[] {
  const changes: OffsetSpan[] = [];
  let before = offsetAt(zone, from - MICROS_PER_DAY);
  for (let day = from; day < until; day += MICROS_PER_DAY) {
    const offset = offsetAt(zone, day);
    if (offset !== before) changes.push({ from: zone.changeWithin(day - MICROS_PER_DAY, day), offset });
    before = offset;
  }
  return changes;
}

function offsetAt(zone: TimeZone, moment: number): number {
  return zone.wallOf(moment) - moment;
}
