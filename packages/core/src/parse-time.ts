import { type EpochMicros, secondsToMicros } from './epoch-micros.ts';

const DATE_TIME =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?([Zz]|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?$/;
const EPOCH = /^(-?)(\d{1,16})(?:\.(\d{1,9}))?$/;

/** The largest time that any part accepts: 9999-12-31T23:59:59.999999Z. */
const MAX_SECONDS = 253_402_300_799;

/**
 * Reads a moment as people and programs write it: RFC 3339 with offset, a naive date-time (read as UTC),
 * a date (its first instant, UTC), or epoch seconds, milliseconds or microseconds, told apart by magnitude
 * (below 1e11: seconds, below 1e14: milliseconds, else microseconds). `undefined`: unreadable.
 * @returns integer microseconds, exact; further digits are rounded half up
 */
export function parseTime(text: string): EpochMicros | undefined {
  const trimmed = text.trim();
  return parseDateTime(trimmed) ?? parseEpoch(trimmed);
}

/** As {@link parseTime}, but only RFC 3339 and its naive and date-only forms. */
export function parseDateTime(text: string): EpochMicros | undefined {
  const parts = DATE_TIME.exec(text);
  if (parts === null) return undefined;
  const [, year = '', month = '', day = '', hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] =
    parts;
  const [y, mo, d, h, mi, s] = [year, month, day, hour, minute, second].map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (h > 23 || mi > 59 || s > 60) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(y, mo - 1, d);
  if (date.getUTCMonth() !== mo - 1 || date.getUTCDate() !== d) return undefined;
  const offset = parseOffset(zone);
  if (offset === undefined) return undefined;
  const seconds = date.getTime() / 1000 + h * 3600 + mi * 60 + s - offset * 60;
  return secondsWithFraction(seconds, fraction);
}

function secondsWithFraction(seconds: number, fraction: string): EpochMicros {
  return (seconds * 1_000_000 + secondsToMicros('0', fraction)) as EpochMicros;
}

/** Minutes east of UTC. */
function parseOffset(zone: string): number | undefined {
  if (zone === 'Z' || zone === 'z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(zone.length > 3 ? -2 : 3) || '0');
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

function parseEpoch(text: string): EpochMicros | undefined {
  const parts = EPOCH.exec(text);
  if (parts === null) return undefined;
  const [, sign = '', whole = '', fraction = ''] = parts;
  const value = Number(whole);
  const micros = value < 1e11 ? secondsToMicros(whole, fraction) : scaled(value, fraction, value < 1e14 ? 1000 : 1);
  const signed = sign === '-' ? -micros : micros;
  return Math.abs(signed) > MAX_SECONDS * 1_000_000 ? undefined : (signed as EpochMicros);
}

function scaled(value: number, fraction: string, factor: number): number {
  return value * factor + Math.round(Number(`0.${fraction || '0'}`) * factor);
}
