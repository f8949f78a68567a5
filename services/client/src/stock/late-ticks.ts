import type { LiveTick } from '@tickwatch/core';

const SETTLE_MS = 250;

/** A tick's place in the order of a stock's ticks: time (epoch µs), then arrival. */
export interface TickPlace {
  readonly time: number;
  readonly seq: number;
}

/**
 * Tells late ticks from those that move a stock on, and gathers the ranges that late ones fell into, to be loaded
 * again a moment later, all in one.
 */
export class LateTicks {
  readonly #settle: (from: number, to: number) => Promise<void>;
  /** Whether a tick was the latest when it came does not change when its bar is loaded again. */
  #judged = new WeakMap<LiveTick, boolean>();
  #newest: TickPlace;
  #range: { from: number; to: number } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param newest time of the newest tick that is known, epoch µs
   * @param settle loads a range (epoch seconds, end exclusive) again; when it fails, it is tried again
   */
  constructor(newest: number, settle: (from: number, to: number) => Promise<void>) {
    this.#newest = { time: newest, seq: 0 };
    this.#settle = settle;
  }

  /** Begins anew after a load, which may hold ticks that never came here. The ticks after it are to be judged again. */
  restart(newest: TickPlace): void {
    this.#newest = newest;
    this.#judged = new WeakMap();
  }

  /** As {@link restart}, after a load that ends before now: what has come since is still later. */
  pass(tick: TickPlace): void {
    if (tick.time > this.#newest.time) this.restart(tick);
  }

  /** True when no tick that came before has a later place. */
  isLatest(tick: LiveTick, micros: number): boolean {
    const judged = this.#judged.get(tick);
    if (judged !== undefined) return judged;
    const { time, seq } = this.#newest;
    const latest = micros > time || (micros === time && tick.seq >= seq);
    if (latest) this.#newest = { time: micros, seq: tick.seq };
    this.#judged.set(tick, latest);
    return latest;
  }

  note(from: number, to: number): void {
    const { from: first, to: last } = this.#range ?? { from, to };
    this.#range = { from: Math.min(first, from), to: Math.max(last, to) };
    this.#timer ??= setTimeout(() => void this.#run(), SETTLE_MS);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#range = undefined;
  }

  async #run(): Promise<void> {
    const range = this.#range;
    this.#timer = undefined;
    this.#range = undefined;
    if (range === undefined) return;
    try {
      await this.#settle(range.from, range.to);
    } catch {
      this.note(range.from, range.to);
    }
  }
}
