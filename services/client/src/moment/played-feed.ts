import { signal } from '@preact/signals';
import { backoffMs, type LaneName, type LiveTick, laneName } from '@tickwatch/core';
import type { ApiError } from '../api/http.ts';
import type { PlayedTicks } from './moment.ts';
import type { PlayedClock } from './played-clock.ts';
import { PlayedLane } from './played-lane.ts';
import { loadTicks, type TickPage, ticksPath } from './tick-pages.ts';

/** How often the time of ticks is looked at. */
const LOOK_MS = 50;
/** So much is read ahead, in seconds of whoever watches, and ticks at most. */
const AHEAD_SECONDS = 4;
const MOST_WAITING = 40_000;
/**
 * One range that is asked for, in seconds of whoever watches. Its pages are read one by one, as it is played: a tick that came
 * late is where it came from page to page, and at its range's end at the latest.
 */
const RANGE_SECONDS = 900;
/** Behind a range without any tick, one is so many times as long: over a night or a weekend it takes a few to find the next tick. */
const QUIET_GROWTH = 8;
/** What arrived in the last two seconds may still be on its way into the database. */
const SETTLED = 2e6;

export interface PlayedFeedOptions {
  readonly clock: PlayedClock;
  readonly speed: () => number;
  /** What time it is, epoch µs. */
  readonly now: () => number;
  readonly show: (lane: LaneName, ticks: readonly LiveTick[]) => void;
  /** It has caught up with what is now. */
  readonly onPresent: () => void;
  readonly load?: (path: string, signal: AbortSignal) => Promise<TickPage>;
}

/**
 * Plays ticks from a moment on, read in ranges of bounded size: each is shown when the played clock comes to it, never
 * before. The clock waits where it has come to the end of what is read. A tick that came late is shown when it came: at the
 * time of the last one before it in the order of arrival.
 */
export class PlayedFeed implements PlayedTicks {
  /** Why nothing more can be read; it is tried again. undefined: all is well. */
  readonly trouble = signal<string | undefined>(undefined);
  readonly #options: PlayedFeedOptions;
  readonly #lanes = new Map<LaneName, PlayedLane>();
  readonly #abort = new AbortController();
  readonly #timer: ReturnType<typeof setInterval>;
  /** Time of the last tick that was read, and the end of what is read. */
  #last: number;
  #readUntil: number;
  /** End of the range whose pages are read. */
  #rangeEnd = 0;
  #next: string | undefined;
  #reading = false;
  /** How many times as long as usual the next range is. */
  #growth = 1;
  /** What time was played when it was looked at last. */
  #looked = Number.NEGATIVE_INFINITY;

  constructor(options: PlayedFeedOptions) {
    this.#options = options;
    this.#readUntil = options.clock.now();
    this.#last = this.#readUntil;
    this.#timer = setInterval(() => this.look(), LOOK_MS);
    this.look();
  }

  positionAt(micros: number): ReadonlyMap<LaneName, number> {
    return new Map([...this.#lanes].map(([name, lane]) => [name, lane.positionAt(micros)]));
  }

  /** The last ticks that were shown. */
  *recent(): Iterable<readonly [LaneName, readonly LiveTick[]]> {
    for (const [name, lane] of this.#lanes) yield [name, lane.recent];
  }

  /** Until when it is known that no tick comes, epoch µs: when the next one is shown, or the end of what is read. */
  get quietUntil(): number {
    const dues = [...this.#lanes.values()].map((lane) => lane.nextDue ?? Number.POSITIVE_INFINITY);
    return Math.min(this.#readUntil, ...dues);
  }

  /** Shows what is due and reads on. */
  look(): void {
    const now = this.#options.clock.now();
    for (const [name, lane] of this.#lanes) {
      const due = lane.take(now);
      if (due.length > 0) this.#options.show(name, due);
    }
    // Whoever was shown a tick may have gone elsewhere.
    if (this.#abort.signal.aborted) return;
    const isMoving = now > this.#looked;
    this.#looked = now;
    if (this.#reading) return;
    const waiting = this.#waiting();
    const isNear = (this.#readUntil - now) / 1e6 / this.#options.speed() <= AHEAD_SECONDS;
    if (isNear ? waiting < MOST_WAITING || now >= this.#readUntil : isMoving && waiting === 0 && this.#isFarBehind())
      void this.#read(now);
  }

  dispose(): void {
    clearInterval(this.#timer);
    this.#abort.abort();
  }

  /** Whether so much is not read yet that the next tick may be looked for in it. */
  #isFarBehind(): boolean {
    return this.#options.now() - SETTLED - this.#readUntil > this.#rangeLength();
  }

  #rangeLength(): number {
    return Math.max(1, this.#options.speed()) * RANGE_SECONDS * 1e6;
  }

  #waiting(): number {
    return [...this.#lanes.values()].reduce((sum, lane) => sum + lane.waiting, 0);
  }

  async #read(now: number): Promise<void> {
    const path = this.#next ?? this.#nextRange();
    if (path === undefined) {
      if (now >= this.#readUntil) this.#options.onPresent();
      return;
    }
    this.#reading = true;
    for (let failures = 0; !this.#abort.signal.aborted; failures++) {
      try {
        const page = await (this.#options.load ?? loadTicks)(path, this.#abort.signal);
        if (this.#abort.signal.aborted) return;
        this.trouble.value = undefined;
        this.#take(page);
        break;
      } catch (error) {
        if (this.#abort.signal.aborted) return;
        this.trouble.value = (error as Error).message;
        const pause = (error as Partial<ApiError>).retryAfterMs ?? backoffMs(failures, { minMs: 500, maxMs: 15_000 });
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
    this.#reading = false;
    this.look();
  }

  /** undefined: there is nothing behind what is read yet. */
  #nextRange(): string | undefined {
    const from = this.#readUntil + 1;
    this.#rangeEnd = Math.min(from + this.#rangeLength() * this.#growth, this.#options.now() - SETTLED);
    return this.#rangeEnd <= from ? undefined : ticksPath(from, Math.floor(this.#rangeEnd));
  }

  #take({ ticks, next }: TickPage): void {
    for (const { stock, exchange, price, timestamp, time } of ticks) {
      this.#last = Math.max(this.#last, time);
      const tick = { stock_name: stock, exchange_name: exchange, price, timestamp };
      this.#lane(laneName(exchange, 0)).add(tick, this.#last);
    }
    this.#next = next;
    this.#growth = ticks.length === 0 ? this.#growth * QUIET_GROWTH : 1;
    // More of the last moment may stand on the next page.
    this.#readUntil = next === undefined ? Math.floor(this.#rangeEnd) : Math.max(this.#readUntil, this.#last - 1);
    this.#options.clock.allow(this.#readUntil);
  }

  #lane(name: LaneName): PlayedLane {
    const lane = this.#lanes.get(name) ?? new PlayedLane();
    this.#lanes.set(name, lane);
    return lane;
  }
}
