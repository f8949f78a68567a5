import { effect, signal } from '@preact/signals';
import { type BoardRow, backoffMs, exchangeOf, type LaneName, type LiveTick, parseTime } from '@tickwatch/core';
import { RequestQueue } from '../api/request-queue.ts';
import { nowMs } from '../clock.ts';
import { dayStart, zoneName } from '../format/zone.ts';
import type { LiveFeed, LiveListener } from '../live/live-feed.ts';
import { ReloadBudget } from '../live/reload-budget.ts';
import { SeamCursor } from '../live/seam.ts';
import { zone } from '../settings.ts';
import { firstPage, loadPage, pageOf } from './board-page.ts';
import { OpeningHours } from './opening-hours.ts';
import { loadSpark } from './row-loads.ts';
import { type Freshness, rowKey, STALE_SECONDS, StockRow } from './stock-row.ts';

export type MarketState =
  | { readonly state: 'loading' }
  | { readonly state: 'ready' }
  | { readonly state: 'failed'; readonly message: string };

const COLLECT_MS = 50;

/** All stocks with their latest prices, from history and then live. One for the page; views read it. */
export class Market implements LiveListener {
  readonly state = signal<MarketState>({ state: 'loading' });
  /** Grows when stocks are added; views sort again. */
  readonly version = signal(0);
  /** What happened in the last second. */
  readonly pulse = signal({ ticksPerSecond: 0, up: 0, down: 0, stale: 0, closed: 0 });
  readonly rows = new Map<string, StockRow>();
  /** Whoever starts the market starts it too. */
  readonly hours = new OpeningHours();
  readonly #changed = new Set<() => void>();
  readonly #live: LiveFeed;
  readonly #cursor = new SeamCursor();
  readonly #queue = new RequestQueue(4);
  #dayStart = 0;
  readonly #budget = new ReloadBudget(performance.now());
  /** True when rows and live ticks are joined; `#whole`: when all pages are there, too. */
  #loaded = false;
  #whole = false;
  /** Of loads, only the newest counts. */
  #turn = 0;
  readonly #wantedDays = new Set<StockRow>();
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
    effect(() => this.#beginDay(dayStart(zoneName(zone.value), nowMs())));
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
    if (this.#reload === undefined) this.#loadLater(this.#budget.take(performance.now()));
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

  /** Whether a stock's prices are fresh: `stale` where none has come for long, `closed` where none was to be expected. */
  freshness(row: StockRow, nowMicros: number): Freshness {
    if (row.ageSeconds(nowMicros) <= STALE_SECONDS) return 'live';
    return this.hours.isClosed(row.exchange, nowMicros / 1000) ? 'closed' : 'stale';
  }

  retry(): void {
    this.state.value = { state: 'loading' };
    this.#loadLater(0);
  }

  #tellChange(): void {
    for (const changed of this.#changed) changed();
  }

  /** Page by page; live from the first one on. Ticks of a later page's rows that it holds already change nothing. */
  async #load(): Promise<void> {
    const turn = ++this.#turn;
    const start = this.#dayStart;
    this.#whole = false;
    try {
      let path: string | undefined = firstPage(zoneName(zone.peek()));
      for (let first = true; path !== undefined; first = false) {
        const page = await loadPage(path);
        if (turn !== this.#turn) return;
        if (first) this.#begin(page.position);
        this.#fill(page.rows);
        if (first) this.#catchUp();
        this.#tellChange();
        path = page.next;
      }
      this.#failures = 0;
      // Another day or zone began meanwhile.
      if (start !== this.#dayStart) return this.#loadLater(0);
      this.#whole = true;
      for (const row of this.rows.values()) this.#wantDay(row);
    } catch (error) {
      if (turn !== this.#turn) return;
      if (this.rows.size === 0) this.state.value = { state: 'failed', message: (error as Error).message };
      this.#loadLater(backoffMs(this.#failures++, { minMs: 500 }));
    }
  }

  #begin(position: ReadonlyMap<LaneName, number> | undefined): void {
    this.#loaded = true;
    this.#cursor.start(position);
    for (const row of this.rows.values()) if (row.sparkState === 'ready') row.sparkState = 'wanted';
  }

  #catchUp(): void {
    for (const [lane, ticks] of this.#live.recent()) this.onTicks(lane, ticks);
    this.state.value = { state: 'ready' };
  }

  #fill(stocks: readonly BoardRow[]): void {
    const filled = new Map<string, StockRow>();
    for (const stock of stocks) {
      const row = this.#row(stock.stock_name, stock.exchange_name);
      row.load(stock);
      filled.set(row.key, row);
    }
    this.#live.watch([...new Set(stocks.map((stock) => stock.exchange_name))]);
    // What came while the answer was on its way; counting a tick twice does the day no harm.
    for (const [lane, ticks] of this.#live.recent()) {
      for (const tick of ticks) {
        const row = filled.get(rowKey(tick.stock_name, exchangeOf(lane)));
        row?.noteDayPrice(tick.price, parseTime(tick.timestamp) ?? 0, this.#dayStart * 1000);
      }
    }
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
    for (const row of this.rows.values()) row.dayState = 'wanted';
    if (this.#loaded) this.#loadLater(0);
  }

  /** Asks for a row that came by live ticks only. While pages are still to come, one of them may have it. */
  #wantDay(row: StockRow): void {
    if (row.dayState !== 'wanted' || !this.#whole) return;
    row.dayState = 'loading';
    this.#wantedDays.add(row);
    this.#queue.add('days', () => this.#loadDays());
  }

  async #loadDays(): Promise<void> {
    // Stocks that begin together are asked for together.
    await new Promise((resolve) => setTimeout(resolve, COLLECT_MS));
    const { path, rows } = pageOf(this.#wantedDays, zoneName(zone.peek()));
    if (rows.length === 0) return;
    if (this.#wantedDays.size > 0) this.#queue.add('days', () => this.#loadDays());
    const start = this.#dayStart;
    try {
      const page = await loadPage(path);
      if (start === this.#dayStart) this.#fill(page.rows);
    } catch (error) {
      for (const row of rows) this.#wantedDays.add(row);
      throw error;
    }
    // What the API does not know yet has no day but what comes live.
    for (const row of rows) if (row.dayState === 'loading') row.setDay(undefined);
    this.#tellChange();
  }

  #everySecond(): void {
    const start = dayStart(zoneName(zone.peek()), nowMs());
    if (start !== this.#dayStart) this.#beginDay(start);
    const now = nowMs() * 1000;
    let [up, down, stale, closed] = [0, 0, 0, 0];
    for (const row of this.rows.values()) {
      const change = row.change ?? 0;
      if (change > 0) up++;
      else if (change < 0) down++;
      const freshness = this.freshness(row, now);
      if (freshness === 'stale') stale++;
      else if (freshness === 'closed') closed++;
    }
    const ticksPerSecond = this.#live.received - this.#counted;
    this.#counted = this.#live.received;
    this.pulse.value = { ticksPerSecond, up, down, stale, closed };
  }
}

/** Where a stock is traded, as far as the board knows: on the one that is asked for, else wherever it ticked. */
export function exchangesOf(
  { rows }: Pick<Market, 'rows'>,
  { stock, exchange }: { readonly stock: string; readonly exchange: string | undefined },
): readonly string[] {
  if (exchange !== undefined) return [exchange];
  return [...rows.values()].filter((row) => row.stock === stock).map((row) => row.exchange);
}
