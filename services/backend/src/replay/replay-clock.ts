import type { EpochMicros } from '@tickwatch/core';

/** How many times as fast as it was, or as fast as it is taken. */
export type Speed = number | 'unpaced';

/** The moment that a replay is at: goes at a speed while it runs, and stands still otherwise. Has no clock of its own. */
export class ReplayClock {
  #moment: EpochMicros;
  #speed: Speed;
  /** Monotonic, in ms: when `#moment` was; `undefined`: it stands still. */
  #since: number | undefined;

  constructor(moment: EpochMicros, speed: Speed) {
    this.#moment = moment;
    this.#speed = speed;
  }

  get speed(): Speed {
    return this.#speed;
  }

  /** @param now monotonic, in ms, as everywhere here */
  at(now: number): number {
    if (this.#since === undefined || this.#speed === 'unpaced') return this.#moment;
    return this.#moment + (now - this.#since) * 1000 * this.#speed;
  }

  /** When a moment is reached, if it runs on. */
  dueAt(moment: number): number {
    if (this.#speed === 'unpaced') return Number.NEGATIVE_INFINITY;
    if (this.#since === undefined) return Number.POSITIVE_INFINITY;
    return this.#since + (moment - this.#moment) / (1000 * this.#speed);
  }

  run(now: number): void {
    this.#since ??= now;
  }

  /** @param most stands no later than there */
  hold(now: number, most = Number.POSITIVE_INFINITY): void {
    this.#set(Math.min(this.at(now), most));
    this.#since = undefined;
  }

  /** Goes on from another moment, or at another speed; holding or running, as it did. */
  jump(now: number, moment: number, speed = this.#speed): void {
    this.#set(moment);
    this.#speed = speed;
    if (this.#since !== undefined) this.#since = now;
  }

  /** Rounded down: nothing may be early. */
  #set(moment: number): void {
    this.#moment = Math.floor(moment) as EpochMicros;
  }
}
