import type { EpochMicros } from './epoch-micros.ts';

/** The system's clock is looked at so often, in ms: reading it for every tick would double the cost. */
const LOOK_MS = 1;
/** Back by less than this, in ms, is no step of the system's clock but its own coarseness and a slightly slower pace. */
const STEP_MS = 2;

/**
 * The system's clock with the resolution of the monotonic one. It follows the system's clock, through steps and sleep of
 * the machine, and runs backwards only when that was set back by {@link STEP_MS} or more.
 */
export class WallClock {
  readonly #now: () => number;
  readonly #monotonic: () => number;
  /** Wall minus monotonic time in ms. */
  #offset: number;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;

  /**
   * @param now whole milliseconds since 1970, as `Date.now` gives them
   * @param monotonic milliseconds from anywhere, with a fraction, as `performance.now` gives them
   * @param origin the wall time at which `monotonic` was 0, where it is known better than in whole milliseconds
   */
  constructor(now: () => number, monotonic: () => number, origin: number = now() - monotonic()) {
    this.#now = now;
    this.#monotonic = monotonic;
    this.#offset = origin;
  }

  micros(): EpochMicros {
    let monotonic = this.#monotonic();
    if (monotonic - this.#lookedAt >= LOOK_MS) monotonic = this.#look();
    const time = this.#offset + monotonic;
    if (time > this.#last || this.#last - time >= STEP_MS) this.#last = time;
    return Math.round(this.#last * 1000) as EpochMicros;
  }

  /** Keeps the offset within what a reading of the monotonic clock between two of the system's allows. */
  #look(): number {
    const earliest = this.#now();
    const monotonic = this.#monotonic();
    const latest = this.#now() + 1;
    this.#offset = Math.min(Math.max(this.#offset, earliest - monotonic), latest - monotonic);
    this.#lookedAt = monotonic;
    return monotonic;
  }
}

const systemClock = new WallClock(
  () => Date.now(),
  () => performance.now(),
  performance.timeOrigin,
);

/** The clock of the machine in microseconds (resolution: about a microsecond). */
export function nowMicros(): EpochMicros {
  return systemClock.micros();
}

/** Smaller differences are not told: in µs, and per ms since the last look, as NTP may let a clock go fast or slow. */
const UNTOLD_MICROS = 500_000;
const SLEW_MICROS_PER_MS = 1;

/** Notices that the system's clock was set, or stood in a sleep that the monotonic clock does not count. */
export class ClockWatch {
  #wall = Number.NaN;
  #monotonic = Number.NaN;

  /** @returns by how many µs the clock was stepped since the last look; `undefined`: it was not */
  observe(wallMicros: number, monotonicMs: number): number | undefined {
    const elapsedMs = monotonicMs - this.#monotonic;
    const step = Math.round(wallMicros - this.#wall - elapsedMs * 1000);
    this.#wall = wallMicros;
    this.#monotonic = monotonicMs;
    return Math.abs(step) > UNTOLD_MICROS + elapsedMs * SLEW_MICROS_PER_MS ? step : undefined;
  }
}
