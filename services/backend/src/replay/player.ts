import { backoffMs, type EpochMicros, type SequencedTick } from '@tickwatch/core';
import type { Played, PlayState, ReplaySink } from './played.ts';
import { RateLimit } from './rate-limit.ts';
import { type Head, type PageOffset, ReadAhead, type ReadPage } from './read-ahead.ts';
import { ReplayClock, type Speed } from './replay-clock.ts';
import { takeTicks } from './take-ticks.ts';
import type { Timeline } from './timeline.ts';

/** Ticks of one message. */
export const MESSAGE_TICKS = 500;
/** What is later than this is not caught up with: the clock is set back instead. */
export const MOST_LAG_MS = 250;
/** While nothing happens, who listens hears so often what time it is. */
const TELL_EVERY_MS = 1000;

export interface PlayerOptions {
  readonly read: ReadPage;
  readonly sink: ReplaySink;
  readonly timeline: Timeline;
  /** µs; ticks of this time count. */
  readonly from: EpochMicros;
  /** µs; where it is when all is played. */
  readonly to: EpochMicros;
  readonly speed: Speed;
  /** Where an earlier run was, if not at the begin. */
  readonly place?: PageOffset | undefined;
  readonly ticksPerSecond: number;
  /** Of a message's ticks, in the live form. */
  readonly messageBytes: number;
  /** Whether to try again what could not be published; otherwise {@link Player.run} rejects. */
  readonly mayRetry: boolean;
  /** How many ms later than they were due the first of some ticks go out. */
  readonly onLag?: (ms: number, ticks: number) => void;
  /** What could not be read or published, and is tried again. */
  readonly onError?: (error: unknown) => void;
}

/**
 * Plays ticks as they came, each when it is due and never before, no tick twice and none left out, whatever it is told
 * meanwhile. A sink or a reader that is slow stretches its time. It begins when it is heard.
 */
export class Player {
  readonly #options: PlayerOptions;
  readonly #clock: ReplayClock;
  readonly #rate: RateLimit;
  #ahead: ReadAhead;
  /** Taken, and not published yet: to be published as it is, however often that is tried. */
  #pending: Played | undefined;
  #seek = 0;
  #ticks = 0;
  #behindMs = 0;
  /** Time begins with the first tick: another run has told what was before it. */
  #isFirstAwaited: boolean;
  #isPaused = false;
  #isEnded = false;
  #isClosed = false;
  #isHeard = false;
  /** Who listens is to hear how it is, now. */
  #isUntold = true;
  #stalledAt: number | undefined;
  #toldAt = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #wake = (): void => {};

  constructor(options: PlayerOptions) {
    this.#options = options;
    this.#clock = new ReplayClock(options.from, options.speed);
    this.#rate = new RateLimit(options.ticksPerSecond, MESSAGE_TICKS);
    this.#isFirstAwaited = options.place !== undefined;
    this.#ahead = this.#readFrom(options.from, options.place);
  }

  get state(): PlayState {
    if (this.#isEnded) return 'ended';
    if (this.#isPaused) return 'paused';
    return this.#isHeard ? 'playing' : 'waiting';
  }

  get speed(): Speed {
    return this.#clock.speed;
  }

  /** The moment that it is at. */
  get time(): EpochMicros {
    return this.#position(this.#options.timeline.now());
  }

  /** How often it was set to another moment. */
  get seeks(): number {
    return this.#seek;
  }

  /** Ticks that were published, in all. */
  get ticks(): number {
    return this.#ticks;
  }

  /** By how much its time was stretched so far, because somebody was slow. */
  get behindMs(): number {
    return this.#behindMs;
  }

  /** Resolves when it is closed. @throws what publishing failed with, where that is not tried again */
  async run(): Promise<void> {
    while (!this.#isClosed) {
      try {
        await this.#step(this.#options.timeline.now());
      } catch (error) {
        if (this.#isClosed) return;
        if (!this.#options.mayRetry) throw error;
        this.#options.onError?.(error);
        this.#stall();
        await this.#sleep(this.#options.timeline.now() + backoffMs(this.#failures++));
      }
    }
  }

  pause(): void {
    this.#isPaused = true;
    this.#hold();
    this.#changed();
  }

  resume(): void {
    this.#isPaused = false;
    this.#changed();
  }

  /** Goes on with the first tick of that time or a later one. */
  seek(time: EpochMicros): void {
    this.#isFirstAwaited = false;
    this.#seek++;
    this.#isEnded = false;
    this.#pending = undefined;
    const now = this.#options.timeline.now();
    this.#clock.hold(now);
    this.#clock.jump(now, time);
    this.#ahead[Symbol.dispose]();
    this.#ahead = this.#readFrom(time);
    this.#changed();
  }

  setSpeed(speed: Speed): void {
    const now = this.#options.timeline.now();
    this.#clock.jump(now, this.#position(now), speed);
    this.#changed();
  }

  /** Whether anybody listens. While nobody does, its time stands still. */
  setHeard(isHeard: boolean): void {
    if (isHeard === this.#isHeard) return;
    this.#isHeard = isHeard;
    this.#hold();
    this.#changed();
  }

  close(): void {
    this.#isClosed = true;
    this.#ahead[Symbol.dispose]();
    this.#wake();
  }

  async #step(now: number): Promise<void> {
    if (!this.#isHeard) return this.#sleep();
    if (this.#isUntold) return this.#publish(this.#played([]));
    if (this.state !== 'playing') return this.#sleep();
    if (this.#pending !== undefined) return this.#publish(this.#pending);
    const head = this.#ahead.head();
    if (head === 'end') return this.#end(now);
    if (head === 'reading') {
      // What was is not known yet: time can't go on.
      this.#stall();
      return this.#sleep();
    }
    if (this.#isFirstAwaited) this.#clock.jump(now, clockOf(head));
    this.#isFirstAwaited = false;
    this.#goOn(now);
    await this.#playFrom(head, now);
  }

  async #playFrom(head: Head, now: number): Promise<void> {
    const due = this.#clock.dueAt(clockOf(head));
    if (due > now) {
      const tellAt = this.#toldAt + TELL_EVERY_MS;
      if (tellAt <= now) return this.#publish(this.#played([]));
      return this.#sleep(Math.min(due, tellAt));
    }
    const room = this.#rate.room(now);
    if (room < 1) return this.#sleep(this.#rate.roomAt());
    const isPaced = this.#clock.speed !== 'unpaced';
    const lag = isPaced ? now - due : 0;
    if (lag > MOST_LAG_MS) this.#stretch(head, now, lag);
    // A moment is 0.25 µs of a double: what is due is played, however it was rounded.
    const upTo = isPaced ? Math.max(this.#clock.at(now), clockOf(head)) : Number.POSITIVE_INFINITY;
    const ticks = takeTicks(head, upTo, Math.min(room, MESSAGE_TICKS), this.#options.messageBytes);
    this.#rate.take(ticks.length);
    this.#options.onLag?.(lag, ticks.length);
    if (!isPaced) this.#clock.jump(now, lastClock(head, ticks.length));
    this.#ahead.advance(ticks.length);
    this.#pending = this.#played(ticks);
    await this.#publish(this.#pending);
  }

  async #publish(played: Played): Promise<void> {
    this.#isUntold = false;
    this.#toldAt = this.#options.timeline.now();
    try {
      await this.#options.sink.publish(played);
    } catch (error) {
      // How it is, is told anew.
      this.#isUntold ||= played.ticks.length === 0;
      throw error;
    }
    this.#failures = 0;
    this.#ticks += played.ticks.length;
    // Where it was set to another moment meanwhile, that is what comes next.
    if (this.#pending === played) this.#pending = undefined;
  }

  #played(ticks: readonly SequencedTick[]): Played {
    const { time, speed, state } = this;
    return { ticks, seek: this.#seek, time, speed, state, place: this.#ahead.place() };
  }

  #end(now: number): void {
    this.#isEnded = true;
    this.#clock.hold(now);
    this.#clock.jump(now, this.#options.to);
    this.#isUntold = true;
  }

  /** Stands still because somebody is slow. */
  #stall(): void {
    this.#hold();
    this.#stalledAt ??= this.#options.timeline.now();
  }

  #goOn(now: number): void {
    if (this.#stalledAt !== undefined) this.#behindMs += now - this.#stalledAt;
    this.#stalledAt = undefined;
    this.#clock.run(now);
  }

  /** Sets the clock back, so that the next tick is late by no more than what is caught up with. */
  #stretch(head: Head, now: number, lag: number): void {
    const speed = this.#clock.speed as number;
    this.#behindMs += lag - MOST_LAG_MS;
    this.#clock.jump(now, clockOf(head) + MOST_LAG_MS * 1000 * speed);
  }

  /** Of what is taken or read, never behind the next tick. */
  #position(now: number): EpochMicros {
    const head = this.#ahead.head();
    const next = typeof head === 'object' ? clockOf(head) : Number.POSITIVE_INFINITY;
    return Math.floor(Math.min(this.#clock.at(now), next)) as EpochMicros;
  }

  #hold(): void {
    const now = this.#options.timeline.now();
    this.#clock.hold(now, this.#position(now));
  }

  #readFrom(from: number, place?: PageOffset): ReadAhead {
    const { read, timeline, onError } = this.#options;
    const changed = (error: unknown): void => {
      if (error !== undefined) onError?.(error);
      this.#wake();
    };
    return new ReadAhead(read, from, timeline, changed, place);
  }

  #changed(): void {
    this.#stalledAt = undefined;
    this.#isUntold = true;
    this.#wake();
  }

  /** Until a time, or until something is changed. */
  #sleep(until?: number): Promise<void> {
    return new Promise((resolve) => {
      const giveUp = until === undefined ? () => {} : this.#options.timeline.at(until, () => this.#wake());
      this.#wake = () => {
        this.#wake = () => {};
        giveUp();
        resolve();
      };
    });
  }
}

function clockOf({ chunk, index }: Head): number {
  return chunk.clocks[index] as number;
}

function lastClock({ chunk, index }: Head, ticks: number): number {
  return chunk.clocks[index + ticks - 1] as number;
}
