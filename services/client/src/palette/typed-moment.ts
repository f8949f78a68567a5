import { LOCALE } from '../format/locale.ts';
import { type WallClock, wallClock, zoneName } from '../format/zone.ts';
import { zone } from '../settings.ts';
import { calendarWords } from './calendar-words.ts';
import { parseMoment } from './parse-moment.ts';

/** What can be typed, as examples. */
export const MOMENT_FORMS = '2026-03-05 14:30, 5 Mar 14:30, yesterday 9:30, monday, 3 hours ago';

const words = calendarWords(LOCALE);

/**
 * A moment that was typed, of the chosen zone, epoch ms; a text: why it is none.
 * @param now what “ago” and “yesterday” are counted from, epoch ms
 * @param latest what lies behind it is refused
 */
export function readMoment(text: string, now: number, latest = now): number | string {
  const meant = parseMoment(text, { zone: zoneName(zone.peek()), nowMs: now, words });
  if (meant === undefined) return `“${text}” is no moment that is understood; it can be ${MOMENT_FORMS}.`;
  if (meant.is === 'unclear') return `${meant.why}.`;
  const at = meant.is === 'day' ? meant.from : meant.at;
  return at > latest ? `“${text}” lies in the future: no tick can be there yet.` : at;
}

/** A moment as fields have it: `2026-03-05T14:30:00`. */
export function fieldText(millis: number): string {
  const clock = wallClock(zoneName(zone.peek()), millis);
  const two = (part: keyof WallClock): string => String(clock[part]).padStart(2, '0');
  const day = `${String(clock.year).padStart(4, '0')}-${two('month')}-${two('day')}`;
  return `${day}T${two('hour')}:${two('minute')}:${two('second')}`;
}
