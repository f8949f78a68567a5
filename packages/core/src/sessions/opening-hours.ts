/** One opening, in minutes after midnight of its day: below 0 on the day before, from 1440 on on the next. */
export interface Hours {
  readonly open: number;
  readonly close: number;
}

/** What a calendar is made of. */
export interface CalendarHours {
  readonly name: string;
  /** IANA; whose wall clock shows the hours. */
  readonly timeZone: string;
  /** Openings of usual days, Monday first; seven of them. */
  readonly week: readonly (readonly Hours[])[];
  /** Days (`2026-11-27`) that are not usual; without openings: closed. */
  readonly special: ReadonlyMap<string, readonly Hours[]>;
}

export const MINUTES_PER_DAY = 1440;

const DAY_MILLIS = 86_400_000;
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const LONG_DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const HOURS = /^(day before )?(\d{1,2}):(\d\d) ?[-–] ?(\d{1,2}):(\d\d)$/;

/** What hours may look like, for whoever wrote others. */
export const HOURS_FORM =
  '"09:30-16:00"; "18:00-02:00" goes over midnight, "day before 18:00-17:00" opens on the day before';

/** Reads `09:30-16:00`, `18:00-02:00` (over midnight) or `day before 18:00-17:00`. `undefined`: unreadable. */
export function parseHours(text: string): Hours | undefined {
  const [, before, ...parts] = HOURS.exec(text.trim()) ?? [];
  if (parts.length === 0) return undefined;
  const [openHour = 0, openMinute = 0, closeHour = 0, closeMinute = 0] = parts.map(Number);
  if (openHour > 23 || closeHour > 24 || openMinute > 59 || closeMinute > (closeHour === 24 ? 0 : 59)) return undefined;
  const open = openHour * 60 + openMinute - (before === undefined ? 0 : MINUTES_PER_DAY);
  const close = closeHour * 60 + closeMinute;
  const isNextDay = close <= open;
  const hours = { open, close: isNextDay ? close + MINUTES_PER_DAY : close };
  return hours.close - hours.open <= MINUTES_PER_DAY ? hours : undefined;
}

/** Reads `Mon`, `Mon-Fri`, `Sat,Sun`: numbers of days, Monday is 0. `undefined`: unreadable. */
export function parseDays(text: string): readonly number[] | undefined {
  const days = text.split(',').map(parseDayRange);
  return days.includes(undefined) ? undefined : days.flatMap((range) => range ?? []);
}

function parseDayRange(text: string): readonly number[] | undefined {
  const [first = -1, last = first, more] = text.split(/[-–]/).map((name) => dayNumber(name.trim().toLowerCase()));
  if (first < 0 || last < 0 || more !== undefined) return undefined;
  return Array.from({ length: ((last - first + 7) % 7) + 1 }, (_, i) => (first + i) % 7);
}

function dayNumber(name: string): number {
  return Math.max(DAYS.indexOf(name), LONG_DAYS.indexOf(name));
}

/** Days since 1970-01-01 of a text that is a date, `2026-11-27`; `undefined`: there is no such day. */
export function parseDay(text: string): number | undefined {
  const millis = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(millis) || dayText(millis / DAY_MILLIS) !== text ? undefined : millis / DAY_MILLIS;
}

/** `2026-11-27`. */
export function dayText(day: number): string {
  return new Date(day * DAY_MILLIS).toISOString().slice(0, 10);
}

/** 0 for a Monday; 1970-01-01 was a Thursday. */
export function weekday(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}

/** The openings of a day. */
export function hoursOn({ week, special }: CalendarHours, day: number): readonly Hours[] {
  return special.get(dayText(day)) ?? week[weekday(day)] ?? [];
}
