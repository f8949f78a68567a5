import { type CalendarOf, MAX_HOLES } from '@tickwatch/core';
import { type Interval, merged } from '../../intervals.ts';
import type { RangeQuestion, Span } from '../queries/range.ts';
import type { Known } from '../snapshot.ts';
import type { CoverageFacts } from './coverage-facts.ts';
import { edgesOfStock, hasStock } from './edges.ts';
import { type MissingPart, missingParts } from './missing-parts.ts';
import { missingStretches } from './open-time.ts';
import { unrecorded } from './tail-holes.ts';

/** A part of the asked range, in µs (infinite where it has no bound), in which ticks are, or may be, missing. */
export type AnswerHole = Omit<MissingPart, 'isWhole'>;

/** What an answer says of what it lacks. */
export interface Completeness {
  readonly complete: boolean;
  /** In order; the first so many. */
  readonly holes: readonly AnswerHole[];
}

/** What is missing in an answer, to be looked at more closely. */
export interface Missing extends Completeness {
  /** The first tick that ever was, as far as anybody knows; µs. */
  readonly firstTick: number | undefined;
  /** The missing moments within a finite part of the range, as intervals that don't touch. */
  within(window: Interval): readonly Interval[];
}

/** @param facts as they are in the same moment of the database as the answer */
export function missingIn(
  facts: CoverageFacts,
  known: Known,
  { stock, exchange }: RangeQuestion,
  asked: Span,
  { calendarOf, now }: { readonly calendarOf: CalendarOf; readonly now: number },
): Missing {
  const { committed, holes: told } = known.lanes;
  const holes = unrecorded(
    told.filter((hole) => hasStock(hole.lane, hole.lanes, stock)),
    facts.holes,
    committed,
    now,
  );
  const all = holes.length === 0 ? facts : { ...facts, holes: [...facts.holes, ...holes] };
  const firstInTail = firstTicks(known, stock);
  const exchanges =
    exchange === undefined ? [...new Set([...facts.firstTicks.keys(), ...firstInTail.keys()])] : [exchange];
  const edges = edgesOfStock(stock, facts.lanes, known.lanes, now);
  const question = { exchanges, asked, now, firstInTail, edges, calendarOf };
  const firsts = [...facts.firstTicks.values(), ...firstInTail.values()];
  return missingOfParts(missingParts(all, question), firsts, calendarOf, asked);
}

/** @param all in the order of time @param firsts times of first ticks */
export function missingOfParts(
  all: readonly MissingPart[],
  firsts: readonly number[],
  calendarOf: CalendarOf,
  asked: Span,
): Missing {
  const parts = all.filter((part) => isMissing(part, calendarOf, asked));
  return {
    complete: parts.length === 0,
    firstTick: firstOf(firsts),
    holes: parts.slice(0, MAX_HOLES).map((part) => cut(part, calendarOf, asked)),
    within: (window) => merged(parts.flatMap((part) => [...missingStretches(part, calendarOf, window)])),
  };
}

function firstOf(times: readonly number[]): number | undefined {
  return times.length === 0 ? undefined : Math.min(...times);
}

/** Of each exchange, the first tick of a stock that is not stored yet. */
function firstTicks({ tail }: Known, stock: string): ReadonlyMap<string, number> {
  const first = new Map<string, number>();
  for (const { exchange, time, stock: name } of tail) {
    if (name === stock) first.set(exchange, Math.min(time, first.get(exchange) ?? time));
  }
  return first;
}

function isMissing(part: MissingPart, calendarOf: CalendarOf, asked: Interval): boolean {
  return missingStretches(part, calendarOf, asked).next().done !== true;
}

/** The part of a part that was asked for, without closed time at its ends. */
function cut(part: MissingPart, calendarOf: CalendarOf, asked: Interval): AnswerHole {
  const { exchange, reason } = part;
  const first = missingStretches(part, calendarOf, asked).next().value ?? part;
  const last = missingStretches(part, calendarOf, asked, true).next().value ?? part;
  const from = Math.max(first.from, asked.from);
  const until = Math.min(last.until, asked.until);
  // How many of them are in a part of it, nobody knows.
  const isAll = from === part.from && until === part.until;
  return { from, until, exchange, reason, messages: isAll ? part.messages : undefined };
}
