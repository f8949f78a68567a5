import type { Way } from '../sql/tick-order.ts';
import { compareTicksAt, type TickSlice } from './tick-slice.ts';

/** Ticks in order, piece after piece; `undefined`: there are no more. No piece is empty. */
export interface TickSource {
  next(): Promise<TickSlice | undefined>;
}

interface Head {
  readonly source: TickSource;
  slice: TickSlice;
  at: number;
}

/** So many small slices are handed on together: each hand-over costs more than the slice. */
const TOGETHER = 2048;

/** Ticks of several sources as one, in order. */
export async function* mergeTicks(
  sources: readonly TickSource[],
  way: Way,
): AsyncGenerator<readonly TickSlice[], void, undefined> {
  const heads: Head[] = [];
  for (const source of sources) {
    const slice = await source.next();
    if (slice !== undefined) heads.push({ source, slice, at: slice.from });
  }
  const compare = (a: Head, b: Head): number => {
    const order = compareTicksAt(a.slice, a.at, b.slice, b.at);
    return way === 'asc' ? order : -order;
  };
  let found: TickSlice[] = [];
  while (heads.length > 0) {
    heads.sort(compare);
    const [head, other] = heads as [Head, Head | undefined];
    const { slice } = head;
    const until = other === undefined ? slice.until : endBefore(head, other, way);
    found.push({ ...slice, from: head.at, until });
    head.at = until;
    if (until < slice.until && found.length < TOGETHER) continue;
    yield found;
    found = [];
    if (until < slice.until) continue;
    const next = await head.source.next();
    if (next === undefined) heads.shift();
    else Object.assign(head, { slice: next, at: next.from });
  }
}

/** Up to where ticks of one source come before those of another. At least one does. */
function endBefore({ slice, at }: Head, other: Head, way: Way): number {
  const { times } = slice.ticks;
  const next = other.slice.ticks.times[other.at] as number;
  const isBefore = (i: number): boolean => {
    const time = times[i] as number;
    if (time !== next) return way === 'asc' ? time < next : time > next;
    const order = compareTicksAt(slice, i, other.slice, other.at);
    return way === 'asc' ? order <= 0 : order >= 0;
  };
  let end = at + 1;
  let step = 1;
  // Long stretches are passed in leaps, short ones by steps.
  while (end + step <= slice.until && isBefore(end + step - 1)) {
    end += step;
    step *= 2;
  }
  while (end < slice.until && isBefore(end)) end++;
  return end;
}
