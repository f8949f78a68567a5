import { isExchangeName } from '../exchange.ts';
import { namedZone } from '../time-zone.ts';
import type { SessionsFile } from './calendars.ts';
import { doubledMember } from './doubled-member.ts';
import { KNOWN_CALENDARS, knownHours } from './known-calendars.ts';
import { type CalendarHours, type Hours, parseDay } from './opening-hours.ts';
import { overlapOf } from './overlap.ts';
import { isRecord, type Note, readOpenings, readWeek, shown } from './written-openings.ts';

const EXAMPLE =
  '{"TSE":{"timezone":"Asia/Tokyo","hours":{"Mon-Fri":["09:00-11:30","12:30-15:30"]},"holidays":["2026-12-31"]}}';
const FORMS = `null (always open), a calendar (${KNOWN_CALENDARS.join(', ')}) or an object, as in ${EXAMPLE}`;
const MEMBERS = ['name', 'calendar', 'timezone', 'hours', 'holidays', 'special'];

const NO_DATE = 'no date; it has to look like "2026-12-31"';

export interface ReadSessions {
  readonly file: SessionsFile;
  /** What is wrong, each the end of a sentence that begins with the file's name; then `file` isn't to be used. */
  readonly problems: readonly string[];
}

/**
 * Reads when exchanges are open: a JSON object whose members are exchanges, each with
 * - `null` or `"always"`: always open,
 * - the name of a built-in calendar,
 * - `{calendar, holidays?, special?, name?}`: a built-in calendar with days of its own, or
 * - `{timezone, hours, holidays?, special?, name?}`: `hours` by days (`Mon-Fri`, `Sat,Sun`) and `special` by dates,
 *   each one opening or a list of them (see {@link parseHours}); `holidays` is a list of dates.
 */
export function parseSessionsFile(text: string): ReadSessions {
  const problems: string[] = [];
  const file = new Map<string, CalendarHours | undefined>();
  const written = parseJson(text, problems);
  for (const [exchange, value] of Object.entries(written)) {
    const note: Note = (what) => {
      problems.push(`${shown(exchange)}: ${what}`);
      return undefined;
    };
    if (!isExchangeName(exchange)) note('no name of an exchange; it has to look like NASDAQ');
    file.set(exchange, readExchange(exchange, value, note));
  }
  return { file, problems };
}

function parseJson(text: string, problems: string[]): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    const doubled = doubledMember(text);
    if (doubled !== undefined) problems.push(`has ${shown(doubled)} twice in one object; keep one`);
    if (isRecord(value)) return value;
    problems.push(`has to hold an object with a member for each exchange, as in ${EXAMPLE}`);
  } catch (error) {
    problems.push(
      `is no JSON (${error instanceof Error ? error.message : String(error)}); it has to be like ${EXAMPLE}`,
    );
  }
  return {};
}

function readExchange(exchange: string, value: unknown, note: Note): CalendarHours | undefined {
  if (value === null || value === 'always') return undefined;
  if (typeof value === 'string') return readKnown(value, note);
  if (!isRecord(value)) return note(`is ${shown(value)}; it can be ${FORMS}`);
  for (const name of Object.keys(value)) {
    if (!MEMBERS.includes(name)) note(`has ${shown(name)}; it can have ${MEMBERS.join(', ')}`);
  }
  const base = value.calendar === undefined ? readOwn(exchange, value, note) : readBase(value, note);
  const { name = base?.name } = value;
  if (base === undefined) return undefined;
  if (typeof name !== 'string' || name.trim() === '') return note(`name is ${shown(name)}; it has to be a text`);
  const hours = { ...base, name, special: new Map([...base.special, ...readSpecial(value, note)]) };
  const overlap = overlapOf(hours);
  return overlap === undefined ? hours : note(overlap);
}

function readKnown(name: unknown, note: Note): CalendarHours | undefined {
  const known = typeof name === 'string' ? knownHours(name) : undefined;
  return known ?? note(`${shown(name)} is no calendar; there are ${KNOWN_CALENDARS.join(' and ')}`);
}

function readBase(value: Readonly<Record<string, unknown>>, note: Note): CalendarHours | undefined {
  const both = ['timezone', 'hours'].find((name) => value[name] !== undefined);
  if (both !== undefined) note(`has calendar and ${both}; a calendar has its own: keep one of them`);
  return readKnown(value.calendar, note);
}

function readOwn(
  name: string,
  { timezone, hours }: Readonly<Record<string, unknown>>,
  note: Note,
): CalendarHours | undefined {
  const zone = typeof timezone === 'string' && namedZone(timezone) !== undefined ? timezone : undefined;
  if (timezone === undefined) note('lacks timezone (an IANA name such as Asia/Tokyo), or calendar instead');
  else if (zone === undefined)
    note(`timezone ${shown(timezone)} is no time zone; give an IANA name such as Asia/Tokyo`);
  const week = readWeek(hours, note);
  return zone === undefined || week === undefined ? undefined : { name, timeZone: zone, week, special: new Map() };
}

/** Holidays and days of other hours. */
function readSpecial(
  { holidays = [], special = {} }: Readonly<Record<string, unknown>>,
  note: Note,
): ReadonlyMap<string, readonly Hours[]> {
  const found = new Map<string, readonly Hours[]>();
  if (!Array.isArray(holidays)) note(`holidays is ${shown(holidays)}; it has to be a list of dates: ["2026-12-31"]`);
  for (const day of Array.isArray(holidays) ? holidays : []) {
    if (isDate(day)) found.set(day, []);
    else note(`holidays has ${shown(day)}: ${NO_DATE}`);
  }
  if (!isRecord(special)) note(`special is ${shown(special)}; it has to look like {"2026-12-30":"09:00-11:30"}`);
  for (const [day, hours] of isRecord(special) ? Object.entries(special) : []) {
    if (!isDate(day)) note(`special has ${shown(day)}: ${NO_DATE}`);
    if (found.has(day)) note(`${day} stands in holidays and in special; keep one`);
    const openings = readOpenings(hours, `special, ${day}`, note);
    if (openings !== undefined) found.set(day, openings);
  }
  return found;
}

function isDate(value: unknown): value is string {
  return typeof value === 'string' && parseDay(value) !== undefined;
}
