import type { GapRow } from '@tickwatch/store';
import { type Border, gapOf } from './gap-row.ts';
import type { LaneLog } from './lane-log.ts';
import { NumberCounters } from './number-counters.ts';
import type { Segment } from './segment.ts';

/** Among the kept numbers: some messages had none. */
const SOME_HAVE_NONE = -1;

/** How far the publishers of a lane have counted, while its segments are gone through in order. */
export class PublisherNumbers {
  readonly #log: LaneLog;
  readonly #counters: NumberCounters;
  #isWhole: boolean;

  /** Goes on from what is committed. */
  constructor(log: LaneLog) {
    const { numbers = [], lanes = log.lanes } = log.committed?.coverage ?? {};
    // Other lanes have other messages.
    const known = lanes === log.lanes ? numbers : [];
    this.#log = log;
    this.#isWhole = !known.includes(SOME_HAVE_NONE);
    this.#counters = new NumberCounters(known.filter((number) => number !== SOME_HAVE_NONE));
  }

  list(): readonly number[] {
    return [...(this.#isWhole ? [] : [SOME_HAVE_NONE]), ...this.#counters.list()];
  }

  /**
   * The holes before and in a segment, when its numbers are counted: they tell how much is missing, also where nothing else
   * does, or that nothing is.
   * @param before what is known to be missing before it
   */
  count(segment: Segment, before: readonly GapRow[], last: Border | undefined): readonly GapRow[] {
    this.#isWhole &&= isAllNumbered(segment);
    // Pub/Sub numbers an exchange, of which a lane among several has only a part.
    if (!this.#log.isNumbered || segment.numbers.length === 0) return before;
    let first = before;
    const within: GapRow[] = [];
    for (const { first: number, last: end, at } of segment.numbers) {
      const [count = Number.NaN, ...others] = this.#counters.list();
      const missing = this.#counters.take(number, end);
      const tick = segment.ticks[at];
      // Of one publisher that numbers all its messages nothing else can be missing.
      const isExact = this.#isWhole && others.length === 0 && missing === number - count - 1;
      if (at === 0 && isExact) first = withCount(before, missing);
      const rest = at === 0 ? missing - sum(first) : missing;
      if (rest <= 0 || tick === undefined) continue;
      const border = at === 0 ? last : segment.ticks[at - 1];
      const gap = gapOf(this.#log, this.#log.lanes, { reason: 'numbers_missing', messages: rest }, border, tick);
      if (gap !== undefined) within.push(gap);
    }
    return [...first, ...within];
  }
}

/** A hole of which nobody knew how much is missing, now that it is counted; where all is told already, it is none. */
function withCount(gaps: readonly GapRow[], missing: number): readonly GapRow[] {
  const unknown = gaps.find(({ messages }) => messages === undefined);
  const messages = missing - sum(gaps);
  return gaps.flatMap((gap) => (gap !== unknown ? [gap] : messages > 0 ? [{ ...gap, messages }] : []));
}

function sum(gaps: readonly GapRow[]): number {
  return gaps.reduce((total, { messages = 0 }) => total + messages, 0);
}

function isAllNumbered({ ticks, numbers }: Segment): boolean {
  return numbers.reduce((count, { first, last }) => count + last - first + 1, 0) >= ticks.length;
}
