import { backoffMs, type EpochMicros, type ReplayState, type SequencedTick } from '@tickwatch/core';
import { BadQuestionError } from '@tickwatch/store';
import { Alarm } from './alarm.ts';
import type { Played } from './played.ts';
import type { PlayerOptions } from './player-options.ts';
import { RateLimit } from './rate-limit.ts';
import { type Head, type PageOffset, ReadAhead } from './read-ahead.ts';
import { ReplayClock, type Speed } from './replay-clock.ts';
import { takeTicks } from './take-ticks.ts';

/** Ticks of one message. */
const MESSAGE_TICKS = 500;
/** While nothing comes, who listens hears so often what time it is. */
const TELL_EVERY_MS = 1000;

/**
 * Plays ticks as they came, each when it is due and never before, no tick twice and none left out, whatever it is told
 * meanwhile. A sink or a reader that is slow stretches its time. It begins when it is heard.
 */
export class Player {
  readonly #options: PlayerOptions;
  readonly #clock: ReplayClock;
  readonly #rate: RateLimit;
  readonly #alarm: Alarm;
  #ahead: ReadAhead;
  /** Taken, and not known to be published: to be published as it is, before all else, however often that is tried. */
  #pending: Played | undefined;
  #seek = 0;
  #ticks = 0;
  /** Time begins with the first tick: another run has told what was before it. */
  #isFirstAwaited: boolean;
  #isPaused = false;
  #isEnded = false;
  #isClosed = false;
  #isHeard = false;
  /** Who listens is to hear how it is, now. */
  #isUntold = true;
  #toldAt = Number.NEGATIVE_INFINITY;
  #failures = 0;

  constructor(options: PlayerOptions) {
    this.#options = options;
    this.#clock = new ReplayClock(options.from, options.speed);
    this.#rate = new RateLimit(options.ticksPerSecond, MESSAGE_TICKS);
    this.#alarm = new Alarm(options.timeline);
    this.#isFirstAwaited = options.place !== undefined;
    this.#ahead = this.#readFrom(options.from, options.place);
  }

  get state(): ReplayState {
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
    return this.#clock.behindMs(this.#options.timeline.now());
  }

  /**
   * Resolves when it is closed. @throws BadQuestionError the place of what comes next is gone; what publishing failed with,
   * where that is not tried again
   */
  async run(): Promise<void> {
    while (!this.#isClosed) {
      try {
        await this.#step(this.#options.timeline.now());
      } catch (error) {
        if (this.#isClosed) return;
        if (!this.#options.mayRetry || error instanceof BadQuestionError) throw error;
        this.#options.onError?.(error);
        if (this.state === 'playing') this.#stall();
        await this.#alarm.sleep(this.#options.timeline.now() + backoffMs(this.#failures++));
      }
    }
  }

  pause(): void {
    this.#isPaused = true;
    this.#hold();
    this.tell();
  }

  resume(): void {
    this.#isPaused = false;
    this.tell();
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
    this.tell();
  }

  setSpeed(speed: Speed): void {
    const now = this.#options.timeline.now();
    this.#clock.jump(now, this.#position(now), speed);
    this.tell();
  }

  /** Whether anybody listens. While nobody does, its time stands still. */
  setHeard(isHeard: boolean): void {
    if (isHeard === this.#isHeard) return;
    this.#isHeard = isHeard;
    this.#hold();
    this.tell();
  }

  /** Says how it is, now: somebody may have come who has not heard it. */
  tell(): void {
    this.#isUntold = true;
    this.#alarm.wake();
  }

  close(): void {
    this.#isClosed = true;
    this.#ahead[Symbol.dispose]();
    this.#alarm.wake();
  }

  async #step(now: number): Promise<void> {
    if (!this.#isHeard) return this.#alarm.sleep();
    // It may have arrived: whatever came between would make another message of it, and it would be heard twice.
    if (this.#pending !== undefined) return this.#publish(this.#pending);
    if (this.#isUntold) return this.#tellNow();
    if (this.state !== 'playing') return this.#alarm.sleep();
    const head = this.#ahead.next();
    if (head === 'end') return this.#end(now);
    if (head === 'reading') {
      // What was is not known yet: time can't go on.
      this.#stall();
      return this.#waitUntil(Number.POSITIVE_INFINITY, now);
    }
    if (this.#isFirstAwaited) this.#clock.jump(now, clockOf(head));
    this.#isFirstAwaited = false;
    this.#clock.run(now);
    await this.#playFrom(head, now);
  }

  async #playFrom(head: Head, now: number): Promise<void> {
    const due = this.#clock.dueAt(clockOf(head));
    if (due > now) return this.#waitUntil(due, now);
    const room = this.#rate.room(now);
    if (room < 1) return this.#alarm.sleep(this.#rate.roomAt());
    const isPaced = this.#clock.speed !== 'unpaced';
    const lag = isPaced ? now - due : 0;
    this.#clock.setBack(now, clockOf(head), lag);
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

  /** Until then, or until who listens is to hear what time it is: then that is told. */
  #waitUntil(due: number, now: number): Promise<void> {
    const tellAt = this.#toldAt + TELL_EVERY_MS;
    return tellAt <= now ? this.#tellNow() : this.#alarm.sleep(Math.min(due, tellAt));
  }

  #tellNow(): Promise<void> {
    this.#isUntold = false;
    return this.#publish(this.#played([]));
  }

  async #publish(played: Played): Promise<void> {
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
    const now = this.#options.timeline.now();
    this.#clock.stall(now, this.#position(now));
  }

  /** Of what is taken or read, never behind the next tick. */
  #position(now: number): EpochMicros {
    const head = this.#ahead.head();
    const next = head === undefined ? Number.POSITIVE_INFINITY : clockOf(head);
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
      this.#alarm.wake();
    };
    return new ReadAhead(read, from, timeline, changed, place);
  }
}

function clockOf({ chunk, index }: Head): number {
  return chunk.clocks[index] as number;
}

function lastClock({ chunk, index }: Head, ticks: number): number {
  return chunk.clocks[index + ticks - 1] as number;
}
