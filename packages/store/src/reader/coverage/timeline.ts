import type { CalendarOf, CoverageState, EpochMicros, HoleReason } from '@tickwatch/core';
import { type Interval, merged } from '../../intervals.ts';
import type { MissingPart } from './missing-parts.ts';
import { missingStretches } from './open-time.ts';

/** A day of an exchange; of today, up to now. */
export interface DaySpan extends Interval {
  readonly day: string;
}

export interface DayCoverage extends DaySpan {
  readonly state: CoverageState;
  /** How much of it is missing; µs. */
  readonly missingMicros: number;
  /** `undefined`: nobody knows how many. */
  readonly messages: number | undefined;
  readonly holes: number;
  readonly reasons: readonly HoleReason[];
}

interface Lack {
  readonly part: MissingPart;
  readonly stretches: readonly Interval[];
}

/** Tells of each day how much of it is there. @param days ascending, without a gap */
export function timelineOf(
  exchange: string,
  parts: readonly MissingPart[],
  days: readonly DaySpan[],
  calendarOf: CalendarOf,
): readonly DayCoverage[] {
  const lacks: Lack[][] = days.map(() => []);
  for (const part of parts) {
    const first = days.findIndex(({ until }) => until > part.from);
    for (let i = Math.max(0, first); i < days.length; i++) {
      const day = days[i] as DaySpan;
      if (first < 0 || day.from >= part.until) break;
      const stretches = [...missingStretches(part, calendarOf, day)];
      if (stretches.length > 0) lacks[i]?.push({ part, stretches });
    }
  }
  return days.map((day, i) => coverageOf(day, lacks[i] ?? [], isClosed(exchange, day, calendarOf)));
}

function coverageOf(day: DaySpan, lacks: readonly Lack[], closed: boolean): DayCoverage {
  const missing = merged(lacks.flatMap(({ stretches }) => stretches.map((stretch) => cut(stretch, day))));
  const known = lacks.filter(({ part }) => part.reason !== 'unknown');
  const state = known.length > 0 ? 'holes' : lacks.length > 0 ? 'unknown' : closed ? 'closed' : 'complete';
  return {
    ...day,
    state,
    missingMicros: missing.reduce((sum, { from, until }) => sum + until - from, 0),
    messages: lacks.reduce<number | undefined>((sum, { part }) => {
      // Of a hole that goes on into another day, nobody knows how many are of this one.
      const isWithin = part.from >= day.from && part.until <= day.until;
      return sum === undefined || part.messages === undefined || !isWithin ? undefined : sum + part.messages;
    }, 0),
    holes: known.length,
    reasons: [...new Set(lacks.map(({ part }) => part.reason))],
  };
}

function isClosed(exchange: string, { from, until }: DaySpan, calendarOf: CalendarOf): boolean {
  const calendar = calendarOf(exchange);
  return calendar !== undefined && calendar.between(from as EpochMicros, until as EpochMicros).length === 0;
}

function cut(stretch: Interval, day: Interval): Interval {
  return { from: Math.max(stretch.from, day.from), until: Math.min(stretch.until, day.until) };
}
