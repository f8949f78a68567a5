import { type CalendarOf, exchangeOf, type HoleReason, type SessionCalendar } from '@tickwatch/core';
import type { CoverageFacts, KnownHole } from './coverage-facts.ts';
import { type Interval, merged, without } from './intervals.ts';
import { isInSession } from './open-time.ts';
import { concerns } from './tail-holes.ts';

/** A stretch of time, in µs, in which ticks of a stock are, or may be, missing. Not cut to the range that was asked for. */
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
  readonly stock: string;
  readonly exchange: string | undefined;
  /** Infinite where there is no bound. */
  readonly asked: Interval;
  /** What is later is not missing yet; µs. */
  readonly now: number;
  /** Of each exchange of the stock, the first tick that is not stored yet. */
  readonly firstInTail: ReadonlyMap<string, number>;
  /** Exchanges whose newest ticks of the stock are in the answer. */
  readonly live: ReadonlySet<string>;
  readonly calendarOf: CalendarOf;
}

/**
 * What of a stock is missing, in the order of time: on each exchange, holes but for what files have brought since, and
 * what nobody listened to.
 * @param facts of the stock and its exchanges, all their holes; not cut to the range
 */
export function missingParts(facts: CoverageFacts, question: MissingQuestion): readonly MissingPart[] {
  const { exchange, asked } = question;
  const exchanges =
    exchange === undefined ? new Set([...facts.firstTicks.keys(), ...question.firstInTail.keys()]) : [exchange];
  const names = [...exchanges];
  if (names.length === 0) return [neverHeard(undefined, asked)];
  return names.flatMap((name) => partsOf(name, facts, question)).sort((a, b) => a.from - b.from || a.until - b.until);
}

function partsOf(exchange: string, facts: CoverageFacts, question: MissingQuestion): readonly MissingPart[] {
  const { asked, now } = question;
  const ofExchange = (one: { readonly exchange: string }): boolean => one.exchange === exchange;
  const spans = facts.spans.filter(ofExchange);
  const holes = facts.holes.filter(ofExchange);
  const firstInTail = question.firstInTail.get(exchange);
  // Before the first commit, listening began with the first tick.
  const listened = facts.listenedFrom.get(exchange) ?? (question.live.has(exchange) ? firstInTail : undefined);
  const begins = [listened, facts.firstTicks.get(exchange), firstInTail, ...spans.map(({ from }) => from)];
  const begin = Math.min(...begins.filter((time) => time !== undefined));
  if (begin === Number.POSITIVE_INFINITY) return [neverHeard(exchange, asked)];
  const edge = listened === undefined ? undefined : edgeOf(exchange, listened, facts, question);
  const heard = listened === undefined || edge === undefined ? [] : [{ from: listened, until: edge.until }];
  const known = merged([...heard, ...spans, ...holes]);
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
  return [...unknown, ...holes.flatMap((hole) => partsOfHole(hole, filledOf(hole, spans), isOutside))];
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

/** What files brought of a hole's time; those that found it don't fill it. */
function filledOf({ source }: KnownHole, spans: CoverageFacts['spans']): readonly Interval[] {
  return spans.length === 0 ? [] : merged(spans.filter((span) => source === undefined || span.source !== source));
}

/** Tells moments outside the sessions of an exchange; where it has no calendar, none is. */
export function outsideOf(calendar: SessionCalendar | undefined): (time: number | undefined) => boolean {
  return (time) => time !== undefined && calendar !== undefined && !isInSession(calendar, time);
}

interface Edge {
  readonly until: number;
  /** The last tick before it; `undefined`: the answer reaches up to now. */
  readonly lastTime: number | undefined;
}

/** Up to where the stock's ticks of an exchange are in the answer. Of several lanes that it was in, the one that reaches furthest. */
function edgeOf(exchange: string, listened: number, facts: CoverageFacts, { stock, live }: MissingQuestion): Edge {
  let edge: Edge = { until: listened + 1, lastTime: listened };
  if (live.has(exchange)) return { until: Number.POSITIVE_INFINITY, lastTime: undefined };
  for (const lane of facts.lanes) {
    if (exchangeOf(lane.lane) !== exchange || !concerns(lane, stock)) continue;
    const { coveredUntil = 0, lastTime = 0 } = lane;
    const until = Math.max(coveredUntil, lastTime) + 1;
    if (until > edge.until) edge = { until, lastTime };
  }
  return edge;
}

function neverHeard(exchange: string | undefined, asked: Interval): MissingPart {
  return { ...asked, exchange, reason: 'unknown', messages: undefined, isWhole: true };
}
