import type { LiveTick } from '@tickwatch/core';

/** Ticks that were shown and are kept, for what is loaded meanwhile. */
const KEPT = 20_000;

/** The ticks of one lane from the moment on at which playing began, numbered from 1; the oldest that were shown go first. */
export class PlayedLane {
  #ticks: LiveTick[] = [];
  /** When each is shown, epoch µs, ascending. */
  #dues: number[] = [];
  /** How many are gone. */
  #gone = 0;
  #shown = 0;

  add(tick: Omit<LiveTick, 'seq'>, due: number): void {
    this.#ticks.push({ ...tick, seq: this.#gone + this.#ticks.length + 1 });
    this.#dues.push(due);
  }

  /** Those that were shown lately. */
  get recent(): readonly LiveTick[] {
    return this.#ticks.slice(0, this.#shown);
  }

  /** How many are not shown yet. */
  get waiting(): number {
    return this.#ticks.length - this.#shown;
  }

  /** When the next one is shown, epoch µs; undefined: there is none. */
  get nextDue(): number | undefined {
    return this.#dues[this.#shown];
  }

  /** Takes those whose time has come. */
  take(now: number): readonly LiveTick[] {
    const from = this.#shown;
    this.#shown = this.#placeOf(now);
    const taken = this.#ticks.slice(from, this.#shown);
    // In large steps: moving the rest for every few would cost more than keeping some more.
    if (this.#shown > KEPT * 2) {
      const gone = this.#shown - KEPT;
      this.#ticks = this.#ticks.slice(gone);
      this.#dues = this.#dues.slice(gone);
      this.#gone += gone;
      this.#shown -= gone;
    }
    return taken;
  }

  /** The number of the last tick at or before a moment; 0: there is none. */
  positionAt(micros: number): number {
    return this.#gone + this.#placeOf(micros);
  }

  /** How many are due at a moment. */
  #placeOf(micros: number): number {
    let [low, high] = [0, this.#dues.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#dues[middle] ?? 0) <= micros) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
