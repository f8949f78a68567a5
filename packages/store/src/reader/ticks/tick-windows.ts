import { MICROS_PER_DAY } from '@tickwatch/core';
import { type RangeQuestion, type Span, tailWithin } from '../queries/range.ts';
import type { Snapshot } from '../snapshot.ts';
import type { Way } from '../sql/tick-order.ts';
import type { LaneTick } from '../tail/usable-tail.ts';
import { dayOf, type TickDay, tickDays } from './tick-days.ts';

/** A part of a range that is read at once. */
export interface TickWindow extends Span {
  /** `open`: its ticks are rows of days; `sealed`: they lie in blocks, and late ones beside. */
  readonly kind: 'open' | 'sealed';
  /** Those that have blocks in it. */
  readonly exchanges: readonly string[];
  /** False: none of its ticks lies beside the blocks. */
  readonly hasLate: boolean;
  readonly tail: readonly LaneTick[];
}

/** Partitions that one statement may touch. */
const MOST_OPEN_DAYS = 8;

/**
 * Cuts a range into windows of few days, in order, so that no statement's plan grows with the days that there are. Days
 * without ticks are in none.
 * @param enough a window with so many ticks takes in no further day
 */
export async function* tickWindows(
  snapshot: Snapshot,
  question: RangeQuestion,
  span: Span,
  way: Way,
  enough: number,
): AsyncGenerator<TickWindow, void, undefined> {
  const tail = tailWithin(snapshot, question, span);
  const { sealedUntil = Number.NEGATIVE_INFINITY } = snapshot.head;
  if (
    span.from >= Math.max(sealedUntil, snapshot.head.rawFrom ?? 0) &&
    span.until - span.from <= MOST_OPEN_DAYS * MICROS_PER_DAY
  ) {
    yield { ...span, kind: 'open', exchanges: [], hasLate: true, tail };
    return;
  }
  const windowOf = ({ from, until, kind, exchanges, hasLate }: Omit<Stretch, 'ticks'>): TickWindow => {
    const cut = { from: Math.max(from, span.from), until: Math.min(until, span.until) };
    return { ...cut, kind, exchanges, hasLate, tail: tailWithin(snapshot, question, cut) };
  };
  // What is no longer kept has no days; only what came since may be there.
  const { rawFrom = Number.NEGATIVE_INFINITY } = snapshot.head;
  const gone = windowOf({ from: span.from, until: rawFrom, kind: 'sealed', exchanges: [], hasLate: true });
  const kept = { from: Math.max(span.from, rawFrom), until: span.until };
  if (way === 'asc' && gone.from < gone.until) yield gone;
  let stretch: Stretch | undefined;
  let hasSavepoint = false;
  for await (const day of withDaysOf(kept, tail, tickDays(snapshot, question, kept, way), way)) {
    const longer = stretch && joined(stretch, day, enough);
    if (longer === undefined && stretch !== undefined) {
      if (stretch.kind === 'open' && !hasSavepoint)
        await snapshot.rows({ text: 'SAVEPOINT before_window', values: [] });
      hasSavepoint ||= stretch.kind === 'open';
      yield windowOf(stretch);
      // Gives up the locks on its partitions: those of years would fill the server's table of locks.
      if (stretch.kind === 'open') await snapshot.rows({ text: 'ROLLBACK TO SAVEPOINT before_window', values: [] });
    }
    stretch = longer ?? stretchOf(day);
  }
  if (stretch !== undefined) yield windowOf(stretch);
  if (way === 'desc' && gone.from < gone.until) yield gone;
}

interface Stretch extends Span {
  readonly kind: TickWindow['kind'];
  readonly exchanges: readonly string[];
  readonly hasLate: boolean;
  readonly ticks: number;
}

function stretchOf({ from, ticks, exchanges, isSealed, hasLate }: TickDay): Stretch {
  return { from, until: from + MICROS_PER_DAY, kind: isSealed ? 'sealed' : 'open', exchanges, hasLate, ticks };
}

/** `undefined`: the next day belongs to a window of its own. */
function joined(stretch: Stretch, day: TickDay, enough: number): Stretch | undefined {
  const next = stretchOf(day);
  if (next.kind !== stretch.kind || stretch.ticks >= enough) return undefined;
  const from = Math.min(stretch.from, next.from);
  const until = Math.max(stretch.until, next.until);
  // Days in between may be open ones of other stocks: they would be touched, too.
  if (next.kind === 'open' && until - from > MOST_OPEN_DAYS * MICROS_PER_DAY) return undefined;
  const exchanges = [...new Set([...stretch.exchanges, ...next.exchanges])];
  const hasLate = stretch.hasLate || next.hasLate;
  return { ...next, from, until, exchanges, hasLate, ticks: stretch.ticks + next.ticks };
}

/** Days of ticks that are not stored yet are among them, too. */
async function* withDaysOf(
  kept: Span,
  tail: readonly LaneTick[],
  stored: AsyncIterable<TickDay>,
  way: Way,
): AsyncGenerator<TickDay, void, undefined> {
  const sign = way === 'asc' ? 1 : -1;
  const times = tail.map(({ time }) => time).filter((time) => time >= kept.from);
  const more = [...new Set(times.map(dayOf))].sort((a, b) => sign * (a - b));
  const openDay = (from: number): TickDay => ({ from, ticks: 0, exchanges: [], isSealed: false, hasLate: true });
  for await (const day of stored) {
    while (more[0] !== undefined && sign * (more[0] - day.from) < 0) yield openDay(more.shift() ?? 0);
    if (more[0] === day.from) more.shift();
    yield day;
  }
  yield* more.map(openDay);
}
