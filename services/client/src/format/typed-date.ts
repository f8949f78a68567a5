import { namedZone, parseTime } from '@tickwatch/core';
import { fromWallClock, wallClock } from './zone.ts';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const TIME = /(?:^|\s)(\d{1,2}):(\d{2})(?::(\d{2}))?$/;
const DAY_SECONDS = 86_400;
const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: DAY_SECONDS, w: 7 * DAY_SECONDS };

/** What can be typed, for whoever typed something else. */
export const TYPED_DATES = '2026-03-05 14:30, 5 Mar 14:30, yesterday 9:30, 14:30, 3 h ago';

interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/**
 * Reads a moment as people type it: all that the API reads, a time of today, `today` and `yesterday`, a day and a month
 * (`5 Mar`, `Mar 5 2024`), and how long ago (`3 h ago`). On a zone's clock.
 * @param now epoch seconds
 * @returns epoch seconds; undefined: it is none of these
 */
export function parseTypedDate(text: string, zone: string, now: number): number | undefined {
  const words = text.trim().toLowerCase().replaceAll(',', ' ').replace(/\s+/g, ' ');
  const ago = /^-?(\d{1,6}) ?(s|m|h|d|w)(?:[a-z]*)(?: ago)?$/.exec(words);
  if (ago !== null && (words.startsWith('-') || words.endsWith('ago')))
    return now - Number(ago[1]) * (UNITS[ago[2] ?? ''] ?? 0);
  const micros = parseTime(text, zone === 'UTC' ? undefined : namedZone(zone));
  if (micros !== undefined) return micros / 1e6;
  const time = TIME.exec(words);
  const [hour, minute, second] = [Number(time?.[1] ?? 0), Number(time?.[2] ?? 0), Number(time?.[3] ?? 0)];
  const day = readDay(time === null ? words : words.slice(0, time.index).trim(), zone, now, time !== null);
  if (day === undefined || hour > 23 || minute > 59 || second > 59) return undefined;
  return fromWallClock(zone, { ...day, hour, minute, second }) / 1000;
}

function readDay(words: string, zone: string, now: number, timed: boolean): Day | undefined {
  const today = wallClock(zone, now * 1000);
  if (words === 'today' || (words === '' && timed)) return today;
  if (words === 'yesterday') return dayBefore(today);
  const named = /^(?:(\d{1,2})\.? ([a-z]{3,9})|([a-z]{3,9}) (\d{1,2}))(?: (\d{4}))?$/.exec(words);
  if (named === null) return undefined;
  const month = MONTHS.indexOf((named[2] ?? named[3] ?? '').slice(0, 3)) + 1;
  const day = Number(named[1] ?? named[4]);
  const later = month > today.month || (month === today.month && day > today.day);
  // Of a day without a year, the last one is meant.
  const year = named[5] === undefined ? today.year - (later ? 1 : 0) : Number(named[5]);
  const made = new Date(Date.UTC(year, month - 1, day));
  return month > 0 && made.getUTCDate() === day ? { year, month, day } : undefined;
}

function dayBefore({ year, month, day }: Day): Day {
  const made = new Date(Date.UTC(year, month - 1, day - 1));
  return { year: made.getUTCFullYear(), month: made.getUTCMonth() + 1, day: made.getUTCDate() };
}
