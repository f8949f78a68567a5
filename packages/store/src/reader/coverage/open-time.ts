import {
  type CalendarOf,
  type EpochMicros,
  MICROS_PER_DAY,
  MICROS_PER_SECOND,
  type SessionCalendar,
} from '@tickwatch/core';
import type { Interval } from '../../intervals.ts';
import type { MissingPart } from './missing-parts.ts';

/** Shorter than this, a silence right behind an opening or before a close is none. */
const EDGE_MICROS = MICROS_PER_SECOND;
/** Sessions are looked up for so many days at once: one of the first is nearly always the one. */
const LOOK_DAYS = 32;

/** Whether a moment is in a session, or at most a second away from one. */
export function isInSession(calendar: SessionCalendar, time: number): boolean {
  const [from, until] = [Math.max(0, time - EDGE_MICROS), time + EDGE_MICROS + 1];
  return calendar.between(from as EpochMicros, until as EpochMicros).length > 0;
}

/**
 * The stretches of a missing part that are missing indeed: those in which its exchange was open, or all of it where there is
 * no calendar or the feed does not keep it. In the order of time, or backwards; only those that touch a window, uncut.
 */
export function* missingStretches(
  part: MissingPart,
  calendarOf: CalendarOf,
  window: Interval,
  backwards = false,
): Generator<Interval> {
  const [from, until] = [Math.max(part.from, window.from), Math.min(part.until, window.until)];
  if (from >= until) return;
  const calendar = part.isWhole || part.exchange === undefined ? undefined : calendarOf(part.exchange);
  if (calendar === undefined) {
    yield part;
    return;
  }
  for (const look of looks({ from: Math.max(0, from), until }, backwards)) {
    const sessions = calendar.between(look.from as EpochMicros, look.until as EpochMicros);
    for (const { open, close } of backwards ? sessions.toReversed() : sessions) {
      // One that lies across the border of two looks belongs to the earlier.
      if (open < look.from && look.from > Math.max(0, from)) continue;
      const stretch = { from: Math.max(part.from, open), until: Math.min(part.until, close) };
      const isAtEdge = stretch.from === open || stretch.until === close;
      if (isAtEdge && stretch.until - stretch.from < EDGE_MICROS) continue;
      if (stretch.from < until && stretch.until > from) yield stretch;
    }
  }
}

function* looks({ from, until }: Interval, backwards: boolean): Generator<Interval> {
  const step = LOOK_DAYS * MICROS_PER_DAY;
  if (!backwards) for (let at = from; at < until; at += step) yield { from: at, until: Math.min(until, at + step) };
  else for (let at = until; at > from; at -= step) yield { from: Math.max(from, at - step), until: at };
}
