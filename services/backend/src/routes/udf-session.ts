import {
  type CalendarHours,
  type EpochMicros,
  type Hours,
  hoursOn,
  MICROS_PER_DAY,
  MICROS_PER_SECOND,
  type WrittenCalendar,
  weekday,
} from '@tickwatch/core';

/** What a chart is told of an exchange's hours, in TradingView's own form. */
export interface UdfSession {
  readonly session: string;
  readonly timezone: string;
  /** `20261126,20261225` */
  readonly session_holidays?: string;
  /** `0930-1300:20261127,20261224;0930-1400:19921127` */
  readonly corrections?: string;
}

const MINUTES_PER_DAY = 1440;
const DAY_MILLIS = 86_400_000;
/** Monday to Friday; 1 is a Sunday. What a session without days means. */
const WORKDAYS = '23456';
const ALWAYS = '0000-0000';
/** How far back and ahead openings are looked at. */
const AROUND = 400 * MICROS_PER_DAY;

/** The session of a symbol; `undefined`: it is traded around the clock. */
export function udfSession(calendar: WrittenCalendar | undefined): UdfSession {
  if (calendar === undefined) return { session: '24x7', timezone: 'Etc/UTC' };
  const { hours, timeZone } = calendar;
  const usual = usualWeek(hours);
  const holidays: string[] = [];
  const corrections = new Map<string, string[]>();
  for (const day of changedDays(hours)) {
    const text = sessionText(hours, day);
    if (text === usual[weekday(day)]) continue;
    const days = text === '' ? holidays : (corrections.get(text) ?? []);
    days.push(compactDay(day));
    if (text !== '') corrections.set(text, days);
  }
  return {
    session: weekText(usual),
    timezone: timeZone === 'UTC' ? 'Etc/UTC' : timeZone,
    session_holidays: holidays.join(','),
    corrections: [...corrections].map(([text, days]) => `${text}:${days.join(',')}`).join(';'),
  };
}

/**
 * Which of these widths, in minutes, no opening cuts: others a chart makes of them itself, counted from the opening, whereas
 * bars that are asked for begin where UTC's clock says.
 */
export function uncutMinutes(widths: readonly string[], calendar: WrittenCalendar | undefined, now: EpochMicros) {
  const sessions = calendar?.between((now - AROUND) as EpochMicros, (now + AROUND) as EpochMicros) ?? [];
  return widths.filter((width) => sessions.every(({ open }) => open % (Number(width) * 60 * MICROS_PER_SECOND) === 0));
}

/** By weekday, Monday first. */
function usualWeek(hours: CalendarHours): readonly string[] {
  const usual = { ...hours, special: new Map<string, readonly Hours[]>() };
  return Array.from({ length: 7 }, (_, i) => sessionText(usual, FIRST_MONDAY + i));
}

const FIRST_MONDAY = 4;

function weekText(usual: readonly string[]): string {
  const days = new Map<string, string>();
  // From Sunday on, which is 1.
  for (const [i, text] of [...usual.slice(6), ...usual.slice(0, 6)].entries()) {
    if (text !== '') days.set(text, `${days.get(text) ?? ''}${i + 1}`);
  }
  const [first] = days;
  if (first !== undefined && days.size === 1) {
    const [text, all] = first;
    if (text === ALWAYS && all.length === 7) return '24x7';
    if (all === WORKDAYS) return text;
  }
  return [...days].map(([text, of]) => `${text}:${of}`).join('|');
}

/** Days whose openings may not be usual ones, beside those of the calendar: what goes over midnight is another day's here. */
function changedDays({ special }: CalendarHours): readonly number[] {
  const days = [...special.keys()].map((text) => Date.parse(text) / DAY_MILLIS);
  return [...new Set(days.flatMap((day) => [day - 1, day, day + 1]))].sort((a, b) => a - b);
}

/** The openings that TradingView counts to a day: what goes over midnight belongs to the day on which it ends. */
function sessionText(hours: CalendarHours, day: number): string {
  const openings = [day - 1, day, day + 1].flatMap((own) =>
    hoursOn(hours, own).map(({ open, close }) => {
      const offset = (own - day) * MINUTES_PER_DAY;
      return { open: open + offset, close: close + offset };
    }),
  );
  return openings
    .filter((opening) => endsOn(opening) === 0)
    .map(({ open, close }) => `${clock(open)}-${clock(close)}`)
    .join(',');
}

/** The day of an opening, beside the one that its minutes are counted from. Until midnight is over midnight but for whole days. */
function endsOn({ open, close }: Hours): number {
  const end = Math.floor(close / MINUTES_PER_DAY);
  return close % MINUTES_PER_DAY === 0 && open % MINUTES_PER_DAY === 0 ? end - 1 : end;
}

function clock(minutes: number): string {
  const ofDay = ((minutes % MINUTES_PER_DAY) + MINUTES_PER_DAY) % MINUTES_PER_DAY;
  return String(Math.floor(ofDay / 60) * 100 + (ofDay % 60)).padStart(4, '0');
}

function compactDay(day: number): string {
  return new Date(day * DAY_MILLIS).toISOString().slice(0, 10).replaceAll('-', '');
}
