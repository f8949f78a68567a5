import { type Coverage, type ExchangeSessions, type Gap, parseTime } from '@tickwatch/core';
import { getJson, type Parameters } from '../api/http.ts';
import { realNowMs } from '../clock.ts';
import { closedHours } from '../stock/closed-hours.ts';
import { type TimeSpan, united } from '../stock/time-spans.ts';
import type { TrackRange } from './track-span.ts';

/** What a stretch of the track is: as on the strip under charts. */
export type TrackKind = 'covered' | 'missing' | 'closed' | 'unknown';

/** Epoch ms. */
export interface TrackPart extends TrackRange {
  readonly kind: TrackKind;
}

/** Whose time it is: of a stock, or of these exchanges; where none is named, of all. */
export interface TrackScope {
  readonly stock: string | undefined;
  readonly exchanges: readonly string[];
}

/** What the API tells of a range. */
export interface TrackAnswers {
  readonly sessions: readonly ExchangeSessions[];
  readonly gaps: readonly Gap[];
  readonly coverage: Coverage;
}

const DAY_MS = 86_400_000;
/** Longer tracks are drawn by whole days: of their holes there may be any number. */
const BY_DAYS_MS = 62 * DAY_MS;
const MOST_DAYS = 400;
const MOST_HOLES = 1000;
const SOONEST = { from: 0, to: 0 };

/** Asks what of a range is known; the calendar says when all those exchanges were closed. */
export async function loadTrack(
  range: TrackRange,
  { stock, exchanges }: TrackScope,
  signal: AbortSignal,
): Promise<readonly TrackPart[]> {
  const end = Math.min(range.to, realNowMs());
  const long = range.to - range.from > BY_DAYS_MS;
  const span = { start_time: range.from * 1000, end_time: Math.floor(end) * 1000 };
  const exchange = exchanges.length === 1 ? exchanges[0] : undefined;
  const isMeant = ({ exchange_name: name }: { readonly exchange_name: string }): boolean =>
    exchanges.length === 0 || exchanges.includes(name);
  const [sessions, gaps, coverage] = await Promise.all([
    long ? [] : ask<readonly ExchangeSessions[]>('/api/sessions', { ...span, exchange }, signal),
    long ? [] : ask<readonly Gap[]>('/api/gaps', { ...span, exchange, stock, limit: MOST_HOLES }, signal),
    ask<Coverage>('/api/coverage', { days: long ? MOST_DAYS : 1, exchange }, signal),
  ]);
  const shown = { from: range.from, to: end };
  const answers = {
    sessions: sessions.filter(isMeant),
    gaps: gaps.filter(isMeant),
    coverage: coverage.filter(isMeant),
  };
  return long ? dayParts(answers.coverage, shown) : trackParts(answers, shown);
}

/** When the first day began that anything is known of, epoch ms; undefined: nothing is. */
export async function loadFirst(signal: AbortSignal): Promise<number | undefined> {
  return firstOf(await ask<Coverage>('/api/coverage', { days: 1 }, signal));
}

/** The parts of a range from behind to before: a later one covers those before it. */
export function trackParts({ sessions, gaps, coverage }: TrackAnswers, range: TrackRange): readonly TrackPart[] {
  const { from, to } = range;
  const first = Math.min(to, firstOf(coverage) ?? to);
  const closed = closedHours(sessions, secondsOf(range));
  const holes = united(
    gaps.map((gap) => secondsOf({ from: millisOf(gap.from_time), to: millisOf(gap.to_time) ?? to })),
  );
  return [
    part('covered', { from, to }),
    ...closed.map((span) => part('closed', millisSpan(span))),
    ...holes.map((span) => part('missing', millisSpan(span))),
    ...(first > from ? [part('unknown', { from, to: first })] : []),
  ].flatMap((whole) => cut(whole, range));
}

/** The same by days: the worst of what an exchange's day was. Of days before those that the API tells, nothing is said. */
function dayParts(coverage: Coverage, range: TrackRange): readonly TrackPart[] {
  const of = (state: Coverage[number]['days'][number]['state']) =>
    united(
      coverage.flatMap(({ days }) =>
        days
          .filter((day) => day.state === state)
          .map(({ from_time, to_time }) => secondsOf({ from: millisOf(from_time), to: millisOf(to_time) })),
      ),
    ).map(millisSpan);
  const first = firstOf(coverage) ?? range.to;
  return [
    part('unknown', { from: range.from, to: first }),
    ...of('unknown').map((span) => part('unknown', span)),
    ...of('closed').map((span) => part('closed', span)),
    ...of('complete').map((span) => part('covered', span)),
    ...of('holes').map((span) => part('missing', span)),
  ].flatMap((whole) => cut(whole, range));
}

/** What a moment is in; the last to be drawn is seen. */
export function kindAt(parts: readonly TrackPart[], at: number): TrackKind | undefined {
  return parts.findLast(({ from, to }) => from <= at && at <= to)?.kind;
}

function firstOf(coverage: Coverage): number | undefined {
  const begins = coverage.flatMap(({ covered_from }) => (covered_from === null ? [] : [millisOf(covered_from)]));
  return begins.length === 0 ? undefined : Math.min(...begins);
}

function part(kind: TrackKind, { from, to }: TrackRange): TrackPart {
  return { kind, from, to };
}

function cut({ kind, from, to }: TrackPart, range: TrackRange): readonly TrackPart[] {
  const inside = { from: Math.max(from, range.from), to: Math.min(to, range.to) };
  return inside.to > inside.from ? [part(kind, inside)] : [];
}

function millisOf(time: string): number;
function millisOf(time: string | null): number | undefined;
function millisOf(time: string | null): number | undefined {
  return time === null ? undefined : (parseTime(time) ?? 0) / 1000;
}

function secondsOf({ from, to } = SOONEST): TimeSpan {
  return { from: from / 1000, to: to / 1000 };
}

function millisSpan({ from, to }: TimeSpan): TrackRange {
  return { from: from * 1000, to: to * 1000 };
}

async function ask<T>(path: string, parameters: Parameters, signal: AbortSignal): Promise<T> {
  return (await getJson<T>(path, parameters, signal, 'now')).body;
}
