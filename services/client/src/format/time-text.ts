import { wallClock, type ZoneChoice, zoneName, zoneOffsetMs } from './zone.ts';

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

/** `14:05:09`, or with `micros` all six digits of the second. */
export function clockText(zone: ZoneChoice, micros: number, digits: 0 | 3 | 6 = 0): string {
  const clock = wallClock(zoneName(zone), micros / 1000);
  const text = `${two(clock.hour)}:${two(clock.minute)}:${two(clock.second)}`;
  if (digits === 0) return text;
  const fraction = String(((micros % 1_000_000) + 1_000_000) % 1_000_000).padStart(6, '0');
  return `${text}.${fraction.slice(0, digits)}`;
}

/** `2026-11-22`. */
export function dateText(zone: ZoneChoice, micros: number): string {
  const { year, month, day } = wallClock(zoneName(zone), micros / 1000);
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
}

/** `2026-11-22 14:05:09`. */
export function dateTimeText(zone: ZoneChoice, micros: number, digits: 0 | 3 | 6 = 0): string {
  return `${dateText(zone, micros)} ${clockText(zone, micros, digits)}`;
}

/** `UTC`, `UTC−5`, `UTC+5:30`: a zone's offset at a moment. */
export function offsetText(zone: ZoneChoice, millis: number): string {
  const minutes = Math.round(zoneOffsetMs(zoneName(zone), millis) / 60_000);
  if (minutes === 0) return 'UTC';
  const size = Math.abs(minutes);
  const rest = size % 60 === 0 ? '' : `:${two(size % 60)}`;
  return `UTC${minutes < 0 ? '−' : '+'}${Math.floor(size / 60)}${rest}`;
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
