import { type LaneName, type LiveTick, parseTime } from '@tickwatch/core';
import type { Followed, LiveFeed, TickListener } from '../../live/live-feed.ts';
import type { Bar } from '../bar.ts';
import { findTick, loadBars, type StockName } from '../candle-source.ts';
import { bucketStart, type ChartInterval, INTERVAL_SECONDS } from '../interval.ts';

const MOST_STEPS = 8;
const AGAIN_MS = 2000;
const FEWEST_AT_ONCE = 60;

export interface WarmUpOptions {
  readonly name: StockName;
  readonly zone: string;
  readonly live: Pick<LiveFeed, 'follow'>;
  /** Told when more candles are there. */
  readonly onLoaded: () => void;
}

/** What is asked for: so many candles before a moment (epoch seconds). */
export interface Wanted {
  readonly interval: ChartInterval;
  readonly before: number;
  readonly count: number;
}

/** The candles just before a chart's window, so that what is averaged over many is right from the window's first on. */
export class WarmUp implements TickListener {
  /** Ascending, up to the moment that was asked for, without a gap that has ticks. */
  bars: readonly Bar[] = [];
  /** True when there is nothing older. */
  whole = false;
  readonly #options: WarmUpOptions;
  readonly #live: Followed;
  #wanted: Wanted | undefined;
  #from = 0;
  #to = 0;
  #abort = new AbortController();
  #loading = false;
  /** What is there is to be loaded again. */
  #isStale = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: WarmUpOptions) {
    this.#options = options;
    this.#live = options.live.follow(options.name, [], this);
  }

  /** Loads what is lacking. What is there already is there when it returns. */
  want(wanted: Wanted): void {
    const { interval, before } = wanted;
    if (interval !== this.#wanted?.interval || before > this.#to || before < this.#from) this.#restart(before);
    this.#wanted = wanted;
    if (before < this.#to) {
      this.bars = this.bars.filter(({ time }) => time < before);
      this.#to = before;
    }
    if (!this.#loading && !this.#isEnough()) void this.#load();
  }

  onTicks(_lane: LaneName, ticks: readonly LiveTick[]): void {
    const { stock, exchange } = this.#options.name;
    for (const tick of ticks) {
      if (tick.stock_name !== stock || (exchange !== undefined && tick.exchange_name !== exchange)) continue;
      const seconds = (parseTime(tick.timestamp) ?? 0) / 1e6;
      // A late tick may have become the close of its candle: only the database knows. Older ones may be on their way.
      if (seconds < this.#to && (seconds >= this.#from || this.#loading)) this.#again(true);
    }
  }

  onBreak(): void {
    // Late ticks may have been missed.
    this.#again(true);
  }

  onMoment(): void {
    // What lies before the chart's new window is asked for when that is drawn.
    this.#wanted = undefined;
    this.#restart(0);
  }

  dispose(): void {
    this.#live.end();
    this.#abort.abort();
    clearTimeout(this.#timer);
  }

  #restart(at: number): void {
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#loading = false;
    this.#isStale = false;
    this.#from = at;
    this.#to = at;
    this.bars = [];
    this.whole = false;
  }

  #isEnough(): boolean {
    return this.whole || this.bars.length >= (this.#wanted?.count ?? 0);
  }

  async #load(): Promise<void> {
    const { signal } = this.#abort;
    this.#loading = true;
    try {
      for (let step = 0; step < MOST_STEPS && !this.#isEnough(); step++) {
        await this.#loadOlder(4 ** step, signal);
        if (signal.aborted) return;
      }
      this.#options.onLoaded();
    } catch {
      if (!signal.aborted) this.#again(false);
    }
    if (!signal.aborted) this.#loading = false;
  }

  /** Over a long gap it leaps to the tick before the gap. */
  async #loadOlder(stride: number, signal: AbortSignal): Promise<void> {
    const { name, zone } = this.#options;
    if (this.#wanted === undefined) return;
    const { interval, count } = this.#wanted;
    const tick = await findTick(name, 'before', this.#from, signal);
    if (signal.aborted) return;
    if (tick === undefined) {
      this.whole = true;
      return;
    }
    const lacking = Math.max(FEWEST_AT_ONCE, count - this.bars.length);
    const back = Math.min(this.#from, tick + 1) - lacking * stride * INTERVAL_SECONDS[interval];
    const from = bucketStart(back, interval, zone);
    const { bars } = await loadBars(name, interval, zone, { from, to: this.#from }, signal);
    if (signal.aborted) return;
    this.bars = [...bars.filter(({ time }) => time < this.#to), ...this.bars];
    this.#from = from;
  }

  #again(fromStart: boolean): void {
    this.#isStale ||= fromStart;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#isStale) this.#restart(this.#to);
      if (this.#wanted !== undefined) this.want({ ...this.#wanted, before: this.#to });
    }, AGAIN_MS);
  }
}
