import type { CalendarOf, HoleReason, SessionCalendar } from '@tickwatch/core';
import { type Interval, merged, without } from '../../intervals.ts';
import type { CoverageFacts, FileSpan, KnownHole } from './coverage-facts.ts';
import type { Edge } from './edges.ts';
import { isInSession } from './open-time.ts';

/** A stretch of time, in µs, in which ticks are, or may be, missing. Not cut to the range that was asked for. */
export interface MissingPart extends Interval {
  /** `undefined`: nobody knows on which one the stock is traded. */
  readonly exchange: string | undefined;
  readonly reason: HoleReason;
  /** How many; `undefined`: not known. */
  readonly messages: number | undefined;
  /** True: also where the exchange was closed. */
  readonly isWhole: boolean;
}

/** What is asked of the facts. */
export interface MissingQuestion {
  readonly exchanges: readonly string[];
  /** Infinite where there is no bound. */
  readonly asked: Interval;
  /** What is later is not missing yet; µs. */
  readonly now: number;
  /** Of each exchange, the first tick that is not stored yet. */
  readonly firstInTail: ReadonlyMap<string, number>;
  /** Of each exchange, up to where its ticks are in the answer. */
  readonly edges: ReadonlyMap<string, Edge>;
  readonly calendarOf: CalendarOf;
}

/** The facts that parts are made of. */
export type PartFacts = Pick<CoverageFacts, 'firstTicks' | 'listenedFrom' | 'spans' | 'holes'>;

/**
 * What is missing, in the order of time: on each exchange, holes but for what files have brought since, and what nobody
 * listened to.
 * @param facts of the exchanges, all their holes; not cut to the range
 */
export function missingParts(facts: PartFacts, question: MissingQuestion): readonly MissingPart[] {
  const { exchanges, asked } = question;
  if (exchanges.length === 0) return [neverHeard(undefined, asked)];
  return exchanges
    .flatMap((name) => partsOf(name, facts, question))
    .sort((a, b) => a.from - b.from || a.until - b.until);
}

function partsOf(exchange: string, facts: PartFacts, question: MissingQuestion): readonly MissingPart[] {
  const { asked, now } = question;
  const ofExchange = (one: { readonly exchange: string }): boolean => one.exchange === exchange;
  const holes = facts.holes.filter(ofExchange);
  const filled = broughtBy(facts.spans.filter(ofExchange), holes);
  const firstInTail = question.firstInTail.get(exchange);
  const told = question.edges.get(exchange);
  // Before the first commit, listening began with the first tick.
  const listened =
    facts.listenedFrom.get(exchange) ?? (told?.until === Number.POSITIVE_INFINITY ? firstInTail : undefined);
  const begins = [listened, facts.firstTicks.get(exchange), firstInTail, filled[0]?.from];
  const begin = Math.min(...begins.filter((time) => time !== undefined));
  if (begin === Number.POSITIVE_INFINITY) return [neverHeard(exchange, asked)];
  const edge = listened === undefined ? undefined : edgeBehind(listened, told);
  const heard = listened === undefined || edge === undefined ? [] : [{ from: listened, until: edge.until }];
  const known = merged([...heard, ...filled, ...holes]);
  const past = { from: Number.isFinite(asked.from) ? Number.NEGATIVE_INFINITY : begin, until: now + 1 };
  const isOutside = outsideOf(question.calendarOf(exchange));
  const unknown = without(past, known).map((part) => ({
    ...part,
    exchange,
    reason: 'unknown' as const,
    messages: undefined,
    isWhole:
      (part.until === listened && isOutside(listened)) || (part.from === edge?.until && isOutside(edge.lastTime)),
  }));
  return [...unknown, ...holes.flatMap((hole) => partsOfHole(hole, filled, isOutside))];
}

/** The first tick is stored, whatever the lanes say. */
function edgeBehind(listened: number, told: Edge | undefined): Edge {
  return told !== undefined && told.until > listened ? told : { until: listened + 1, lastTime: listened };
}

/** What files brought: each its span but for the holes that it has itself. */
function broughtBy(spans: readonly FileSpan[], holes: readonly KnownHole[]): readonly Interval[] {
  if (spans.length === 0) return [];
  const own = new Map<string, KnownHole[]>();
  for (const hole of holes) {
    if (hole.source !== undefined) own.set(hole.source, [...(own.get(hole.source) ?? []), hole]);
  }
  return merged(spans.flatMap((span) => without(span, merged(own.get(span.source) ?? []))));
}

/**
 * What is left of a hole.
 * @param filled by files, as `merged` gives it
 * @param isOutside whether a moment is outside the sessions of its exchange
 */
export function partsOfHole(
  hole: KnownHole,
  filled: readonly Interval[],
  isOutside: (time: number) => boolean,
): readonly MissingPart[] {
  const { exchange, reason, messages, ticks } = hole;
  const isCounted = messages !== undefined && messages > 0;
  return without(hole, filled).map((part) => {
    const [begins, ends] = [part.from === hole.from, part.until === hole.until];
    const isWhole =
      isCounted || (begins && ticks.from && isOutside(hole.from)) || (ends && ticks.until && isOutside(hole.until - 1));
    return { ...part, exchange, reason, messages: begins && ends ? messages : undefined, isWhole };
  });
}

/** Tells moments outside the sessions of an exchange; where it has no calendar, none is. */
export function outsideOf(calendar: SessionCalendar | undefined): (time: number | undefined) => boolean {
  return (time) => time !== undefined && calendar !== undefined && !isInSession(calendar, time);
}

function neverHeard(exchange: string | undefined, asked: Interval): MissingPart {
  return { ...asked, exchange, reason: 'unknown', messages: undefined, isWhole: true };
}
