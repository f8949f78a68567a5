import { type Hole, parseTime } from '@tickwatch/core';
import { messagesText, reasonText } from '../format/hole-text.ts';
import { spanText } from '../format/time-text.ts';
import { MAX_GAP_SLOTS } from './candle-window.ts';
import type { SeriesPoints } from './series-points.ts';
import { type ClosedSpans, lengthOf, type TimeSpan, united, within, without } from './time-spans.ts';

/**
 * A stretch that is told from the others. `missing`: ticks are, or may be, missing; `closed`: the exchange was, and no
 * tick came; `silent`: it was open, and no tick came.
 */
export interface Band extends TimeSpan {
  readonly kind: 'missing' | 'closed' | 'silent';
  /** What is written into it, the longest that fits; longest first. */
  readonly labels: readonly string[];
  readonly hole?: Hole;
}

/** Where a hole is, up to `now` while it is open; nothing: it has no begin that could be drawn. */
export function spanOfHole({ from_time, to_time }: Hole, now: number): TimeSpan {
  const from = parseTime(from_time ?? '');
  const to = parseTime(to_time ?? '');
  return { from: from === undefined ? 0 : from / 1e6, to: to === undefined ? now : to / 1e6 };
}

/**
 * All that is to be drawn behind the bars.
 * @param now epoch seconds
 */
export function chartBands(
  points: SeriesPoints,
  { closed, hidden }: ClosedSpans,
  holes: readonly Hole[],
  now: number,
): readonly Band[] {
  const missing = holes.map(
    (hole): Band => ({ ...spanOfHole(hole, now), kind: 'missing', labels: holeLabels(hole), hole }),
  );
  const taken = united(missing);
  const bands: Band[] = [];
  const behind = behindLast(points, now);
  for (const stretch of behind === undefined ? points.stretches : [...points.stretches, behind]) {
    for (const span of hidden ? [] : within(stretch, closed).flatMap((shut) => without(shut, taken))) {
      if (standsOut(span, stretch, points)) bands.push({ ...span, kind: 'closed', labels: ['closed'] });
    }
    // What lies behind the last bar may be over with the next tick.
    if (stretch === behind) continue;
    for (const span of without(stretch, united([...taken, ...within(stretch, closed)]))) {
      const seconds = lengthOf([span]);
      if (seconds < points.shortest) continue;
      bands.push({ ...span, kind: 'silent', labels: [`no ticks ${spanText(seconds)}`, 'no ticks'] });
    }
  }
  return [...bands, ...missing];
}

/** Where an exchange closes or opens, closed time is told however short; amid ticks that come while it is closed, only when it is long. */
function standsOut({ from, to }: TimeSpan, stretch: TimeSpan, { width, shortest }: SeriesPoints): boolean {
  const bordersOnSession = from > stretch.from || to < stretch.to;
  return to - from >= (bordersOnSession ? width : shortest);
}

/** What is in view behind the last bar, with nothing in it yet. */
function behindLast({ times, width }: SeriesPoints, now: number): TimeSpan | undefined {
  const from = (times[times.length - 1] ?? Number.POSITIVE_INFINITY) + width;
  const to = Math.min(now, from + MAX_GAP_SLOTS * width);
  return from < to ? { from, to } : undefined;
}

function holeLabels({ reason, messages }: Hole): readonly string[] {
  // Of these, nobody knows that a tick is missing.
  if (reason === 'unknown') return [reasonText(reason), 'not known'];
  if (reason === 'waiting') return [reasonText(reason), 'waiting'];
  const counted = messagesText(messages);
  return [
    `missing: ${reasonText(reason)}${counted === '' ? '' : ` · ${counted}`}`,
    counted === '' ? 'missing' : `missing · ${counted}`,
    'missing',
  ];
}

/** Whether a bar that begins at `time` may lack ticks. */
export function isTouched(time: number, width: number, holes: readonly TimeSpan[]): boolean {
  // A tick that is missing may share the time of the last one before the hole and of the first one behind it.
  return holes.some(({ from, to }) => from < time + width && to >= time);
}
