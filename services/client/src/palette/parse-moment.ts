import { namedZone, parseTime } from '@tickwatch/core';
import { dayStart, fromWallClock, wallClock } from '../format/zone.ts';
import type { CalendarWords } from './calendar-words.ts';
import { parseSpan } from './parse-span.ts';

/** What somebody means by a date or a time; epoch ms. */
export type Meant =
  | { readonly is: 'day'; readonly from: number; readonly to: number }
  | { readonly is: 'moment'; readonly at: number }
  /** It is meant as a time, and is none, or may be two. */
  | { readonly is: 'unclear'; readonly why: string };

export interface MomentContext {
  /** IANA name. */
  readonly zone: string;
  readonly nowMs: number;
  readonly words: CalendarWords;
}

interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

interface Clock {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const DAY_MS = 86_400_000;
const MIDNIGHT: Clock = { hour: 0, minute: 0, second: 0 };
const CLOCK = /(?:^|[ t])(?:at )?(\d{1,2})(?::(\d\d)(?::(\d\d))?)? ?(am|pm)?$/i;

/**
 * Reads a date or a time as people type it: `2026-11-20`, `20 Nov 14:30`, `yesterday 15:00`, `monday`, `2 hours ago`, and
 * all that the API takes. Without a year or a day, the latest such time that has been is meant.
 * @returns undefined when it doesn't look like a time at all
 */
export function parseMoment(typed: string, context: MomentContext): Meant | undefined {
  const text = typed.trim().replace(/\s+/g, ' ');
  const ago = /^(.+) ago$/i.exec(text)?.[1];
  const span = ago === undefined ? undefined : parseSpan(ago);
  if (span !== undefined) return { is: 'moment', at: context.nowMs - span.seconds * 1000 };
  if (/^now$/i.test(text)) return { is: 'moment', at: context.nowMs };
  const exact = exactTime(text, context.zone);
  if (exact !== undefined) return exact;
  const { dayText, clock } = splitClock(text);
  if (clock === 'wrong') return { is: 'unclear', why: `“${text}” names no time of a day` };
  if (dayText === '') return clock && momentOf(latestOf([0, -1], clock, context), clock, context);
  const day = readDay(dayText.toLowerCase().replaceAll(',', ''), context);
  if (day === undefined) return undefined;
  if ('why' in day) return { is: 'unclear', why: day.why };
  return clock === undefined ? wholeDay(day, context.zone) : momentOf(day, clock, context);
}

/** Forms of the API that hold all of a moment. Short numbers are not taken for epoch seconds. */
function exactTime(text: string, zone: string): Meant | undefined {
  const whole =
    /^\d{4}-\d\d?-\d\d?[t ]\d/i.test(text) || /^\d{8}t\d{4}/i.test(text) || /^\d{9,19}(?:\.\d+)?$/.test(text);
  if (!whole) return undefined;
  const micros = parseTime(text, namedZone(zone));
  return micros === undefined ? undefined : { is: 'moment', at: micros / 1000 };
}

function splitClock(text: string): { readonly dayText: string; readonly clock: Clock | 'wrong' | undefined } {
  const found = CLOCK.exec(text);
  const [, hours = '', minutes, seconds, half] = found ?? [];
  // A lone number behind a word may be a day: "nov 20".
  if (found === null || (minutes === undefined && half === undefined)) return { dayText: text, clock: undefined };
  const dayText = text.slice(0, found.index).trim();
  const clock = readClock(Number(hours), Number(minutes ?? 0), Number(seconds ?? 0), half?.toLowerCase());
  return { dayText, clock: clock ?? 'wrong' };
}

function readClock(hours: number, minute: number, second: number, half: string | undefined): Clock | undefined {
  if (minute > 59 || second > 59 || hours > 23 || (half !== undefined && (hours < 1 || hours > 12))) return undefined;
  return { hour: half === undefined ? hours : (hours % 12) + (half === 'pm' ? 12 : 0), minute, second };
}

function readDay(text: string, context: MomentContext): Day | { readonly why: string } | undefined {
  if (text === 'today') return dayAway(0, context);
  if (text === 'yesterday') return dayAway(-1, context);
  if (text === 'tomorrow') return dayAway(1, context);
  const [, last, word = ''] = /^(last )?([\p{L}.]+)$/u.exec(text) ?? [];
  const weekday = word === '' ? undefined : context.words.weekday(word);
  if (weekday !== undefined) return weekdayBefore(weekday, last === undefined ? 0 : 1, context);
  return namedDay(text, context) ?? numberedDay(text, context);
}

/** `20 nov`, `nov 20 2026`, `20. november 2026`, `2026 nov 20`. */
function namedDay(text: string, context: MomentContext): Day | { readonly why: string } | undefined {
  const parts = text.split(/[ ./-]+/).filter((part) => part !== '');
  const month = parts.map((part) => (/^\p{L}/u.test(part) ? context.words.month(part) : undefined)).find(Boolean);
  const numbers = parts.filter((part) => /^\d+(?:st|nd|rd|th)?$/.test(part)).map((part) => Number.parseInt(part, 10));
  const year = numbers.find((number) => number > 999);
  const [day, ...others] = numbers.filter((number) => number !== year);
  if (month === undefined || day === undefined || others.length > 0 || parts.length > 3) return undefined;
  return year === undefined ? latestYear(month, day, text, context) : checked({ year, month, day }, text);
}

/** `2026-11-20`, `20.11.2026`, `20/11/2026`; what may be two days is not guessed at. */
function numberedDay(text: string, context: MomentContext): Day | { readonly why: string } | undefined {
  const iso = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(text)?.slice(1).map(Number);
  if (iso !== undefined) return checked({ year: iso[0] ?? 0, month: iso[1] ?? 0, day: iso[2] ?? 0 }, text);
  const found = /^(\d{1,2})([./-])(\d{1,2})\2?(\d{4})?$/.exec(text);
  if (found === null) return undefined;
  const [first, second, year] = [Number(found[1]), Number(found[3]), found[4]];
  // Points stand behind the day wherever they are used; slashes and hyphens go both ways.
  const both = found[2] !== '.' && first <= 12 && second <= 12 && first !== second;
  if (both) return { why: `“${text}” may be two days: name the month, as in 20 Nov, or write 2026-11-20` };
  const [day, month] = found[2] === '.' || first > 12 ? [first, second] : [second, first];
  return year === undefined ? latestYear(month, day, text, context) : checked({ year: Number(year), month, day }, text);
}

/** The latest such day that has begun; of February 29th, that of the latest leap year. */
function latestYear(month: number, day: number, text: string, context: MomentContext): Day | { readonly why: string } {
  const today = wallClock(context.zone, context.nowMs);
  for (let year = today.year; year > today.year - 9; year--) {
    const candidate = checked({ year, month, day }, text);
    if (!('why' in candidate) && startOf(candidate, context.zone) <= context.nowMs) return candidate;
  }
  return { why: `“${text}” is no day of the calendar` };
}

function checked(day: Day, text: string): Day | { readonly why: string } {
  const date = new Date(Date.UTC(day.year, day.month - 1, day.day));
  const exists = date.getUTCMonth() === day.month - 1 && date.getUTCDate() === day.day && day.year > 1900;
  return exists ? day : { why: `“${text}” is no day of the calendar` };
}

function dayAway(days: number, { zone, nowMs }: MomentContext): Day {
  const { year, month, day } = wallClock(zone, nowMs);
  const date = new Date(Date.UTC(year, month - 1, day) + days * DAY_MS);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** The latest such day of a week, `least` days ago or more. */
function weekdayBefore(weekday: number, least: number, context: MomentContext): Day {
  const { year, month, day } = dayAway(0, context);
  const today = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
  const back = (today - weekday + 7) % 7;
  return dayAway(-(back < least ? back + 7 : back), context);
}

function latestOf(days: readonly number[], clock: Clock, context: MomentContext): Day {
  const all = days.map((away) => dayAway(away, context));
  const been = all.find((day) => fromWallClock(context.zone, { ...day, ...clock }) <= context.nowMs);
  return been ?? dayAway(0, context);
}

function momentOf(day: Day, clock: Clock, { zone }: MomentContext): Meant {
  return { is: 'moment', at: fromWallClock(zone, { ...day, ...clock }) };
}

function wholeDay(day: Day, zone: string): Meant {
  const from = startOf(day, zone);
  // Days of 23 and 25 hours end within half a day of 24.
  return { is: 'day', from, to: dayStart(zone, from + 1.5 * DAY_MS) };
}

function startOf(day: Day, zone: string): number {
  return fromWallClock(zone, { ...day, ...MIDNIGHT });
}
