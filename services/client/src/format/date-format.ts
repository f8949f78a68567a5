/** A day on some calendar page; `month` counts from 1. */
export interface CalendarDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Reads `2026-11-27`. */
export function calendarDay(iso: string): CalendarDay {
  const [year = 1970, month = 1, day = 1] = iso.split('-').map(Number);
  return { year, month, day };
}

const KEPT = 2000;

/**
 * How a day is written in a language (a BCP 47 tag): with the month's name, `Nov 22, 2026`, `22. Nov. 2026`, for
 * 03/04/2026 is two days. Languages that write the month as a number keep it where the year stands first, as in ISO.
 */
export function dayFormat(locale: string, parts: Intl.DateTimeFormatOptions = {}): (day: CalendarDay) => string {
  const format = unambiguous(locale, { year: 'numeric', month: 'short', day: 'numeric', ...parts });
  const texts = new Map<number, string>();
  return ({ year, month, day }) => {
    const key = (year * 12 + month) * 31 + day;
    let text = texts.get(key);
    if (text === undefined) {
      if (texts.size > KEPT) texts.clear();
      text = format.format(utcDay(year, month, day));
      texts.set(key, text);
    }
    return text;
  };
}

function unambiguous(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const short = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options });
  const shown = short.formatToParts(Date.UTC(2026, 10, 22)).filter(({ type }) => type !== 'literal');
  const number = shown.find(({ type }) => type === 'month')?.value ?? '';
  if (!/^\d+$/.test(number) || shown[0]?.type === 'year') return short;
  return new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options, month: 'long' });
}

/** `Date.UTC` takes years below 100 for the last century's. */
function utcDay(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month - 1, day);
}
