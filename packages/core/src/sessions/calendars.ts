import { HoursCalendar } from './hours-calendar.ts';
import { DEFAULT_CALENDARS, knownHours } from './known-calendars.ts';
import type { CalendarHours } from './opening-hours.ts';
import type { Calendars, WrittenCalendar } from './session-calendar.ts';

/** What a file says of exchanges: the hours of each; `undefined`: it is always open. */
export type SessionsFile = ReadonlyMap<string, CalendarHours | undefined>;

/** The calendars that are built in (NASDAQ, NYSE), and over them those of a file. */
export function calendarsOf(file: SessionsFile = new Map()): Calendars {
  const builtIn = Object.entries(DEFAULT_CALENDARS).map(([exchange, name]) => [exchange, knownHours(name)] as const);
  const hours = new Map([...builtIn.filter(([exchange]) => !file.has(exchange)), ...file]);
  // Exchanges of one calendar share it, and what it has computed.
  const made = new Map<string, WrittenCalendar>();
  const calendars = new Map<string, WrittenCalendar>();
  for (const [exchange, own] of hours) {
    if (own === undefined) continue;
    const key = JSON.stringify({ ...own, special: [...own.special] });
    const calendar = made.get(key) ?? new HoursCalendar(own);
    made.set(key, calendar);
    calendars.set(exchange, calendar);
  }
  return { exchanges: [...calendars.keys()].sort(), of: (exchange) => calendars.get(exchange) };
}
