import { type LaneName, type LiveTick, parseTime } from '@tickwatch/core';
import type { Followed } from '../live/live-feed.ts';
import { SeamCursor } from '../live/seam.ts';
import type { BarSource } from './bar-source.ts';
import type { LoadedBars } from './candle-source.ts';
import type { CandleWindow, WindowChange } from './candle-window.ts';
import { bucketStart, nextBucket } from './interval.ts';
import { LateTicks } from './late-ticks.ts';

export interface BarSeamOptions {
  readonly source: BarSource;
  readonly live: Followed;
  /** Time of the newest tick that is known, epoch µs; 0: none. */
  readonly newest: number;
  /** As {@link LateTicks} calls it. */
  readonly settle: (from: number, to: number) => Promise<void>;
}

/** Joins live ticks to the bars of a window that was loaded: each tick of the stock counts once, whichever brings it. */
export class BarSeam {
  readonly #source: BarSource;
  readonly #live: Followed;
  readonly #cursor = new SeamCursor();
  readonly #late: LateTicks;

  constructor({ source, live, newest, settle }: BarSeamOptions) {
    this.#source = source;
    this.#live = live;
    this.#late = new LateTicks(newest, settle);
  }

  /** Goes on from what was loaded for a whole window. @returns whether ticks are missing behind it */
  begin({ position, moment }: LoadedBars): boolean {
    this.#cursor.start(position, moment);
    let isHole = false;
    for (const [lane, ticks] of this.#live.recent()) if (this.#cursor.take(lane, ticks).hole) isHole = true;
    return isHole;
  }

  /** Puts loaded bars into a window, then the live ticks of that range that the answer does not hold yet. */
  join(window: CandleWindow, from: number, to: number, { bars, position, newest }: LoadedBars): void {
    if (newest !== undefined && position !== undefined)
      if (Number.isFinite(to)) this.#late.pass(newest);
      else this.#late.restart(newest);
    window.replace(from, to, bars);
    for (const [lane, ticks] of this.#live.recent()) {
      const reached = position === undefined ? Number.POSITIVE_INFINITY : (position.get(lane) ?? 0);
      for (const tick of ticks) {
        if (tick.seq <= reached || !this.#concerns(tick)) continue;
        const seconds = (parseTime(tick.timestamp) ?? 0) / 1e6;
        if (seconds >= from && seconds < to) this.#take(window, lane, tick);
      }
    }
  }

  /** Sees ticks as they come. Which is the latest follows from all of them, also from those that a running load will hold. */
  see(ticks: readonly LiveTick[]): void {
    for (const tick of ticks) if (this.#concerns(tick)) this.#late.isLatest(tick, parseTime(tick.timestamp) ?? 0);
  }

  /** Takes ticks of one lane, in order. @returns what they changed, and whether some are missing before them */
  take(
    window: CandleWindow,
    lane: LaneName,
    ticks: readonly LiveTick[],
  ): { readonly change: WindowChange; readonly hole: boolean } {
    const { fresh, hole } = this.#cursor.take(lane, ticks);
    let change: WindowChange = 'none';
    for (const tick of fresh) if (this.#concerns(tick)) change = wider(change, this.#take(window, lane, tick));
    return { change, hole };
  }

  /** What came is of another moment than what comes. */
  forget(): void {
    this.#late.restart({ time: 0, seq: 0 });
  }

  dispose(): void {
    this.#live.end();
    this.#late.dispose();
  }

  #concerns(tick: LiveTick): boolean {
    const { stock, exchange } = this.#source.name;
    return tick.stock_name === stock && (exchange === undefined || tick.exchange_name === exchange);
  }

  #take(window: CandleWindow, lane: LaneName, tick: LiveTick): WindowChange {
    const micros = parseTime(tick.timestamp);
    if (micros === undefined) return 'none';
    const latest = this.#late.isLatest(tick, micros);
    const time = micros / 1e6;
    if (!this.#source.holds(time)) return 'none';
    const change = window.take({ time, price: tick.price, lane, seq: tick.seq, latest });
    // What an answer has counted already needs no other.
    if (!latest && change !== 'none') {
      const start = bucketStart(time, window.interval, window.zone);
      this.#late.note(start, nextBucket(start, window.interval, window.zone));
    }
    return change;
  }
}

function wider(a: WindowChange, b: WindowChange): WindowChange {
  if (a === 'order' || b === 'order') return 'order';
  return a === 'last' ? a : b;
}
