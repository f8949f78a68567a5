import { batch, effect, signal } from '@preact/signals';
import { backoffMs, exchangeOf, type LaneName, type LiveTick, parseTime } from '@tickwatch/core';
import { RequestQueue } from '../api/request-queue.ts';
import { noteTickTime, nowMs } from '../clock.ts';
import { zoneName } from '../format/zone.ts';
import type { LiveFeed, LiveListener } from '../live/live-feed.ts';
import { ReloadBudget } from '../live/reload-budget.ts';
import { SeamCursor } from '../live/seam.ts';
import { zone } from '../settings.ts';
import { type BoardLead, type BoardPage, boardPages, countStocks, leadPage, loadPage, pageOf } from './board-page.ts';
import { DayStarts } from './day-starts.ts';
import { OpeningHours } from './opening-hours.ts';
import { type Pulse, pulseOf } from './pulse.ts';
import { type Freshness, rowKey, STALE_SECONDS, StockRow } from './stock-row.ts';

export type MarketState =
  | { readonly state: 'loading' }
  | { readonly state: 'ready' }
  | { readonly state: 'failed'; readonly message: string };

const COLLECT_MS = 50;
/** After an exchange has opened: the server's clock may be a little behind. */
const OPENED_MS = 2000;
/** How often an open page asks whether there is a new stock. */
const COUNT_MS = 5000;

/** All stocks with their latest prices, from history and then live. One for the page; views read it. */
export class Market implements LiveListener {
  readonly state = signal<MarketState>({ state: 'loading' });
  /** Grows when stocks are added; views sort again. */
  readonly version = signal(0);
  /** What happened in the last second. */
  readonly pulse = signal<Pulse>({ ticksPerSecond: 0, up: 0, down: 0, stale: 0, closed: 0 });
  readonly rows = new Map<string, StockRow>();
  /** Whoever starts the market starts it too. */
  readonly hours = new OpeningHours();
  /** Rows that are wanted before all others, where a load begins. */
  lead: BoardLead = {};
  readonly #days = new DayStarts(this.hours);
  readonly #changed = new Set<() => void>();
  readonly #live: LiveFeed;
  readonly #cursor = new SeamCursor();
  readonly #queue = new RequestQueue(4);
  readonly #budget = new ReloadBudget(performance.now());
  /** Exchanges of each stock. */
  readonly #exchanges = new Map<string, Set<string>>();
  /** True when rows and live ticks are joined; `#whole`: when all pages are there, too. */
  #loaded = false;
  #whole = false;
  /** Since when ticks are counted without a hole, epoch µs. */
  #liveSince = 0;
  /** Of loads, only the newest counts. */
  #turn = 0;
  readonly #wantedDays = new Set<StockRow>();
  #failures = 0;
  #reload: ReturnType<typeof setTimeout> | undefined;
  #counted = 0;
  #knownCount = 0;

  constructor(live: LiveFeed) {
    this.#live = live;
  }

  /** Listens first, then loads: what comes in between is in the live feed's memory. */
  async start(defaultExchanges: readonly string[]): Promise<void> {
    this.#live.watch(defaultExchanges);
    setInterval(() => this.#everySecond(), 1000);
    setInterval(() => this.#lookForNew(), COUNT_MS);
    effect(() => {
      this.#days.advance(zoneName(zone.value), nowMs());
      if (this.#loaded) this.#loadLater(0);
    });
    await this.#live.ready();
    this.#live.listen(this);
    await this.#load();
  }

  onTicks(lane: LaneName, ticks: readonly LiveTick[]): void {
    if (!this.#loaded) return;
    const { fresh, hole } = this.#cursor.take(lane, ticks);
    let newest = 0;
    for (const tick of fresh) newest = Math.max(newest, this.#take(lane, tick));
    if (newest > 0) noteTickTime(newest / 1000);
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

  /** Whether a stock's prices are fresh: `stale` where none has come for long, `closed` where none was to be expected. */
  freshness(row: StockRow, nowMicros: number): Freshness {
    if (row.ageSeconds(nowMicros) <= STALE_SECONDS) return 'live';
    return this.hours.isClosed(row.exchange, nowMicros / 1000) ? 'closed' : 'stale';
  }

  /** The exchanges that a stock is traded on. */
  exchangesOf(stock: string): readonly string[] {
    return [...(this.#exchanges.get(stock) ?? [])];
  }

  retry(): void {
    this.state.value = { state: 'loading' };
    this.#loadLater(0);
  }

  #tellChange(): void {
    for (const changed of this.#changed) changed();
  }

  /**
   * What is in view, then the board page by page; live from the first answer on. Ticks of a later page's rows that it
   * holds already change nothing.
   */
  async #load(): Promise<void> {
    const turn = ++this.#turn;
    const timezone = zoneName(zone.peek());
    this.#whole = false;
    try {
      const lead = this.rows.size === 0 ? leadPage(timezone, this.lead) : undefined;
      let joined = false;
      const take = (page: BoardPage): boolean => {
        if (turn !== this.#turn) return false;
        if (!joined) this.#begin(page.position);
        this.#fill(page);
        if (!joined) this.#catchUp();
        joined = true;
        this.#tellChange();
        return true;
      };
      if (lead !== undefined && !take(await loadPage(lead))) return;
      for await (const page of boardPages(timezone)) if (!take(page)) return;
      this.#failures = 0;
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
    this.#liveSince = nowMs() * 1000;
    this.#cursor.start(position);
  }

  #catchUp(): void {
    for (const [lane, ticks] of this.#live.recent()) this.onTicks(lane, ticks);
    this.state.value = { state: 'ready' };
  }

  #fill({ rows, position, sparkFrom }: Pick<BoardPage, 'rows' | 'position' | 'sparkFrom'>): void {
    const times = { sparkFrom, liveSince: this.#liveSince, position };
    const filled = new Set<StockRow>();
    batch(() => {
      for (const stock of rows) {
        const row = this.#row(stock.stock_name, stock.exchange_name);
        row.load(stock, times);
        filled.add(row);
      }
    });
    this.#live.watch([...new Set(rows.map((stock) => stock.exchange_name))]);
    this.#noteRecent(filled, position);
  }

  /** What came while an answer was on its way belongs to the day, too; noting a tick twice does no harm. */
  #noteRecent(rows: ReadonlySet<StockRow>, position: ReadonlyMap<LaneName, number> | undefined): void {
    for (const [lane, ticks] of this.#live.recent()) {
      const reached = position?.get(lane) ?? 0;
      const first = ticks.findLastIndex((tick) => tick.seq <= reached) + 1;
      const exchange = exchangeOf(lane);
      const start = this.#days.of(exchange);
      for (let i = first; i < ticks.length; i++) {
        const tick = ticks[i] as LiveTick;
        const row = this.rows.get(rowKey(tick.stock_name, exchange));
        if (row === undefined || !rows.has(row)) continue;
        const time = parseTime(tick.timestamp) ?? 0;
        row.noteDayPrice(tick.price, time, start);
        row.countDayTick(lane, tick.seq, time, start);
      }
    }
  }

  #loadLater(delay: number): void {
    this.#reload ??= setTimeout(() => {
      this.#reload = undefined;
      void this.#load();
    }, delay);
  }

  /** @returns the tick's time, epoch µs */
  #take(lane: LaneName, tick: LiveTick): number {
    const time = parseTime(tick.timestamp) ?? 0;
    if (time > 0) {
      const row = this.#row(tick.stock_name, tick.exchange_name);
      const start = this.#days.of(tick.exchange_name);
      row.take(tick, time, start);
      row.countDayTick(lane, tick.seq, time, start);
    }
    return time;
  }

  #row(stock: string, exchange: string): StockRow {
    const key = rowKey(stock, exchange);
    let row = this.rows.get(key);
    if (row === undefined) {
      row = new StockRow(stock, exchange);
      this.rows.set(key, row);
      const exchanges = this.#exchanges.get(stock);
      if (exchanges === undefined) this.#exchanges.set(stock, new Set([exchange]));
      else exchanges.add(exchange);
      this.version.value++;
      this.#wantDay(row);
    }
    return row;
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
    try {
      const page = await loadPage(path);
      this.#fill(page);
    } catch (error) {
      for (const row of rows) this.#wantedDays.add(row);
      throw error;
    }
    // What the API does not know yet has no day but what comes live.
    const unknown = rows.filter((row) => row.dayState === 'loading');
    for (const row of unknown) row.loadNothing(this.#liveSince);
    this.#noteRecent(new Set(unknown), undefined);
    this.#tellChange();
  }

  #everySecond(): void {
    if (this.#days.advance(zoneName(zone.peek()), nowMs())) this.#loadLater(OPENED_MS);
    const now = nowMs() * 1000;
    const ticksPerSecond = this.#live.received - this.#counted;
    this.#counted = this.#live.received;
    this.pulse.value = pulseOf(this.rows.values(), (row) => this.freshness(row, now), ticksPerSecond);
  }

  /** A stock of which no tick comes live, as one of a file that was imported. */
  #lookForNew(): void {
    if (!this.#whole || document.visibilityState !== 'visible') return;
    this.#queue.add('count', async () => {
      const count = await countStocks();
      // Asked for once: what does not appear then would not the next time either.
      if (count > this.rows.size && count !== this.#knownCount) this.#loadLater(0);
      this.#knownCount = count;
    });
  }
}

/** Where a stock is traded, as far as the board knows: on the one that is asked for, else wherever it ticked. */
export function exchangesOf(
  market: Pick<Market, 'exchangesOf'>,
  { stock, exchange }: { readonly stock: string; readonly exchange: string | undefined },
): readonly string[] {
  return exchange === undefined ? market.exchangesOf(stock) : [exchange];
}
