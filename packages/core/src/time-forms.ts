/** A date and time as digits, before anything is made of them. */
export interface TimeParts {
  readonly year: string;
  readonly month: string;
  readonly day: string;
  readonly hour: string;
  readonly minute: string;
  readonly second: string;
  readonly fraction: string;
  /** `Z`, `+01:00`, `-0500`, `+01`; `undefined`: none is given. */
  readonly offset: string | undefined;
  /** `America/New_York`, `UTC`. */
  readonly zoneName?: string | undefined;
}

/** The year in front, so that month and day can't be mistaken for each other: `2026/1/5 9:30`, `2026.01.05 10:00:00`. */
const SEPARATED =
  /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:(?:[Tt]| {1,2})(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?)?(?![\d:])(.*)$/;
/** HistData's `20250910 093000123`, `20250910 09:30:00`, FIX's `20250910-09:30:00.123`, ISO basic with a zone's name. */
const COMPACT =
  /^(\d{4})(\d{2})(\d{2})(?: {1,2}(?=\d{4})|[Tt](?=\d{4})|(?: {1,2}|-)(?=\d{2}:))(\d{2}):?(\d{2})(?::?(\d{2})(?:[.,]?(\d+))?)?(?![\d:])(.*)$/;
/** `20250910093000`, `20250910093000123`: as milliseconds and microseconds they would lie beyond the year 2500. */
const DIGITS = /^((?:19[7-9]|20\d)\d)(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?:\.(\d+)|(\d{3}|\d{6}))?$/;
const DATE_AND_ZONE = /^((?:19[7-9]|20\d)\d)(\d{2})(\d{2})(?=[ [])(.*)$/;
/** An offset, a zone's name (with a slash: `EST`, `IST` and `BST` mean several), or both as RFC 9557 has them. */
const ZONE =
  /^\s?([Zz]|[+-]\d{2}:?\d{2}|[+-]\d{2})?(?:\s?\[([A-Za-z][\w+-]*(?:\/[\w+-]+){0,2})\]|\s([A-Za-z][\w+-]*(?:\/[\w+-]+){1,2}|UTC|GMT))?$/;

/**
 * Takes a date and time apart that is in none of the usual forms, but in one that can be read in one way only.
 * @returns `undefined`: it is in none
 */
export function timePartsOf(text: string): TimeParts | undefined {
  const digits = DIGITS.exec(text);
  if (digits !== null) {
    const [, year = '', month = '', day = '', hour = '', minute = '', second = '', after, digitsAfter] = digits;
    return { year, month, day, hour, minute, second, fraction: after ?? digitsAfter ?? '', offset: undefined };
  }
  const separated = SEPARATED.exec(text);
  if (separated !== null) return withZone([...separated.slice(1, 2), ...separated.slice(3)]);
  const compact = COMPACT.exec(text);
  if (compact !== null) return withZone(compact.slice(1));
  const date = DATE_AND_ZONE.exec(text);
  if (date === null) return undefined;
  return withZone([...date.slice(1, 4), undefined, undefined, undefined, undefined, date[4]]);
}

function withZone(parts: readonly (string | undefined)[]): TimeParts | undefined {
  const [year = '', month = '', day = '', hour = '0', minute = '0', second = '0', fraction = '', zone = ''] = parts;
  const found = ZONE.exec(zone);
  if (found === null) return undefined;
  const two = (digits: string): string => digits.padStart(2, '0');
  const [, offset, inBrackets, name = inBrackets] = found;
  return { year, month: two(month), day: two(day), hour, minute, second, fraction, offset, zoneName: name };
}
