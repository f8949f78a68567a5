/** Half open, µs, may be infinite. */
export interface Interval {
  readonly from: number;
  readonly until: number;
}

/** The same moments as intervals that neither overlap nor adjoin, ascending. */
export function merged(intervals: Iterable<Interval>): readonly Interval[] {
  const all: Interval[] = [];
  for (const { from, until } of [...intervals].sort((a, b) => a.from - b.from)) {
    const last = all.at(-1);
    if (from >= until) continue;
    if (last === undefined || from > last.until) all.push({ from, until });
    else if (until > last.until) all[all.length - 1] = { from: last.from, until };
  }
  return all;
}

/** What is left of an interval. @param taken as {@link merged} gives it */
export function without(whole: Interval, taken: readonly Interval[]): readonly Interval[] {
  const left: Interval[] = [];
  let { from } = whole;
  for (let i = firstBehind(taken, from); i < taken.length && from < whole.until; i++) {
    const next = taken[i] as Interval;
    if (next.from > from) left.push({ from, until: Math.min(next.from, whole.until) });
    from = Math.max(from, next.until);
  }
  if (from < whole.until) left.push({ from, until: whole.until });
  return left;
}

/** Whether some moment of an interval is in others. @param others as {@link merged} gives them */
export function touches(others: readonly Interval[], { from, until }: Interval): boolean {
  const next = others[firstBehind(others, from)];
  return next !== undefined && next.from < until;
}

/** Index of the first interval that ends behind a moment. */
function firstBehind(intervals: readonly Interval[], moment: number): number {
  let [low, high] = [0, intervals.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((intervals[middle] as Interval).until > moment) high = middle;
    else low = middle + 1;
  }
  return low;
}
