import { type EpochMicros, MICROS_PER_DAY, MICROS_PER_SECOND } from '../epoch-micros.ts';
import { namedZone, type TimeZone } from '../time-zone.ts';
import { type OffsetSpan, offsetSpans } from '../zone-offsets.ts';
import { type CalendarHours, dayText, type Hours, hoursOn, weekday } from './opening-hours.ts';
import type { Session, WrittenCalendar } from './session-calendar.ts';

const FIRST_YEAR = 1960;
const LAST_YEAR = 2099;
const MINUTE = 60 * MICROS_PER_SECOND;
/** A session of a day can begin or end so long before or after it in UTC. */
const MARGIN = 3 * MICROS_PER_DAY;

/** Sessions made of opening hours, a year at a time when it is first asked for. */
export class HoursCalendar implements WrittenCalendar {
  readonly hours: CalendarHours;
  readonly #zone: TimeZone;
  readonly #years = new Map<number, readonly Session[]>();

  /** @throws RangeError no such time zone */
  constructor(hours: CalendarHours) {
    const zone = namedZone(hours.timeZone);
    if (zone === undefined) throw new RangeError(`there is no time zone ${JSON.stringify(hours.timeZone)}`);
    this.hours = hours;
    this.#zone = zone;
  }

  get name(): string {
    return this.hours.name;
  }

  get timeZone(): string {
    return this.hours.timeZone;
  }

  between(from: EpochMicros, until: EpochMicros): readonly Session[] {
    if (from >= until) return [];
    const found: Session[] = [];
    for (let year = yearOf(from - MARGIN); year <= yearOf(until + MARGIN); year++) {
      const sessions = this.#sessionsOf(year);
      for (let i = firstIndex(sessions, ({ close }) => close > from); i < sessions.length; i++) {
        const session = sessions[i];
        if (session === undefined || session.open >= until) break;
        found.push(session);
      }
    }
    return found;
  }

  isOpen(time: EpochMicros): boolean {
    const last = this.lastOpened(time);
    return last !== undefined && time < last.close;
  }

  lastOpened(time: EpochMicros): Session | undefined {
    for (let year = yearOf(time + MARGIN); year >= FIRST_YEAR; year--) {
      const sessions = this.#sessionsOf(year);
      const found = sessions[firstIndex(sessions, ({ open }) => open > time) - 1];
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #sessionsOf(year: number): readonly Session[] {
    const known = this.#years.get(year);
    if (known !== undefined) return known;
    const sessions = year < FIRST_YEAR || year > LAST_YEAR ? [] : this.#makeYear(year);
    this.#years.set(year, sessions);
    return sessions;
  }

  #makeYear(year: number): readonly Session[] {
    const [first, next] = [Date.UTC(year, 0), Date.UTC(year + 1, 0)].map((millis) => millis / 86_400_000);
    const [from = 0, until = 0] = [first, next].map((day = 0) => day * MICROS_PER_DAY);
    const moments = new Moments(this.#zone, offsetSpans(this.#zone, from - MARGIN, until + MARGIN));
    const sessions: Session[] = [];
    for (let day = first ?? 0; day < (next ?? 0); day++) {
      const openings = hoursOn(this.hours, day);
      const kind = kindOf(openings, this.hours.week[weekday(day)] ?? []);
      for (const hours of openings) {
        const open = moments.of(day * MICROS_PER_DAY + hours.open * MINUTE);
        const close = moments.of(day * MICROS_PER_DAY + hours.close * MINUTE);
        // Where the clock jumps over all of it, there is no opening.
        if (open < close) sessions.push({ day: dayText(day), open, close, kind });
      }
    }
    return sessions;
  }
}

/** What a day's openings are, beside the usual ones of its weekday. */
function kindOf(openings: readonly Hours[], usual: readonly Hours[]): Session['kind'] {
  const isUsual =
    openings.length === usual.length &&
    openings.every(({ open, close }, i) => open === usual[i]?.open && close === usual[i]?.close);
  if (isUsual) return 'regular';
  const closesEarly = (openings.at(-1)?.close ?? 0) < (usual.at(-1)?.close ?? 0);
  return closesEarly && openings[0]?.open === usual[0]?.open ? 'half_day' : 'special';
}

/** The moments at which a zone's wall clock reads something, found without asking it each time. */
class Moments {
  readonly #zone: TimeZone;
  readonly #spans: readonly OffsetSpan[];

  constructor(zone: TimeZone, spans: readonly OffsetSpan[]) {
    this.#zone = zone;
    this.#spans = spans;
  }

  of(wall: number): EpochMicros {
    const index = this.#spans.findLastIndex(({ from, offset }) => from <= wall - offset);
    const offset = this.#spans[index]?.offset ?? 0;
    const begin = this.#spans[index]?.from ?? Number.POSITIVE_INFINITY;
    const end = this.#spans[index + 1]?.from ?? Number.POSITIVE_INFINITY;
    // Within a day of a clock change the zone itself has to say.
    const isPlain = begin + MICROS_PER_DAY < wall - offset && wall - offset < end - MICROS_PER_DAY;
    return (isPlain ? wall - offset : this.#zone.momentOf(wall)) as EpochMicros;
  }
}

/** A year that can have sessions, or the one beside them. */
function yearOf(time: number): number {
  const year = new Date(Math.max(-1e14, Math.min(time / 1000, 1e14))).getUTCFullYear();
  return Math.max(FIRST_YEAR - 1, Math.min(year, LAST_YEAR + 1));
}

/** Where a sorted list begins to fulfil a condition. */
function firstIndex(sessions: readonly Session[], isBehind: (session: Session) => boolean): number {
  let [low, high] = [0, sessions.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const session = sessions[middle];
    if (session !== undefined && isBehind(session)) high = middle;
    else low = middle + 1;
  }
  return low;
}
