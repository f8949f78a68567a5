import { dayStart } from '../format/zone.ts';

/** How much time the bar's track is long. */
export const TRACK_SPANS = ['hour', 'day', 'week', 'month', 'all'] as const;
export type TrackSpan = (typeof TRACK_SPANS)[number];

/** Epoch ms; `to` may lie in the future, as that of a day that is not over. */
export interface TrackRange {
  readonly from: number;
  readonly to: number;
}

export const SPAN_LABELS: Readonly<Record<TrackSpan, string>> = {
  hour: '1 hour',
  day: '1 day',
  week: '1 week',
  month: '30 days',
  all: 'All',
};

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DAYS = { day: 1, week: 7, month: 30 } as const;

/** How far an arrow key leads, ms. */
export const STEPS_MS: Readonly<Record<TrackSpan, number>> = {
  hour: 5000,
  day: 60_000,
  week: 15 * 60_000,
  month: HOUR_MS,
  all: DAY_MS,
};

/**
 * The track that has a moment on it: whole hours or days of a zone, the moment's own the last.
 * @param first when the first day began that anything is known of, epoch ms
 */
export function trackRange(
  span: TrackSpan,
  at: number,
  { zone, first, now }: { readonly zone: string; readonly first: number; readonly now: number },
): TrackRange {
  if (span === 'all') return { from: Math.min(first, at, now - HOUR_MS), to: now };
  if (span === 'hour') {
    const from = Math.floor(at / HOUR_MS) * HOUR_MS;
    return { from, to: from + HOUR_MS };
  }
  const begin = dayStart(zone, at);
  // Days of 23 and 25 hours begin within half a day of 24.
  return { from: dayStart(zone, begin - (DAYS[span] - 1.5) * DAY_MS), to: dayStart(zone, begin + 1.5 * DAY_MS) };
}

/** The part of the track that a moment is at, 0 to 1. */
export function placeOn({ from, to }: TrackRange, at: number): number {
  return Math.min(1, Math.max(0, (at - from) / (to - from)));
}
