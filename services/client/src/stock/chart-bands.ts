import type { Hole } from '@tickwatch/core';
import { parseTime } from '@tickwatch/core';
import { messagesText, reasonText } from '../format/hole-text.ts';
import { spanText } from '../format/time-text.ts';
import type { SeriesPoints } from './series-points.ts';
import { lengthOf, type TimeSpan, united, within, without } from './time-spans.ts';

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

/** All that is to be drawn behind the bars. `now`: epoch seconds. */
export function chartBands(
  points: SeriesPoints,
  closed: readonly TimeSpan[],
  holes: readonly Hole[],
  now: number,
): readonly Band[] {
  const missing = holes.map(
    (hole): Band => ({ ...spanOfHole(hole, now), kind: 'missing', labels: holeLabels(hole), hole }),
  );
  const taken = united(missing);
  const bands: Band[] = [];
  for (const stretch of quietStretches(points, now)) {
    const shut = within(stretch, closed).flatMap((span) => without(span, taken));
    for (const span of shut) {
      if (span.to - span.from >= points.width) bands.push({ ...span, kind: 'closed', labels: ['closed'] });
    }
    // What lies behind the last bar may be over with the next tick.
    if (stretch.to === now) continue;
    for (const span of without(stretch, united([...taken, ...within(stretch, closed)]))) {
      const seconds = lengthOf([span]);
      if (seconds < points.shortest) continue;
      bands.push({ ...span, kind: 'silent', labels: [`no ticks ${spanText(seconds)}`] });
    }
  }
  return [...bands, ...missing];
}

function quietStretches({ times, width, stretches }: SeriesPoints, now: number): readonly TimeSpan[] {
  const last = times[times.length - 1];
  return last === undefined || last + width >= now ? stretches : [...stretches, { from: last + width, to: now }];
}

function holeLabels({ reason, messages }: Hole): readonly string[] {
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
