import type { EpochMicros } from '../epoch-micros.ts';

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
  /** All sessions that overlap [from, until), ascending. Outside the years that it knows it has the hours of usual days. */
  between(from: EpochMicros, until: EpochMicros): readonly Session[];
  isOpen(time: EpochMicros): boolean;
  /** The last session that opened at or before a moment; `undefined`: there is none. */
  lastOpened(time: EpochMicros): Session | undefined;
}

/** The calendar of an exchange; `undefined`: it has none, and counts as always open. */
export type CalendarOf = (exchange: string) => SessionCalendar | undefined;
