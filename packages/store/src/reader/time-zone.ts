import { MICROS_PER_DAY, MICROS_PER_SECOND } from '@tickwatch/core';
import { LEVEL_WIDTH, type Level } from './range-plan.ts';

const SECOND = MICROS_PER_SECOND;

/** The days of a time zone, with its clock changes. */
export class TimeZone {
  readonly #format: Intl.DateTimeFormat;

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
      const start = this.#startOfDay(day * MICROS_PER_DAY);
      if (start >= until) return starts;
      const next = starts.at(-1);
      if (next === start) continue;
      if (next !== undefined && start <= from) starts.pop();
      starts.push(start);
    }
  }

  /** @param midnight 00:00 of the day, as if the wall clock were UTC */
  #startOfDay(midnight: number): number {
    const before = this.#offset(midnight - MICROS_PER_DAY);
    const after = this.#offset(midnight + MICROS_PER_DAY);
    const candidates = [midnight - before, midnight - after].sort((a, b) => a - b);
    const start = candidates.find((time) => time + this.#offset(time) === midnight);
    return start ?? this.#jump(midnight - MICROS_PER_DAY, midnight + MICROS_PER_DAY, after);
  }

  /** The moment between two at which the offset became `after`. */
  #jump(low: number, high: number, after: number): number {
    let [from, until] = [low / SECOND, high / SECOND];
    while (until - from > 1) {
      const middle = Math.floor((from + until) / 2);
      if (this.#offset(middle * SECOND) === after) until = middle;
      else from = middle;
    }
    return until * SECOND;
  }

  /** µs that the wall clock is ahead of UTC. */
  #offset(time: number): number {
    const millis = Math.floor(time / SECOND) * 1000;
    const part: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
    for (const { type, value } of this.#format.formatToParts(millis)) part[type] = value;
    const wall = Date.UTC(
      Number(part.year),
      Number(part.month) - 1,
      Number(part.day),
      Number(part.hour),
      Number(part.minute),
      Number(part.second),
    );
    return (wall - millis) * 1000;
  }
}

/** The coarsest level whose buckets never lie across one of the moments. */
export function coarsestLevel(moments: readonly number[]): Level {
  const fits = (level: keyof typeof LEVEL_WIDTH): boolean => moments.every((time) => time % LEVEL_WIDTH[level] === 0);
  return fits('day') ? 'day' : fits('hour') ? 'hour' : fits('minute') ? 'minute' : 'raw';
}
