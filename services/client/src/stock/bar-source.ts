import { findTick, type LoadedBars, loadBars, type StockName } from './candle-source.ts';
import { bucketStart, type ChartInterval, nextBucket } from './interval.ts';

/** A range in epoch seconds; `to` exclusive, Infinity: up to now and on. */
export interface BarRange {
  readonly from: number;
  readonly to: number;
}

const EVERYTHING: BarRange = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };

/** Bars of one stock on one zone's days, of all there is or of a range alone. */
export class BarSource {
  readonly name: StockName;
  readonly zone: string;
  readonly bounds: BarRange;

  /** @param bounds what lies outside is never asked for */
  constructor(name: StockName, zone: string, bounds: BarRange = EVERYTHING) {
    this.name = name;
    this.zone = zone;
    this.bounds = bounds;
  }

  /** Whether a moment lies within the bounds. */
  holds(seconds: number): boolean {
    return seconds >= this.bounds.from && seconds < this.bounds.to;
  }

  /** Where the last candle ends of those that begin before a moment and within the bounds; Infinity: there is no end. */
  endOf(seconds: number, interval: ChartInterval): number {
    const end = Math.min(seconds, this.bounds.to);
    if (!Number.isFinite(end)) return end;
    const start = bucketStart(end, interval, this.zone);
    return start === end ? end : nextBucket(start, interval, this.zone);
  }

  /** Bars of whole candles, made of those ticks alone that lie within the bounds. */
  async bars({ from, to }: BarRange, interval: ChartInterval, signal: AbortSignal): Promise<LoadedBars> {
    const asked = { from: Math.max(from, this.bounds.from), to: Math.min(to, this.bounds.to) };
    if (asked.from >= asked.to) return { bars: [], position: undefined, moment: undefined, newest: undefined };
    return await loadBars(this.name, interval, this.zone, asked, signal);
  }

  /** As {@link findTick}. */
  tick(side: 'before' | 'after', seconds: number, signal: AbortSignal): Promise<number | undefined> {
    return findTick(this.name, side, seconds, signal);
  }
}
