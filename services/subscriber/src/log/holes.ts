import type { Hole } from '@tickwatch/feed';
import type { Segment } from './segment.ts';

/** Adds holes to those of the same place: one a reason, which then spans both and counts both. */
export function joinHoles(known: readonly Hole[], more: readonly Hole[]): readonly Hole[] {
  const joined = new Map(known.map((hole) => [hole.reason, hole]));
  for (const hole of more) {
    const same = joined.get(hole.reason);
    joined.set(hole.reason, same === undefined || same === hole ? hole : join(same, hole));
  }
  return [...joined.values()];
}

/** What a log that never gets these committed segments lacks, with what it lacked before them. */
export function droppedHoles(dropped: readonly Segment[]): readonly Hole[] {
  const before = dropped.flatMap(({ label }) => label?.holes?.filter(({ wasCommitted }) => wasCommitted) ?? []);
  const withTicks = dropped.filter(({ ticks }) => ticks.length > 0);
  const own = withTicks.map(({ messageCount, receivedAt }): Hole => {
    return { reason: 'store_went_back', messages: messageCount, wasCommitted: receivedAt };
  });
  return joinHoles([], [...before, ...own]);
}

function join(a: Hole, b: Hole): Hole {
  const count = a.messages === undefined || b.messages === undefined ? {} : { messages: a.messages + b.messages };
  const from = a.from === undefined || b.from === undefined ? {} : { from: min(a.from, b.from) };
  const to = a.to === undefined || b.to === undefined ? {} : { to: max(a.to, b.to) };
  const committed = { ...a, ...b }.wasCommitted;
  const wasCommitted = committed === undefined ? {} : { wasCommitted: committed };
  const since = a.since === undefined || b.since === undefined ? {} : { since: max(a.since, b.since) };
  const detail = b.detail ?? a.detail;
  return {
    reason: a.reason,
    ...count,
    ...from,
    ...to,
    ...since,
    ...wasCommitted,
    ...(detail === undefined ? {} : { detail }),
  };
}

function min<T extends number>(a: T, b: T): T {
  return a < b ? a : b;
}

function max<T extends number>(a: T, b: T): T {
  return a > b ? a : b;
}
