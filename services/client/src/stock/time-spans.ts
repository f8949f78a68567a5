/** A stretch of time, epoch seconds, end exclusive. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

/** When exchanges were closed, ascending, and whether a chart leaves that out. */
export interface ClosedSpans {
  readonly closed: readonly TimeSpan[];
  readonly hidden: boolean;
}

/** What is left of a span when others, ascending, are cut out of it. */
export function without(span: TimeSpan, others: readonly TimeSpan[]): readonly TimeSpan[] {
  const left: TimeSpan[] = [];
  let from = span.from;
  for (const other of others) {
    if (other.to <= from || other.from >= span.to) continue;
    if (other.from > from) left.push({ from, to: other.from });
    from = other.to;
  }
  if (from < span.to) left.push({ from, to: span.to });
  return left;
}

/** The parts of a span that others, ascending, have in common with it. */
export function within(span: TimeSpan, others: readonly TimeSpan[]): readonly TimeSpan[] {
  return others
    .map(({ from, to }) => ({ from: Math.max(from, span.from), to: Math.min(to, span.to) }))
    .filter(({ from, to }) => from < to);
}

/** Spans in order, those that touch made one. */
export function united(spans: readonly TimeSpan[]): readonly TimeSpan[] {
  const all: TimeSpan[] = [];
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const last = all[all.length - 1];
    if (last !== undefined && span.from <= last.to) {
      all[all.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
    } else all.push(span);
  }
  return all;
}

export function lengthOf(spans: readonly TimeSpan[]): number {
  return spans.reduce((sum, { from, to }) => sum + to - from, 0);
}
