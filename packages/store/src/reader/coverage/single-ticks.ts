import type { RangeQuestion } from '../queries/range.ts';
import type { Reach } from '../snapshot.ts';
import type { Completeness, Missing } from './completeness.ts';

/** What an answer of single ticks lacks: those that are no longer kept, too, which sums and candles still have. */
export function ofSingleTicks(missing: Missing, { rawFrom }: Reach, { start, end }: RangeQuestion): Completeness {
  const { complete, holes, firstTick } = missing;
  if (rawFrom === undefined || firstTick === undefined) return { complete, holes };
  const from = Math.max(firstTick, start ?? firstTick);
  const until = Math.min(rawFrom, (end ?? rawFrom) + 1);
  if (from >= until) return { complete, holes };
  const gone = { from, until, exchange: undefined, reason: 'not_kept', messages: undefined } as const;
  return { complete: false, holes: [gone, ...holes] };
}
