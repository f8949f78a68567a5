import { dayFormat } from './date-format.ts';
import { LOCALE } from './locale.ts';
import { decimalMark } from './number-text.ts';
import { offsetName } from './offset-text.ts';
import { wallClock, type ZoneChoice, zoneName, zoneOffsetMs } from './zone.ts';
import { zoneClock } from './zone-clock.ts';

const writeDay = dayFormat(LOCALE);

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

/**
 * `14:05:09`, or with `digits` that many of the second's. 24 hours in every language: it stands in columns, and beside
 * the hours of exchanges and of the API.
 */
export function clockText(zone: ZoneChoice, micros: number, digits: 0 | 3 | 6 = 0): string {
  const clock = wallClock(zoneName(zone), micros / 1000);
  const text = `${two(clock.hour)}:${two(clock.minute)}:${two(clock.second)}`;
  if (digits === 0) return text;
  const fraction = String(((micros % 1_000_000) + 1_000_000) % 1_000_000).padStart(6, '0');
  return `${text}${decimalMark}${fraction.slice(0, digits)}`;
}

/** `Nov 22, 2026`, as the browser's language writes it, with the month's name. */
export function dateText(zone: ZoneChoice, micros: number): string {
  return writeDay(wallClock(zoneName(zone), micros / 1000));
}

/** `Nov 22, 2026 14:05:09`. */
export function dateTimeText(zone: ZoneChoice, micros: number, digits: 0 | 3 | 6 = 0): string {
  return `${dateText(zone, micros)} ${clockText(zone, micros, digits)}`;
}

/** `Nov 22, 2026 14:05:09 to 14:12:30`: a day is said once. */
export function rangeText(zone: ZoneChoice, from: number, to: number): string {
  const isOneDay = dateText(zone, from) === dateText(zone, to);
  return `${dateTimeText(zone, from)} to ${(isOneDay ? clockText : dateTimeText)(zone, to)}`;
}

/** A zone's offset at a moment, as in `UTC−5`. */
export function offsetText(zone: ZoneChoice, millis: number): string {
  return offsetName(zoneOffsetMs(zoneName(zone), millis) / 1000);
}

/** As {@link clockText}; in an hour that the clock shows twice, with the offset that tells which of the two it is. */
export function plainClockText(zone: ZoneChoice, micros: number): string {
  const text = clockText(zone, micros);
  return zoneClock(zoneName(zone)).isRepeated(micros / 1e6) ? `${text} ${offsetText(zone, micros / 1000)}` : text;
}

/** How long ago or how long: `0 s`, `42 s`, `3 min`, `2 h 05`, `4 d`. */
export function spanText(seconds: number): string {
  if (seconds < 0.95) return seconds < 0.0005 ? '0 s' : `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ${two(Math.floor((seconds % 3600) / 60))}`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** Whole seconds only, for what ticks on: `now`, `4 s`, `2 min`. */
export function ageText(seconds: number): string {
  return seconds < 1 ? 'now' : spanText(seconds);
}
