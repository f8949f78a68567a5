import { MICROS_PER_SECOND, namedZone, offsetSpans } from '@tickwatch/core';

/** So far around a moment its clock changes are looked up, in seconds. */
const AROUND = 400 * 86_400;

/** A stretch between two changes of a clock, in epoch seconds, and how far the clock is ahead of UTC in it. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly offset: number;
  /** Seconds that the clock shows again at its end, and has shown before at its begin. */
  readonly again: number;
  readonly before: number;
}

/** A zone's wall clock for many moments, which lie near each other mostly. All times in seconds. */
export class ZoneClock {
  readonly #zone;
  #stretch: Stretch = { from: 0, to: 0, offset: 0, again: 0, before: 0 };

  /** @param zone an IANA name; of one that nobody knows, the clock is UTC's */
  constructor(zone: string) {
    this.#zone = zone === 'UTC' ? undefined : namedZone(zone);
  }

  /** How far the clock is ahead of UTC. */
  offsetAt(time: number): number {
    return this.#stretchAt(time).offset;
  }

  /** What the clock shows, as if it were UTC. */
  wallAt(time: number): number {
    return time + this.offsetAt(time);
  }

  /** Whether the clock shows the same once more, before or after: it is set back then. */
  isRepeated(time: number): boolean {
    const { from, to, again, before } = this.#stretchAt(time);
    return time >= to - again || time < from + before;
  }

  #stretchAt(time: number): Stretch {
    const { from, to } = this.#stretch;
    if (!(time >= from && time < to)) this.#stretch = this.#find(time);
    return this.#stretch;
  }

  #find(time: number): Stretch {
    const [start, end] = [time - AROUND, time + AROUND];
    if (this.#zone === undefined) return { from: start, to: end, offset: 0, again: 0, before: 0 };
    const spans = offsetSpans(this.#zone, start * MICROS_PER_SECOND, end * MICROS_PER_SECOND);
    const index = spans.findLastIndex(({ from }) => from <= time * MICROS_PER_SECOND);
    const [previous, span, next] = [spans[index - 1], spans[index], spans[index + 1]];
    const offset = (span?.offset ?? 0) / MICROS_PER_SECOND;
    return {
      from: previous === undefined ? start : (span?.from ?? 0) / MICROS_PER_SECOND,
      to: next === undefined ? end : next.from / MICROS_PER_SECOND,
      offset,
      again: Math.max(0, offset - (next?.offset ?? span?.offset ?? 0) / MICROS_PER_SECOND),
      before: Math.max(0, (previous?.offset ?? span?.offset ?? 0) / MICROS_PER_SECOND - offset),
    };
  }
}

const clocks = new Map<string, ZoneClock>();

/** The clock of a zone, one for all who ask. */
export function zoneClock(zone: string): ZoneClock {
  const clock = clocks.get(zone) ?? new ZoneClock(zone);
  clocks.set(zone, clock);
  return clock;
}
