import type { LaneName } from '@tickwatch/core';
import { addToBar, type Bar, barOfTick, isCounted } from './bar.ts';
import { bucketStart, type ChartInterval, INTERVAL_SECONDS } from './interval.ts';

/** Empty places that a gap takes at most, however long it was. */
export const MAX_GAP_SLOTS = 60;

/** A live tick as a window takes it. `time`: epoch seconds. */
export interface WindowTick {
  readonly time: number;
  readonly price: number;
  readonly lane: LaneName;
  readonly seq: number;
  readonly latest: boolean;
}

/** What a tick changed. `last`: only the newest bar; `order`: another bar or the number of bars; `none`: nothing. */
export type WindowChange = 'none' | 'last' | 'order';

/**
 * A stretch of candles that moves over all there is: older ones are put in front, newer ones behind, and what is too
 * far from the visible part is let go, so that memory does not grow with the time that the page is open.
 */
export class CandleWindow {
  readonly interval: ChartInterval;
  readonly zone: string;
  /** Ascending by time. */
  bars: Bar[] = [];
  /** Loaded from here (epoch seconds, inclusive); earlier is not known. */
  start = 0;
  /** Loaded up to here (exclusive); Infinity: to the newest tick, and live ticks go on. */
  end = Number.POSITIVE_INFINITY;

  constructor(interval: ChartInterval, zone: string) {
    this.interval = interval;
    this.zone = zone;
  }

  get live(): boolean {
    return this.end === Number.POSITIVE_INFINITY;
  }

  /** Puts loaded bars in place of what the window holds from `from` to `to` (exclusive), and widens it to that range. */
  replace(from: number, to: number, bars: readonly Bar[]): void {
    const before = this.bars.filter((bar) => bar.time < from);
    const after = this.bars.filter((bar) => bar.time >= to);
    this.bars = [...before, ...bars, ...after];
  }

  /** Counts a tick into its bar, unless history has it there already. */
  take(tick: WindowTick): WindowChange {
    const time = bucketStart(tick.time, this.interval, this.zone);
    if (time < this.start || tick.time >= this.end) return 'none';
    const index = this.#placeOf(time);
    const bar = this.bars[index];
    if (bar?.time !== time) {
      this.bars.splice(index, 0, barOfTick(time, tick.price));
      return index === this.bars.length - 1 && this.gapBefore(index) === 0 ? 'last' : 'order';
    }
    if (isCounted(bar, tick)) return 'none';
    addToBar(bar, tick.price, tick.latest);
    return index === this.bars.length - 1 ? 'last' : 'order';
  }

  /** Lets the oldest bars go until at most `slots` places are left. */
  trimStart(slots: number): void {
    let left = 0;
    for (let index = this.bars.length - 1; index >= 0; index--) {
      left += this.#slotsAt(index);
      if (left <= slots || index === this.bars.length - 1) continue;
      this.bars = this.bars.slice(index + 1);
      this.start = this.bars[0]?.time ?? this.start;
      return;
    }
  }

  /** Lets the newest bars go until at most `slots` places are left; live ticks no longer reach the window then. */
  trimEnd(slots: number): void {
    let left = 0;
    for (let index = 0; index < this.bars.length; index++) {
      left += this.#slotsAt(index);
      if (left <= slots || index === 0) continue;
      this.end = this.bars[index]?.time ?? this.end;
      this.bars = this.bars.slice(0, index);
      return;
    }
  }

  /** Empty places between a bar and the one before it. */
  gapBefore(index: number): number {
    const bar = this.bars[index];
    const before = this.bars[index - 1];
    if (bar === undefined || before === undefined) return 0;
    // Rounded: a day on which the clocks change is an hour shorter or longer.
    return Math.max(0, Math.round((bar.time - before.time) / INTERVAL_SECONDS[this.interval]) - 1);
  }

  #slotsAt(index: number): number {
    return 1 + Math.min(MAX_GAP_SLOTS, this.gapBefore(index));
  }

  /** Where the bar that begins at `time` is, or would be. */
  #placeOf(time: number): number {
    let [low, high] = [0, this.bars.length];
    const last = this.bars[high - 1];
    // Live ticks nearly always meet the newest bar.
    if (last !== undefined && last.time <= time) return last.time === time ? high - 1 : high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.bars[middle]?.time ?? 0) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
