import type { EpochMicros } from '@tickwatch/core';

/** How many times as fast as it was, or as fast as it is taken. */
export type Speed = number | 'unpaced';

/** What is later than this is not caught up with: the clock is set back instead. */
const MOST_LAG_MS = 250;

/**
 * The moment that a replay is at: goes at a speed while it runs, and stands still otherwise; knows by how much its time was
 * stretched because somebody was slow. Has no clock of its own.
 */
export class ReplayClock {
  #moment: EpochMicros;
  #speed: Speed;
  /** Monotonic, in ms: when `#moment` was; `undefined`: it stands still. */
  #since: number | undefined;
  #stalledAt: number | undefined;
  #behindMs = 0;

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

  /** By how much its time was stretched so far, a stall that lasts included; in ms. */
  behindMs(now: number): number {
    return this.#behindMs + (this.#stalledAt === undefined ? 0 : now - this.#stalledAt);
  }

  run(now: number): void {
    this.#behindMs = this.behindMs(now);
    this.#stalledAt = undefined;
    this.#since ??= now;
  }

  /** Stands still because it is told to: nobody is slow. @param most stands no later than there */
  hold(now: number, most = Number.POSITIVE_INFINITY): void {
    this.#set(Math.min(this.at(now), most));
    this.#since = undefined;
    this.#behindMs = this.behindMs(now);
    this.#stalledAt = undefined;
  }

  /** Stands still because somebody is slow, until it runs again. */
  stall(now: number, most: number): void {
    const since = this.#stalledAt ?? now;
    const behindMs = this.#behindMs;
    this.hold(now, most);
    this.#behindMs = behindMs;
    this.#stalledAt = since;
  }

  /** Goes on from another moment, or at another speed; holding or running, as it did. */
  jump(now: number, moment: number, speed = this.#speed): void {
    this.#set(moment);
    this.#speed = speed;
    if (this.#since !== undefined) this.#since = now;
  }

  /** What is due is late: sets the clock back, so that it is late by no more than what is caught up with. */
  setBack(now: number, due: number, lagMs: number): void {
    if (this.#speed === 'unpaced' || lagMs <= MOST_LAG_MS) return;
    this.#behindMs += lagMs - MOST_LAG_MS;
    this.jump(now, due + MOST_LAG_MS * 1000 * this.#speed);
  }

  /** Rounded down: nothing may be early. */
  #set(moment: number): void {
    this.#moment = Math.floor(moment) as EpochMicros;
  }
}
