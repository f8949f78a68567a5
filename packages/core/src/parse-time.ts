import { decimalMicros, type EpochMicros } from './epoch-micros.ts';

const DATE_TIME =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?\s?([Zz]|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?$/;
/** ISO 8601 basic, with a time. */
const BASIC = /^(\d{4})(\d{2})(\d{2})[Tt](\d{2})(\d{2})(?:(\d{2})(?:[.,](\d+))?)?([Zz]|[+-]\d{2}:?\d{2}|[+-]\d{2})?$/;
/** Eight digits that nobody means as seconds of the year 1970. */
const BARE_DATE = /^(19[7-9]\d|20\d\d)(\d{2})(\d{2})$/;
const EPOCH = /^(-?)(\d{1,21})(?:\.(\d*))?$/;

/** The largest time that any part accepts: 9999-12-31T23:59:59.999999Z. */
const MAX_MICROS = 253_402_300_800_000_000 - 1;

/**
 * Reads a moment as people and programs write it: RFC 3339 with offset, ISO 8601 basic (`20250910T093000`), either without
 * a zone (read as UTC), a date (`2026-01-05`, `20260105`: its first instant, UTC), or epoch seconds, milliseconds,
 * microseconds or nanoseconds, told apart by magnitude (below 1e11: s, 1e14: ms, 1e17: µs). `undefined`: unreadable.
 * @returns integer microseconds, exact; further digits are rounded half up
 */
export function parseTime(text: string): EpochMicros | undefined {
  const trimmed = text.trim();
  const bareDate = trimmed.length === 8 ? BARE_DATE.exec(trimmed) : null;
  if (bareDate !== null) return moment(bareDate);
  return parseDateTime(trimmed) ?? parseEpoch(trimmed);
}

/** As {@link parseTime}, but only RFC 3339 and ISO 8601 basic with a time, their naive forms, and dates with hyphens. */
export function parseDateTime(text: string): EpochMicros | undefined {
  const parts = DATE_TIME.exec(text) ?? BASIC.exec(text);
  return parts === null ? undefined : moment(parts);
}

function moment(parts: RegExpExecArray): EpochMicros | undefined {
  const [, year = '', month = '', day = '', hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] =
    parts;
  const [h, mi, s] = [Number(hour), Number(minute), Number(second)];
  if (h > 23 || mi > 59 || s > 60) return undefined;
  const midnight = secondsOfDay(year, month, day);
  const offset = parseOffset(zone);
  if (midnight === undefined || offset === undefined) return undefined;
  const seconds = midnight + h * 3600 + mi * 60 + s - offset * 60;
  return (seconds * 1_000_000 + decimalMicros('0', fraction, 6)) as EpochMicros;
}

// The times of ticks are mostly of one day.
let cachedDay = '';
let cachedSeconds: number | undefined;

/** Epoch seconds at a day's begin, UTC; `undefined`: there is no such day. */
function secondsOfDay(year: string, month: string, day: string): number | undefined {
  const text = year + month + day;
  if (text === cachedDay) return cachedSeconds;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  cachedDay = text;
  const isDay = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
  cachedSeconds = isDay ? date.getTime() / 1000 : undefined;
  return cachedSeconds;
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
  const [, sign, whole = '', fraction = ''] = parts;
  const digits = whole.replace(/^0+/, '').length;
  const scale = digits <= 11 ? 6 : digits <= 14 ? 3 : digits <= 17 ? 0 : -3;
  const micros = decimalMicros(whole, fraction, scale);
  if (micros > MAX_MICROS) return undefined;
  return (sign === '-' && micros !== 0 ? -micros : micros) as EpochMicros;
}
