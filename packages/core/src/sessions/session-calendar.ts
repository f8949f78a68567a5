import type { EpochMicros } from '../epoch-micros.ts';
import type { CalendarHours } from './opening-hours.ts';

/** One opening of an exchange, half open in µs. */
export interface Session {
  /** By the exchange's own calendar, `2026-11-27`. */
  readonly day: string;
  readonly open: EpochMicros;
  readonly close: EpochMicros;
  readonly kind: 'regular' | 'half_day' | 'special';
}

/** When an exchange is open. */
export interface SessionCalendar {
  /** Of the calendar: `XNYS`, or what a file calls it. */
  readonly name: string;
  /** IANA. */
  readonly timeZone: string;
  /**
   * All sessions that overlap [from, until), ascending. Outside the years that it knows it has the hours of usual days;
   * before 1960 and after 2099 there are none.
   */
  between(from: EpochMicros, until: EpochMicros): readonly Session[];
  isOpen(time: EpochMicros): boolean;
  /** The last session that opened at or before a moment; `undefined`: there is none. */
  lastOpened(time: EpochMicros): Session | undefined;
}

/** The calendar of an exchange; `undefined`: it has none, and counts as always open. */
export type CalendarOf = (exchange: string) => SessionCalendar | undefined;

/** A calendar with the hours that it is made of. */
export interface WrittenCalendar extends SessionCalendar {
  readonly hours: CalendarHours;
}

/** The calendars of all exchanges that have one. */
export interface Calendars {
  /** Names, in order. */
  readonly exchanges: readonly string[];
  readonly of: (exchange: string) => WrittenCalendar | undefined;
}
