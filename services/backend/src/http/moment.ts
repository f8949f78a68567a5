import {
  type EpochMicros,
  formatMicros,
  MICROS_PER_DAY,
  MICROS_PER_SECOND,
  namedZone,
  parseTime,
  TIME_FORMS,
  type TimeZone,
} from '@tickwatch/core';
import { ParameterError, quoted } from './problem-reply.ts';
import { readZone } from './zone.ts';

/** 0001-01-01 and the last double before the year 10000: what RFC 3339 can write. */
const FIRST = -62_135_596_800_000_000;
const LAST = 253_402_300_800 * MICROS_PER_SECOND - 32;

export interface Bounds {
  readonly start: EpochMicros | undefined;
  readonly end: EpochMicros | undefined;
}

/**
 * Both ends are optional. A date is that whole day, and a date-time without an offset is read, in `timezone` (UTC).
 * @throws ParameterError naming the parameter
 */
export function readBounds(query: {
  readonly start_time?: string | undefined;
  readonly end_time?: string | undefined;
  readonly timezone?: string | undefined;
}): Bounds {
  const { start_time, end_time } = query;
  const zone = readZone(query.timezone);
  const start = start_time === undefined ? undefined : readSpan('start_time', start_time, zone).first;
  const end = end_time === undefined ? undefined : readSpan('end_time', end_time, zone).last;
  if (start !== undefined && end !== undefined && start > end) {
    const text = `start_time ${quoted(start_time)} lies after end_time ${quoted(end_time)} (${formatMicros(start)} and ${formatMicros(end)})`;
    throw new ParameterError('start_time', text);
  }
  return { start, end };
}

/** The moment that a parameter stands for; of a date, its last µs. @throws ParameterError naming the parameter */
export function readMoment(name: string, text: string, timezone?: string): EpochMicros {
  return readSpan(name, text, readZone(timezone)).last;
}

/** @throws ParameterError naming the parameter */
export function readSpan(name: string, text: string, zone: TimeZone | undefined): MomentSpan {
  const span = momentSpan(text, zone);
  if (typeof span === 'object') return span;
  const problem = span === 'no day' ? ': there was no such day in this timezone' : ` is not a time: give ${TIME_FORMS}`;
  throw new ParameterError(name, `${name} ${quoted(text)}${problem}`);
}

/** From the first to the last µs of what a text stands for: of a day, all of it. */
export interface MomentSpan {
  readonly first: EpochMicros;
  readonly last: EpochMicros;
}

/** What a text stands for in a zone (`undefined`: UTC); `no day`: a day that the zone left out. `undefined`: unreadable. */
export function momentSpan(text: string, zone: TimeZone | undefined): MomentSpan | 'no day' | undefined {
  const { date = text, zoneName } = DATE_AND_ZONE.exec(text.trim())?.groups ?? {};
  const day = parseTime(date);
  if (day !== undefined && isDate(date, day)) {
    const own = zoneName === undefined ? zone : namedZone(zoneName);
    if (zoneName === undefined || own !== undefined) return dayOf(day, own);
  }
  // In a query, a "+" that was not encoded arrives as a space.
  const time = parseTime(text, zone) ?? parseTime(text.replace(/ (\d{2}:?\d{2}|\d{2})$/, '+$1'), zone);
  return time === undefined || time < FIRST ? undefined : { first: time, last: time };
}

/** A day in a zone of its own. */
const DATE_AND_ZONE = /^(?<date>[\d/.-]+)(?: | ?\[)(?<zoneName>[A-Za-z][\w+/-]*)\]?$/;

/** Whether a text that stands for `time` in UTC names a day: with a midnight behind it, it means the same. */
function isDate(text: string, time: EpochMicros): boolean {
  return ['T00:00Z', 'T0000Z', ' 00:00'].some((midnight) => parseTime(text.trim() + midnight) === time);
}

function dayOf(day: EpochMicros, zone: TimeZone | undefined): MomentSpan | 'no day' {
  const next = day + MICROS_PER_DAY;
  const [first, until] = zone === undefined ? [day, next] : [zone.momentOf(day), zone.momentOf(next)];
  // Apia had no 30 December 2011.
  if (first >= until) return 'no day';
  return { first: first as EpochMicros, last: Math.min(until - 1, LAST) as EpochMicros };
}
