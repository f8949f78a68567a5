import { signal } from '@preact/signals';
import { backoffMs, type LaneName, type LiveTick } from '@tickwatch/core';
import { nowMs } from '../clock.ts';
import type { Followed, LiveFeed, TickListener } from '../live/live-feed.ts';
import { ReloadBudget } from '../live/reload-budget.ts';
import { BarSeam } from './bar-seam.ts';
import { BarSource, type BarRange as ChartRange } from './bar-source.ts';
import type { StockName } from './candle-source.ts';
import { CandleWindow, type WindowChange } from './candle-window.ts';
import { bucketStart, type ChartInterval, INTERVAL_SECONDS, nextBucket } from './interval.ts';

/** Places that a window takes at most, and how many are loaded at once. */
export const WINDOW_SLOTS = 6000;
const CHUNK_SLOTS = 1000;

export type { ChartRange };

export type ChartState =
  | { readonly state: 'loading' }
  | { readonly state: 'ready' }
  | { readonly state: 'failed'; readonly message: string };

export interface ChartModelOptions {
  readonly name: StockName;
  readonly live: Pick<LiveFeed, 'follow'>;
  /** Where the stock is traded, as far as it is known. */
  readonly exchanges?: readonly string[];
  readonly interval: ChartInterval;
  readonly zone: string;
  /** Time of the newest tick that is known, epoch µs; 0: none. */
  readonly newest: number;
  readonly onChange: (change: WindowChange) => void;
  /** Told when the page shows another moment: nothing newer is here any more, and what is to be shown is to be asked for. */
  readonly onMoment: () => void;
  /** What lies outside is never asked for. Left out: all there is. */
  readonly bounds?: ChartRange | undefined;
}

/** The candles of one stock that a chart shows: history that goes on live, in one window without a seam. */
export class ChartModel implements TickListener {
  readonly state = signal<ChartState>({ state: 'loading' });
  /** True while another range or other candles are on their way over what is there. */
  readonly changing = signal(false);
  window: CandleWindow;
  /** True when there is nothing older than the window. */
  exhausted = false;
  readonly #options: ChartModelOptions;
  readonly #source: BarSource;
  readonly #live: Followed;
  readonly #seam: BarSeam;
  #abort = new AbortController();
  readonly #budget = new ReloadBudget(performance.now());
  /** True while what comes changes what is here. */
  #goesOn = false;
  #failures = 0;
  #moving = false;
  #showing = false;
  /** Ticks were missed after what is on its way was asked for. */
  #broken = false;
  #retry: (() => void) | undefined;
  #reload: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ChartModelOptions) {
    this.#options = options;
    this.#source = new BarSource(options.name, options.zone, options.bounds);
    this.window = new CandleWindow(options.interval, options.zone);
    this.#live = options.live.follow(options.name, options.exchanges ?? [], this);
    this.#seam = new BarSeam({
      ...{ source: this.#source, live: this.#live, newest: options.newest },
      settle: (from, to) => this.#settle(from, to),
    });
  }

  /** Shows another range, perhaps in other candles. What was there stays until the new is loaded. */
  show(range: ChartRange, interval: ChartInterval = this.window.interval): Promise<void> {
    this.changing.value = this.window.bars.length > 0;
    return this.#show(range, interval);
  }

  /** Tries at once what has failed. */
  retry(): void {
    if (this.state.peek().state === 'failed') this.#retry?.();
  }

  async #show(range: ChartRange, interval: ChartInterval): Promise<void> {
    this.#retry = () => void this.show(range, interval);
    this.#abort.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.#moving = false;
    this.#showing = true;
    clearTimeout(this.#reload);
    this.#reload = undefined;
    if (this.window.bars.length === 0) this.state.value = { state: 'loading' };
    const { zone } = this.#options;
    const from = bucketStart(range.from, interval, zone);
    const to = this.#source.endOf(range.to, interval);
    try {
      await this.#live.ready();
      if (abort.signal.aborted) return;
      this.#broken = false;
      const loaded = await this.#source.bars({ from, to }, interval, abort.signal);
      if (abort.signal.aborted) return;
      this.window = new CandleWindow(interval, zone);
      this.window.start = from;
      this.window.end = to;
      this.exhausted = false;
      this.#showing = false;
      // A range that ends for good stays what it was.
      this.#goesOn = !Number.isFinite(this.#source.bounds.to);
      if (this.#seam.begin(loaded) || this.#broken) this.#loadAgain();
      this.#seam.join(this.window, from, to, loaded);
      this.window.trimStart(WINDOW_SLOTS);
      this.state.value = { state: 'ready' };
      this.changing.value = false;
      this.#failures = 0;
      this.#options.onChange('order');
    } catch (error) {
      if (abort.signal.aborted) return;
      this.state.value = { state: 'failed', message: (error as Error).message };
      this.changing.value = false;
      const delay = backoffMs(this.#failures++, { minMs: 500 });
      this.#reload = setTimeout(() => void this.#show(range, interval), delay);
    }
  }

  onTicks(lane: LaneName, ticks: readonly LiveTick[]): void {
    this.#seam.see(ticks);
    if (!this.#goesOn) return;
    let { change, hole } = this.#seam.take(this.window, lane, ticks);
    if (change !== 'none') {
      if (this.window.live && this.window.bars.length > WINDOW_SLOTS * 1.2) {
        this.window.trimStart(WINDOW_SLOTS);
        change = 'order';
      }
      this.#options.onChange(change);
    }
    // A load that is running finds it by itself, should it still be there.
    if (hole) this.#loadAgain();
  }

  onBreak(): void {
    // What is on its way may lack what was missed, and perhaps nothing more comes that would tell.
    this.#broken = true;
    this.#loadAgain();
  }

  /** What was before the moment that is left and the one that is shown now was so at both, up to the candle that was running. */
  onMoment(): void {
    this.#abort.abort();
    this.#abort = new AbortController();
    clearTimeout(this.#reload);
    this.#reload = undefined;
    this.#goesOn = this.#moving = this.#showing = false;
    this.#seam.forget();
    const { interval, zone, bars } = this.window;
    const now = nowMs() / 1000;
    this.window.bars = bars.slice(0, -1).filter(({ time }) => nextBucket(time, interval, zone) <= now);
    this.changing.value = this.window.bars.length > 0;
    if (!this.changing.peek()) this.state.value = { state: 'loading' };
    this.#options.onChange('order');
    this.#options.onMoment();
  }

  /** Loads what lies before the window; over a long gap it leaps to the tick before the gap. */
  async loadOlder(): Promise<void> {
    if (this.exhausted || this.window.start <= this.#source.bounds.from) return;
    const { window } = this;
    await this.#move(async (signal) => {
      const { interval, start, zone } = window;
      const tick = await this.#source.tick('before', start, signal);
      if (window !== this.window) return;
      if (tick === undefined) {
        this.exhausted = true;
        return;
      }
      const span = CHUNK_SLOTS * INTERVAL_SECONDS[interval];
      const from = bucketStart(Math.min(start, tick + 1) - span, interval, zone);
      const loaded = await this.#source.bars({ from, to: start }, interval, signal);
      if (signal.aborted || window !== this.window) return;
      this.window.start = from;
      this.#seam.join(window, from, start, loaded);
      this.window.trimEnd(WINDOW_SLOTS);
      this.#options.onChange('order');
    });
  }

  /** Loads what lies behind a window that was moved away from now, until it has come back to now. */
  async loadNewer(): Promise<void> {
    if (this.window.live || this.window.end >= this.#source.bounds.to) return;
    const { window } = this;
    await this.#move(async (signal) => {
      const { interval, end, zone } = window;
      const tick = await this.#source.tick('after', end, signal);
      const wide = CHUNK_SLOTS * INTERVAL_SECONDS[interval];
      const near = tick === undefined || tick + wide >= nowMs() / 1000;
      const last = this.#source.endOf(Number.POSITIVE_INFINITY, interval);
      const to = near ? last : Math.min(last, bucketStart(tick + wide, interval, zone));
      const loaded = await this.#source.bars({ from: end, to }, interval, signal);
      if (signal.aborted || window !== this.window) return;
      this.window.end = to;
      this.#seam.join(window, end, to, loaded);
      this.window.trimStart(WINDOW_SLOTS);
      this.exhausted = false;
      this.#options.onChange('order');
    });
  }

  dispose(): void {
    this.#seam.dispose();
    this.#abort.abort();
    clearTimeout(this.#reload);
  }

  #loadAgain(): void {
    if (this.#showing || !this.#goesOn) return;
    this.#reload ??= setTimeout(
      () => void this.#show({ from: this.window.start, to: this.window.end }, this.window.interval),
      this.#budget.take(performance.now()),
    );
  }

  /** One chunk at a time; what fails is asked for again when the chart is moved again. */
  async #move(load: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (this.#moving) return;
    this.#moving = true;
    const { signal } = this.#abort;
    try {
      await load(signal);
    } catch {
      // The status bar tells of API trouble; the bars that are here stay.
    }
    if (!signal.aborted) this.#moving = false;
  }

  /** Loads bars again that late ticks fell into: only the database knows what came first and last in them now. */
  async #settle(from: number, to: number): Promise<void> {
    const { window } = this;
    const { signal } = this.#abort;
    const loaded = await this.#source.bars({ from, to }, window.interval, signal);
    if (signal.aborted || window !== this.window) return;
    this.#seam.join(window, from, to, loaded);
    this.#options.onChange('order');
  }
}
