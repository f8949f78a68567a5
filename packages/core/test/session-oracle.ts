import {
  CANDLE_INTERVALS,
  type CandleInterval,
  calendarsOf,
  parseSessionsFile,
  type WrittenCalendar,
} from '../src/index.ts';
import { wallOf } from './candle-oracle.ts';

const DAY = 86_400_000;
const QUARTER = 900_000;

/** An exchange, with its openings as somebody would read them off a calendar on the wall. */
export interface WalkedExchange {
  readonly calendar: WrittenCalendar;
  /** What opens on a date of the exchange's clock: when, and the day that it is counted to. */
  readonly openingsOn: (date: string) => readonly (readonly [time: string, day: string])[];
}

const weekday = (date: string): number => new Date(`${date}T00:00:00Z`).getUTCDay();
const dayAfter = (date: string): string => new Date(Date.parse(date) + DAY).toISOString().slice(0, 10);

function calendarOf(exchange: unknown): WrittenCalendar {
  const { file, problems } = parseSessionsFile(JSON.stringify({ ONE: exchange }));
  const calendar = calendarsOf(file).of('ONE');
  if (calendar === undefined || problems.length > 0) throw new Error(problems.join('; '));
  return calendar;
}

/** Days around those that are looked at on which New York’s exchanges are closed. */
const NEW_YORK_CLOSED = [
  ...[
    '2012-09-03',
    '2012-10-29',
    '2012-10-30',
    '2012-11-22',
    '2012-12-25',
    '2024-11-28',
    '2024-12-25',
    '2025-01-01',
    '2025-01-09',
    '2025-01-20',
    '2025-02-17',
  ],
  ...['2026-01-01', '2026-01-19', '2026-02-16', '2026-04-03', '2026-05-25', '2026-06-19', '2026-07-03', '2026-09-07'],
  ...['2025-11-27', '2025-12-25', '2026-11-26', '2026-12-25', '2027-01-01', '2027-01-18'],
];
const isWorkday = (date: string): boolean => weekday(date) % 6 !== 0;

export const WALKED: Readonly<Record<'newYork' | 'tokyo' | 'chicago', WalkedExchange>> = {
  newYork: {
    calendar: calendarOf('XNYS'),
    openingsOn: (date) => (isWorkday(date) && !NEW_YORK_CLOSED.includes(date) ? [['09:30', date]] : []),
  },
  tokyo: {
    calendar: calendarOf({
      timezone: 'Asia/Tokyo',
      hours: { 'Mon-Fri': ['09:00-11:30', '12:30-15:30'] },
      holidays: ['2026-03-20', '2026-11-03', '2026-11-23'],
      special: { '2026-03-30': '09:00-11:30', '2026-11-07': ['10:15-11:00'] },
    }),
    openingsOn: (date) => {
      if (['2026-03-20', '2026-11-03', '2026-11-23'].includes(date)) return [];
      if (date === '2026-03-30') return [['09:00', date]];
      if (date === '2026-11-07') return [['10:15', date]];
      return isWorkday(date) ? ['09:00', '12:30'].map((time) => [time, date] as const) : [];
    },
  },
  // Opens on the evening before.
  chicago: {
    calendar: calendarOf({
      timezone: 'America/Chicago',
      hours: { 'Mon-Fri': 'day before 17:00-16:00' },
      holidays: ['2026-04-03', '2026-12-25'],
    }),
    openingsOn: (date) => {
      const day = dayAfter(date);
      return isWorkday(day) && !['2026-04-03', '2026-12-25'].includes(day) ? [['17:00', day]] : [];
    },
  },
};

/**
 * Where candles begin that are counted from openings, in `[from, until)`, in ms: openings are found by looking at the wall
 * clock each quarter of an hour, from well before `from` on; from each the steps are counted.
 */
export function sessionStartsByWalking(
  interval: CandleInterval,
  { calendar, openingsOn }: WalkedExchange,
  from: number,
  until: number,
): readonly number[] {
  const openings: { readonly time: number; readonly day: string }[] = [];
  for (let time = Math.floor(from / QUARTER) * QUARTER - 45 * DAY; time < until; time += QUARTER) {
    const wall = new Date(wallOf(calendar.timeZone, time)).toISOString();
    const found = openingsOn(wall.slice(0, 10)).find(([text]) => text === wall.slice(11, 16));
    if (found !== undefined) openings.push({ time, day: found[1] });
  }
  const starts = openings.flatMap(({ time, day }, i) => {
    const next = openings[i + 1]?.time ?? until;
    const label = labelOf(interval, day);
    if (label !== undefined) return label === labelOf(interval, openings[i - 1]?.day ?? '') ? [] : [time];
    const width = CANDLE_INTERVALS[interval] * 1000;
    return Array.from({ length: Math.ceil((next - time) / width) }, (_, n) => time + n * width);
  });
  // The first week or month that was walked through may have begun before.
  return starts.filter((start) => start >= from && start < until);
}

function labelOf(interval: CandleInterval, day: string): string | undefined {
  if (interval === '1d') return day;
  if (interval === '1M') return day.slice(0, 7);
  if (interval !== '1w' || day === '') return interval === '1w' ? '' : undefined;
  const monday = Date.parse(day) - ((weekday(day) + 6) % 7) * DAY;
  return new Date(monday).toISOString();
}
