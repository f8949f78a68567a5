import type { ChartRange } from './chart-model.ts';

/** What a chart opens with where nothing else is asked for, in seconds. */
export const USUAL_SPAN = 900;

/**
 * What a chart is to show, as somebody chose it; in epoch seconds. `live`: so far back, and on as ticks come; `at`: a moment
 * in its middle.
 */
export type WantedRange =
  | { readonly kind: 'live'; readonly span: number }
  | { readonly kind: 'past'; readonly from: number; readonly to: number }
  | { readonly kind: 'at'; readonly at: number; readonly span: number };

/**
 * The range that is meant now. A live one of a stock that has been silent for longer ends at its last tick; of one that
 * lies ahead, as where the page went back before it, only its length is meant.
 * @param last the stock's last tick, as far as it is known
 */
export function rangeNow(wanted: WantedRange, now: number, last = now): ChartRange {
  switch (wanted.kind) {
    case 'live':
      return awake({ from: now - wanted.span, to: Number.POSITIVE_INFINITY }, now, last);
    case 'past':
      return wanted.from < now
        ? { from: wanted.from, to: wanted.to }
        : rangeNow({ kind: 'live', span: wanted.to - wanted.from }, now, last);
    case 'at': {
      const to = wanted.at + wanted.span / 2;
      return to >= now ? { from: now - wanted.span, to: Number.POSITIVE_INFINITY } : { from: to - wanted.span, to };
    }
  }
}

/** A live range in which there is no tick, moved back to the last one. */
export function awake(range: ChartRange, now: number, last = now): ChartRange {
  if (Number.isFinite(range.to) || last >= range.from) return range;
  return { from: last - (now - range.from), to: range.to };
}

/** A range with its end as it is now: of a live one nothing is drawn behind the last tick. */
export function ended({ from, to }: ChartRange, now: number, last = now): ChartRange {
  return { from, to: Number.isFinite(to) ? to : Math.min(now, last) };
}

/** A live range shifts by a candle all the time: so little is no other choice. */
const SAME_SPAN = 0.02;

/**
 * How a range that a chart was moved to is kept.
 * @param last the stock's last tick: of one that has been silent for longer than what is seen, it is the end
 * @param before what was kept until now
 */
export function wantedOf({ from, to }: ChartRange, now: number, last = now, before?: WantedRange): WantedRange {
  if (Number.isFinite(to)) return { kind: 'past', from, to };
  const end = now - last > last - from ? last : now;
  const span = Math.max(1, Math.round(end - from));
  if (before?.kind === 'live' && Math.abs(before.span - span) <= SAME_SPAN * before.span) return before;
  return { kind: 'live', span };
}
