import type { CalendarOf, EpochMicros } from '@tickwatch/core';

/** Whether an exchange is open at a moment. */
export type IsOpen = (exchange: string, time: EpochMicros) => boolean;

export interface OpenExchanges {
  readonly isOpen: IsOpen;
  /** Those that are closed at a moment. */
  closed(time: EpochMicros): readonly string[];
}

/**
 * Which exchanges are open, by their calendars; one without a calendar always is.
 * @param onChange called when one opens or closes, and at first for one that is closed
 */
export function openExchanges(
  exchanges: readonly string[],
  calendarOf: CalendarOf,
  onChange: (exchange: string, isOpen: boolean) => void,
): OpenExchanges {
  const states = new Map(exchanges.map((exchange) => [exchange, true]));
  const isOpen: IsOpen = (exchange, time) => {
    const now = calendarOf(exchange)?.isOpen(time) ?? true;
    if (states.get(exchange) !== now) {
      states.set(exchange, now);
      onChange(exchange, now);
    }
    return now;
  };
  return { isOpen, closed: (time) => exchanges.filter((exchange) => !isOpen(exchange, time)) };
}
