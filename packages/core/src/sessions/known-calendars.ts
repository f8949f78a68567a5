import { XNYS } from './days/xnys.ts';
import { type CalendarHours, type Hours, parseDays, parseHours } from './opening-hours.ts';

/** How the files in days/ are written: each line is a year and its days. */
interface WrittenHours {
  readonly timeZone: string;
  readonly week: Readonly<Record<string, string>>;
  readonly closed: string;
  readonly special: Readonly<Record<string, string>>;
}

const WRITTEN: Readonly<Record<string, WrittenHours>> = { XNYS };
/** NASDAQ keeps the days and hours of New York's exchange. */
const ALIASES: Readonly<Record<string, string>> = { XNAS: 'XNYS' };

/** Names of the calendars that are built in. */
export const KNOWN_CALENDARS: readonly string[] = ['XNYS', 'XNAS'];

/** Calendars of exchanges that no file says something else of. */
export const DEFAULT_CALENDARS: Readonly<Record<string, string>> = { NASDAQ: 'XNYS', NYSE: 'XNYS' };

/** The hours of a built-in calendar; `undefined`: there is none of this name. */
export function knownHours(name: string): CalendarHours | undefined {
  const own = Object.hasOwn(ALIASES, name) ? (ALIASES[name] ?? name) : name;
  const written = Object.hasOwn(WRITTEN, own) ? WRITTEN[own] : undefined;
  return written && readWritten(own, written);
}

function readWritten(name: string, { timeZone, week, closed, special }: WrittenHours): CalendarHours {
  const usual: (readonly Hours[])[] = Array.from({ length: 7 }, () => []);
  for (const [days, hours] of Object.entries(week)) {
    for (const day of parseDays(days) ?? []) usual[day] = readHours(hours);
  }
  const unusual = [
    ...daysOf(closed).map((day) => [day, []] as const),
    ...Object.entries(special).flatMap(([hours, days]) => daysOf(days).map((day) => [day, readHours(hours)] as const)),
  ];
  return { name, timeZone, week: usual, special: new Map<string, readonly Hours[]>(unusual) };
}

function readHours(text: string): readonly Hours[] {
  const hours = parseHours(text);
  return hours === undefined ? [] : [hours];
}

function daysOf(lines: string): readonly string[] {
  return lines
    .trim()
    .split('\n')
    .flatMap((line) => {
      const [year, ...days] = line.split(' ');
      return days.map((day) => `${year}-${day}`);
    });
}
