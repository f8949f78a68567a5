import { dayFormat } from '../format/date-format.ts';
import { LOCALE } from '../format/locale.ts';
import { clockText } from '../format/time-text.ts';
import { wallClock, type ZoneChoice, zoneLabel, zoneName } from '../format/zone.ts';
import { stockAddress } from '../route.ts';
import { calendarWords } from './calendar-words.ts';
import { parseMoment } from './parse-moment.ts';
import { parseSpan } from './parse-span.ts';

/** Whose chart is meant. */
export interface Subject {
  readonly stock: string;
  readonly exchange: string | undefined;
}

/** A stretch of time that a text names: what it is called, and where it leads for a stock. */
export interface TimeEntry {
  readonly id: string;
  readonly title: string;
  readonly addressOf: (subject: Subject) => string;
}

export type TimeAnswer =
  | { readonly is: 'time'; readonly entry: TimeEntry }
  | { readonly is: 'unclear'; readonly why: string };

/** So much is shown on each side of a moment. */
const AROUND_MS = 1_800_000;

const words = calendarWords(LOCALE);
const writeDay = dayFormat(LOCALE, { weekday: 'short' });

/** Reads a range or a date; undefined: it is neither. */
export function timeEntry(text: string, zone: ZoneChoice, nowMs: number): TimeAnswer | undefined {
  const span = parseSpan(text);
  if (span !== undefined) {
    return named('span', `The last ${span.text}`, nowMs - span.seconds * 1000, undefined);
  }
  const name = zoneName(zone);
  const meant = parseMoment(text, { zone: name, nowMs, words });
  if (meant === undefined || meant.is === 'unclear') return meant;
  const start = meant.is === 'day' ? meant.from : meant.at;
  const day = writeDay(wallClock(name, start));
  const title =
    meant.is === 'day' ? day : `${day} ${clockText(zone, start * 1000).replace(/:00$/, '')} ${zoneLabel(zone)} time`;
  if (start > nowMs) return { is: 'unclear', why: `${title} lies ahead: there are no prices yet` };
  if (meant.is === 'day') return named('day', title, meant.from, meant.to > nowMs ? undefined : meant.to);
  return named('moment', title, start - AROUND_MS, start + AROUND_MS > nowMs ? undefined : start + AROUND_MS);
}

function named(id: string, title: string, from: number, to: number | undefined): TimeAnswer {
  const seconds = (millis: number): string => String(Math.round(millis / 1000));
  const bounds = { from: seconds(from), to: to === undefined ? undefined : seconds(to) };
  const addressOf = ({ stock, exchange }: Subject): string => stockAddress(stock, exchange, bounds);
  return { is: 'time', entry: { id: `time/${id}`, title, addressOf } };
}
