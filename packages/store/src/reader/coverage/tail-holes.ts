import { exchangeOf, type LaneName, parseTime, type TailHole } from '@tickwatch/core';
import type { KnownHole } from './coverage-facts.ts';

/** A hole that a subscriber tells of. */
export interface ToldHole extends KnownHole {
  readonly detail: string;
}

/**
 * The holes that subscribers tell and the database does not. What was recorded between the two questions is in both: a hole
 * ends at one tick, or, while it is open, begins behind one.
 * @param recorded all that the database has of these lanes in the range
 * @param committed how far each lane was stored when the database answered
 */
export function unrecorded(
  holes: readonly TailHole[],
  recorded: readonly KnownHole[],
  committed: ReadonlyMap<LaneName, number>,
  now: number,
): readonly ToldHole[] {
  const known = new Map<string, KnownHole[]>();
  for (const hole of recorded) {
    const key = `${hole.lane} ${hole.reason}`;
    known.set(key, [...(known.get(key) ?? []), hole]);
  }
  return holes
    .filter(
      (hole) => hole.reason !== 'waiting' || hole.to_seq === null || hole.to_seq > (committed.get(hole.lane) ?? 0),
    )
    .map((hole) => readTailHole(hole, now))
    .filter((hole) => !known.get(`${hole.lane} ${hole.reason}`)?.some((other) => isSame(hole, other)));
}

function readTailHole(hole: TailHole, now: number): ToldHole {
  const from = readTime(hole.from_time);
  const to = hole.to_time === null ? Math.max(from, now) : readTime(hole.to_time);
  return {
    id: undefined,
    lane: hole.lane,
    exchange: exchangeOf(hole.lane),
    from,
    until: to + 1,
    ticks: { from: true, until: hole.to_time !== null },
    fromSeq: hole.from_seq ?? undefined,
    toSeq: hole.to_seq ?? undefined,
    messages: hole.messages ?? undefined,
    reason: hole.reason,
    source: undefined,
    detail: hole.detail,
  };
}

function isSame(told: KnownHole, recorded: KnownHole): boolean {
  if (told.toSeq !== undefined && recorded.toSeq !== undefined) return told.toSeq === recorded.toSeq;
  const begin = [told.fromSeq, recorded.fromSeq];
  return told.from === recorded.from && (begin.includes(undefined) || begin[0] === begin[1]);
}

function readTime(text: string): number {
  const time = parseTime(text);
  if (time === undefined) throw new Error('the tail tells of a hole without a time');
  return time;
}
