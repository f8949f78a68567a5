import { decimalMicros, type EpochMicros, MICROS_PER_SECOND } from './epoch-micros.ts';
import { type TimeParts, timePartsOf } from './time-forms.ts';
import { namedZone, type TimeZone } from './time-zone.ts';

const DATE_TIME =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?\s?([Zz]|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?$/;
/** ISO 8601 basic, with a time. */
const BASIC = /^(\d{4})(\d{2})(\d{2})[Tt](\d{2})(\d{2})(?:(\d{2})(?:[.,](\d+))?)?([Zz]|[+-]\d{2}:?\d{2}|[+-]\d{2})?$/;
/** Eight digits that nobody means as seconds of the year 1970. */
const BARE_DATE = /^(19[7-9]\d|20\d\d)(\d{2})(\d{2})$/;
const EPOCH = /^(-?)(\d{1,21})(?:\.(\d*))?$/;
/** Numbers of so many digits may be meant as a date, a date and time, a year, or a day of Excel's calendar. */
const LIKE_A_DATE =
  /^(?:19[7-9]\d|20\d\d)(?:(?:0[1-9]|1[0-2])(?:(?:0[1-9]|[12]\d|3[01])(?:(?:[01]\d|2[0-3])[0-5]\d)?)?|[0-3]\d\d)?$|^[2-7]\d{4}$/;

/** The largest time that any part accepts: 9999-12-31T23:59:59.999999Z. */
const MAX_MICROS = 253_402_300_800_000_000 - 1;

/** What a time may look like, for whoever wrote one that can't be read. */
export const TIME_FORMS =
  'RFC 3339 (2026-01-05T14:30:00Z), a date and time (2026-01-05 14:30:00, 2026/01/05 14:30, 20260105 143000), ' +
  'each also with a zone behind it (+01:00, UTC, America/New_York), a date (2026-01-05, 20260105), ' +
  'or epoch seconds, milliseconds, microseconds or nanoseconds (1767623400)';

/**
 * Reads a moment as people and programs write it: RFC 3339 with offset or zone, ISO 8601 basic (`20250910T093000`), the
 * forms of {@link timePartsOf}, a date (`2026-01-05`, `20260105`: its first instant), or epoch seconds, milliseconds,
 * microseconds or nanoseconds, told apart by magnitude (below 1e11: s, 1e14: ms, 1e17: µs). What may mean two moments
 * (`01/05/2026`, `202601`) is not guessed at. `undefined`: unreadable.
 * @param zone what a time without a zone is read in; default: UTC. Where its clock was set back, the earlier moment.
 * @returns integer microseconds, exact; further digits are rounded half up
 */
export function parseTime(text: string, zone?: TimeZone): EpochMicros | undefined {
  const trimmed = text.trim();
  const bareDate = trimmed.length === 8 ? BARE_DATE.exec(trimmed) : null;
  if (bareDate !== null) return moment(bareDate, zone);
  const usual = parseDateTime(trimmed, zone);
  if (usual !== undefined) return usual;
  // Numbers of today begin otherwise: for them the other forms are not tried.
  if (trimmed.startsWith('19') || trimmed.startsWith('20')) return parseOther(trimmed, zone) ?? parseEpoch(trimmed);
  return parseEpoch(trimmed) ?? parseOther(trimmed, zone);
}

/** As {@link parseTime}, but only RFC 3339 and ISO 8601 basic with a time, their naive forms, and dates with hyphens. */
export function parseDateTime(text: string, zone?: TimeZone): EpochMicros | undefined {
  const parts = DATE_TIME.exec(text) ?? BASIC.exec(text);
  return parts === null ? undefined : moment(parts, zone);
}

function parseOther(text: string, zone: TimeZone | undefined): EpochMicros | undefined {
  const parts = timePartsOf(text);
  if (parts === undefined) return undefined;
  const own = parts.zoneName === undefined ? undefined : namedZone(parts.zoneName);
  if (parts.zoneName !== undefined && own === undefined) return undefined;
  const time = momentOf(parts, own ?? zone);
  // An offset that is not that of the zone behind it: one of them is wrong.
  const contradicts = time !== undefined && own !== undefined && parts.offset !== undefined;
  return contradicts && own.wallOf(time) - time !== offsetMicros(parts.offset) ? undefined : time;
}

function moment(parts: RegExpExecArray, zone: TimeZone | undefined): EpochMicros | undefined {
  const [, year = '', month = '', day = '', hour = '00', minute = '00', second = '00', fraction = '', offset] = parts;
  return momentOf({ year, month, day, hour, minute, second, fraction, offset }, zone);
}

function momentOf(parts: TimeParts, zone: TimeZone | undefined): EpochMicros | undefined {
  const [h, mi, s] = [Number(parts.hour), Number(parts.minute), Number(parts.second)];
  if (h > 23 || mi > 59 || s > 60) return undefined;
  const midnight = secondsOfDay(parts.year, parts.month, parts.day);
  if (midnight === undefined) return undefined;
  const seconds = midnight + h * 3600 + mi * 60 + s;
  const micros = decimalMicros('0', parts.fraction, 6);
  if (parts.offset === undefined && zone !== undefined) {
    return (zone.momentInHour(seconds * MICROS_PER_SECOND) + micros) as EpochMicros;
  }
  const offset = parseOffset(parts.offset ?? 'Z');
  return offset === undefined ? undefined : (((seconds - offset * 60) * MICROS_PER_SECOND + micros) as EpochMicros);
}

function offsetMicros(offset: string | undefined): number {
  return (parseOffset(offset ?? 'Z') ?? Number.NaN) * 60 * MICROS_PER_SECOND;
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
  if (whole.length <= 12 && LIKE_A_DATE.test(whole)) return undefined;
  const digits = whole.replace(/^0+/, '').length;
  const scale = digits <= 11 ? 6 : digits <= 14 ? 3 : digits <= 17 ? 0 : -3;
  const micros = decimalMicros(whole, fraction, scale);
  if (micros > MAX_MICROS) return undefined;
  return (sign === '-' && micros !== 0 ? -micros : micros) as EpochMicros;
}
