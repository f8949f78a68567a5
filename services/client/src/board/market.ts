import { effect, signal } from '@preact/signals';
import { backoffMs, type LaneName, type LiveTick, parseTime, type Stock } from '@tickwatch/core';
import { getJson } from '../api/http.ts';
import { RequestQueue } from '../api/request-queue.ts';
import { dayStart, zoneName } from '../format/zone.ts';
import type { LiveFeed, LiveListener } from '../live/live-feed.ts';
import { ReloadBudget } from '../live/reload-budget.ts';
import { SeamCursor } from '../live/seam.ts';
import { zone } from '../settings.ts';
import { loadDay, loadSpark } from './row-loads.ts';
import { rowKey, STALE_SECONDS, StockRow } from './stock-row.ts';

export type MarketState =
  | { readonly state: 'loading' }
  | { readonly state: 'ready' }
  | { readonly state: 'failed'; readonly message: string };

/** All stocks with their latest prices, from history and then live. One for the page; views read it. */
export class Market implements LiveListener {
  readonly state = signal<MarketState>({ state: 'loading' });
  /** Grows when stocks are added; views sort again. */
  readonly version = signal(0);
  /** What happened in the last second. */
  readonly pulse = signal({ ticksPerSecond: 0, up: 0, down: 0, stale: 0 });
  readonly rows = new Map<string, StockRow>();
  readonly #changed = new Set<() => void>();
  readonly #live: LiveFeed;
  readonly #cursor = new SeamCursor();
  readonly #queue = new RequestQueue(4);
  #dayStart = 0;
  readonly #budget = new ReloadBudget(Date.now());
  #loaded = false;
  #failures = 0;
  #reload: ReturnType<typeof setTimeout> | undefined;
  #counted = 0;

  constructor(live: LiveFeed) {
    this.#live = live;
  }

  /** Listens first, then loads: what comes in between is in the live feed's memory. */
  async start(defaultExchanges: readonly string[]): Promise<void> {
    this.#live.watch(defaultExchanges);
    setInterval(() => this.#everySecond(), 1000);
    effect(() => this.#beginDay(dayStart(zoneName(zone.value), Date.now())));
    await this.#live.ready();
    this.#live.listen(this);
    await this.#load();
  }

  onTicks(lane: LaneName, ticks: readonly LiveTick[]): void {
    if (!this.#loaded) return;
    const { fresh, hole } = this.#cursor.take(lane, ticks);
    for (const tick of fresh) this.#take(tick);
    if (hole) this.onBreak();
    if (fresh.length > 0) this.#tellChange();
  }

  onBreak(): void {
    if (this.#reload === undefined) this.#loadLater(this.#budget.take(Date.now()));
  }

  /** Calls back after rows were changed, before the next frame. @returns ends it */
  onChange(changed: () => void): () => void {
    this.#changed.add(changed);
    return () => this.#changed.delete(changed);
  }

  /** Loads what a visible row lacks. */
  want(row: StockRow): void {
    if (row.sparkState !== 'wanted') return;
    row.sparkState = 'loading';
    this.#queue.add(`spark/${row.key}`, async () => {
      await loadSpark(row, this.#live);
      this.#tellChange();
    });
  }

  retry(): void {
    this.state.value = { state: 'loading' };
    this.#loadLater(0);
  }

  #tellChange(): void {
    for (const changed of this.#changed) changed();
  }

  async #load(): Promise<void> {
    try {
      const { body, position } = await getJson<readonly Stock[]>('/api/stocks');
      this.#loaded = true;
      this.#failures = 0;
      this.#fill(body);
      this.#cursor.start(position);
      for (const [lane, ticks] of this.#live.recent()) this.onTicks(lane, ticks);
      this.state.value = { state: 'ready' };
      this.#tellChange();
    } catch (error) {
      if (this.rows.size === 0) this.state.value = { state: 'failed', message: (error as Error).message };
      this.#loadLater(backoffMs(this.#failures++, { minMs: 500 }));
    }
  }

  #fill(stocks: readonly Stock[]): void {
    for (const stock of stocks) this.#row(stock.stock_name, stock.exchange_name).load(stock);
    this.#live.watch([...new Set(stocks.map((stock) => stock.exchange_name))]);
    for (const row of this.rows.values()) if (row.sparkState === 'ready') row.sparkState = 'wanted';
  }

  #loadLater(delay: number): void {
    this.#reload ??= setTimeout(() => {
      this.#reload = undefined;
      void this.#load();
    }, delay);
  }

  #take(tick: LiveTick): void {
    const time = parseTime(tick.timestamp);
    if (time === undefined) return;
    this.#row(tick.stock_name, tick.exchange_name).take(tick, time, this.#dayStart * 1000);
  }

  #row(stock: string, exchange: string): StockRow {
    const key = rowKey(stock, exchange);
    let row = this.rows.get(key);
    if (row === undefined) {
      row = new StockRow(stock, exchange);
      this.rows.set(key, row);
      this.version.value++;
      this.#wantDay(row);
    }
    return row;
  }

  #beginDay(start: number): void {
    this.#dayStart = start;
    for (const row of this.rows.values()) {
      row.dayState = 'wanted';
      this.#wantDay(row);
    }
  }

  #wantDay(row: StockRow): void {
    if (row.dayState !== 'wanted') return;
    row.dayState = 'loading';
    this.#queue.add(`day/${row.key}`, async () => {
      await loadDay(row, zoneName(zone.peek()), this.#dayStart, this.#live);
      this.#tellChange();
    });
  }

  #everySecond(): void {
    const start = dayStart(zoneName(zone.peek()), Date.now());
    if (start !== this.#dayStart) this.#beginDay(start);
    const now = Date.now() * 1000;
    let [up, down, stale] = [0, 0, 0];
    for (const row of this.rows.values()) {
      const change = row.change ?? 0;
      if (change > 0) up++;
      else if (change < 0) down++;
      if (row.ageSeconds(now) > STALE_SECONDS) stale++;
    }
    const ticksPerSecond = this.#live.received - this.#counted;
    this.#counted = this.#live.received;
    this.pulse.value = { ticksPerSecond, up, down, stale };
  }
}
