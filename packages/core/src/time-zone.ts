import { MICROS_PER_DAY, MICROS_PER_SECOND } from './epoch-micros.ts';

const SECOND = MICROS_PER_SECOND;
const HOUR = 3600 * SECOND;
const MAX_HOURS = 10_000;

/** A time zone's wall clock and days, with its clock changes. */
export class TimeZone {
  readonly #format: Intl.DateTimeFormat;
  /** Of hours of the wall clock: when they began; `undefined`: the clock is changed in them. */
  readonly #hours = new Map<number, number | undefined>();

  /** @throws RangeError no such zone */
  constructor(name: string) {
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'iso8601',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /**
   * Where the days begin that touch `[from, until)`, ascending, in µs. A day begins at the earliest moment whose wall
   * clock reads 00:00, or where the clock jumps over midnight, right after the jump.
   */
  dayStarts(from: number, until: number): readonly number[] {
    const starts: number[] = [];
    const local = from + this.#offset(from);
    // One day early: a clock change can put the start of the day before where today's offset says.
    for (let day = Math.floor(local / MICROS_PER_DAY) - 1; ; day++) {
      const start = this.momentOf(day * MICROS_PER_DAY);
      if (start >= until) return starts;
      const next = starts.at(-1);
      if (next === start) continue;
      if (next !== undefined && start <= from) starts.pop();
      starts.push(start);
    }
  }

  /**
   * The earliest moment whose wall clock reads this; where the clock jumps over it, the moment right after the jump.
   * @param wall what the wall clock reads, in µs as if it were UTC
   */
  momentOf(wall: number): number {
    const before = this.#offset(wall - MICROS_PER_DAY);
    const after = this.#offset(wall + MICROS_PER_DAY);
    const candidates = [wall - before, wall - after].sort((a, b) => a - b);
    const moment = candidates.find((time) => time + this.#offset(time) === wall);
    return moment ?? this.changeWithin(wall - MICROS_PER_DAY, wall + MICROS_PER_DAY);
  }

  /** As {@link momentOf}, quickly for many times of the same hours: the rows of a file. */
  momentInHour(wall: number): number {
    const hour = Math.floor(wall / HOUR) * HOUR;
    if (!this.#hours.has(hour)) {
      if (this.#hours.size >= MAX_HOURS) this.#hours.clear();
      const begin = this.momentOf(hour);
      this.#hours.set(hour, this.momentOf(hour + HOUR) - begin === HOUR ? begin : undefined);
    }
    const begin = this.#hours.get(hour);
    return begin === undefined ? this.momentOf(wall) : begin + wall - hour;
  }

  /** What the wall clock reads at a moment, in µs as if it were UTC. */
  wallOf(moment: number): number {
    return moment + this.#offset(moment);
  }

  /** The first whole second in `(low, high]` whose offset is not that of `low`; both are whole seconds, in µs. */
  changeWithin(low: number, high: number): number {
    const before = this.#offset(low);
    let [from, until] = [low / SECOND, high / SECOND];
    while (until - from > 1) {
      const middle = Math.floor((from + until) / 2);
      if (this.#offset(middle * SECOND) === before) from = middle;
      else until = middle;
    }
    return until * SECOND;
  }

  /** µs that the wall clock is ahead of UTC. */
  #offset(time: number): number {
    const millis = Math.floor(time / SECOND) * 1000;
    const part: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
    for (const { type, value } of this.#format.formatToParts(millis)) part[type] = value;
    const year = part.era?.startsWith('B') ? 1 - Number(part.year) : Number(part.year);
    // Date.UTC would take the years 0 to 99 for those of the last century.
    const wall = new Date(0);
    wall.setUTCFullYear(year, Number(part.month) - 1, Number(part.day));
    wall.setUTCHours(Number(part.hour), Number(part.minute), Number(part.second));
    return (wall.getTime() - millis) * 1000;
  }
}

const zones = new Map<string, TimeZone | undefined>();
const MAX_ZONES = 1000;

/** The time zone of a name of IANA's; `undefined`: there is none. */
export function namedZone(name: string): TimeZone | undefined {
  if (!zones.has(name)) {
    if (zones.size >= MAX_ZONES) zones.clear();
    zones.set(name, zoneOrNone(name));
  }
  return zones.get(name);
}

function zoneOrNone(name: string): TimeZone | undefined {
  try {
    return new TimeZone(name);
  } catch {
    return undefined;
  }
}
