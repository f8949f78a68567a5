import { effect, signal } from '@preact/signals';
import { backoffMs } from '@tickwatch/core';
import { noteTickTime, nowMs } from '../clock.ts';
import { zoneName } from '../format/zone.ts';
import type { BoardBatch } from '../live/board-batch.ts';
import type { BoardListener, LiveFeed } from '../live/live-feed.ts';
import { ReloadBudget } from '../live/reload-budget.ts';
import { SeamCursor } from '../live/seam.ts';
import { moment } from '../moment/moment.ts';
import { zone } from '../settings.ts';
import { type BoardLead, type BoardPage, boardPages, leadPage, loadPage } from './board-page.ts';
import { DayStarts } from './day-starts.ts';
import { MissingRows } from './missing-rows.ts';
import { OpeningHours } from './opening-hours.ts';
import { type Pulse, pulseOf } from './pulse.ts';
import { type Freshness, STALE_SECONDS, type StockRow } from './stock-row.ts';
import { StockRows } from './stock-rows.ts';

export type MarketState =
  | { readonly state: 'loading' }
  | { readonly state: 'ready' }
  | { readonly state: 'failed'; readonly message: string };

/** After an exchange has opened: the server's clock may be a little behind. */
const OPENED_MS = 2000;
/** How often an open page asks whether there is a new stock. */
const COUNT_MS = 5000;

/** All stocks with their latest prices, from history and then live. One for the page; views read it. */
export class Market implements BoardListener {
  readonly state = signal<MarketState>({ state: 'loading' });
  /** What happened in the last second. */
  readonly pulse = signal<Pulse>({ ticksPerSecond: 0, up: 0, down: 0, stale: 0, closed: 0 });
  /** Whoever starts the market starts it too. */
  readonly hours = new OpeningHours();
  /** Rows that are wanted before all others, where a load begins. */
  lead: BoardLead = {};
  readonly #days = new DayStarts(this.hours);
  readonly #stocks = new StockRows(this.#days, {
    // While pages are still to come, one of them may have it.
    onNew: (row) => this.#whole && this.#missing.want(row),
    onUnseen: () => this.onBreak(),
  });
  readonly rows: ReadonlyMap<string, StockRow> = this.#stocks.all;
  /** Grows when stocks are added; views sort again. */
  readonly version = this.#stocks.version;
  readonly #missing = new MissingRows({
    fill: (page) => this.#fill(page),
    fillUnknown: (rows) => {
      this.#stocks.fillUnknown(rows, this.#live.recentBoard());
      this.#tellChange();
    },
    loadAll: () => this.#loadLater(0),
  });
  /** True while the rows are of another moment than the one that is shown, until its first answer. */
  readonly changing = signal(false);
  readonly #changed = new Set<() => void>();
  readonly #live: LiveFeed;
  readonly #cursor = new SeamCursor();
  readonly #budget = new ReloadBudget(performance.now());
  /** True when all pages have been there once: a stock that has no row is none. */
  readonly complete = signal(false);
  /** True when rows and live ticks are joined; `#whole`: when all pages are there, too. */
  #loaded = false;
  #whole = false;
  /** Of loads, only the newest counts. */
  #turn = 0;
  #abort = new AbortController();
  #failures = 0;
  #reload: ReturnType<typeof setTimeout> | undefined;
  #counted = 0;

  constructor(live: LiveFeed) {
    this.#live = live;
  }

  /**
   * Listens first, then loads: what comes in between is in the live feed's memory.
   * @param viewIsThere the load waits for it: a board says which rows it shows first
   */
  async start(defaultExchanges: readonly string[], viewIsThere: Promise<void>): Promise<void> {
    this.#live.watch(defaultExchanges);
    setInterval(() => this.#everySecond(), 1000);
    setInterval(() => this.#lookForNew(), COUNT_MS);
    effect(() => {
      this.#days.advance(zoneName(zone.value), nowMs());
      // Also when the first load is under way: its answers are of days of the zone before.
      if (this.#turn > 0) this.#loadLater(0);
    });
    await Promise.all([this.#live.ready(), viewIsThere]);
    this.#live.board(this);
    await this.#load();
  }

  onBatch(batch: BoardBatch): void {
    if (!this.#loaded) return;
    const { fresh, hole } = this.#cursor.takeBatch(batch);
    for (const tick of fresh) this.#stocks.take(batch, tick);
    const newest = fresh.reduce((time, tick) => Math.max(time, tick.time), 0);
    if (newest > 0 && moment.peek() === undefined) noteTickTime(newest / 1000);
    if (hole) this.onBreak();
    if (fresh.length > 0) this.#tellChange();
  }

  onBreak(): void {
    if (this.#reload === undefined) this.#loadLater(this.#budget.take(performance.now()));
  }

  onMoment(): void {
    this.changing.value = true;
    this.#loaded = false;
    this.#whole = false;
    this.hours.look();
    this.#days.advance(zoneName(zone.peek()), nowMs());
    // What is on its way is of another moment.
    this.#turn++;
    this.#abort.abort();
    this.#loadLater(0);
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
    return this.#stocks.exchangesOf(stock);
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
    this.#abort.abort();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    try {
      const lead = (this.rows.size === 0 || this.changing.peek()) && leadPage(timezone, this.#lead());
      let joined = false;
      const take = (page: BoardPage): boolean => {
        if (turn !== this.#turn) return false;
        if (!joined) this.#begin(page);
        this.#fill(page);
        if (!joined) this.#catchUp();
        joined = true;
        this.#tellChange();
        return true;
      };
      // It only comes sooner than the pages, which tell what is wrong: an address may name an exchange that can't be.
      const first = lead && (await loadPage(lead, signal).catch(() => undefined));
      if (first && !take(first)) return;
      for await (const page of boardPages(timezone, signal)) if (!take(page)) return;
      this.#failures = 0;
      this.#whole = true;
      this.#stocks.dropEmpty();
      this.#tellPulse();
      this.complete.value = true;
      for (const row of this.rows.values()) this.#missing.want(row);
    } catch (error) {
      if (turn !== this.#turn) return;
      // Better no price than one of another moment.
      if (this.changing.peek()) this.#stocks.clear();
      this.#tellChange();
      if (this.rows.size === 0) this.state.value = { state: 'failed', message: (error as Error).message };
      this.#loadLater(backoffMs(this.#failures++, { minMs: 500 }));
    }
  }

  /** A board of the past is sorted here: the server would put all stocks in order for a few, for each moment that is dragged over. */
  #lead(): BoardLead {
    const { exchange, stocks } = this.lead;
    return moment.peek() === undefined ? this.lead : { exchange, stocks };
  }

  #begin({ position, moment }: BoardPage): void {
    if (this.changing.peek()) this.#stocks.clear();
    this.changing.value = false;
    this.#loaded = true;
    this.#stocks.liveSince = moment ?? nowMs() * 1000;
    this.#cursor.start(position, moment);
  }

  #catchUp(): void {
    for (const batch of this.#live.recentBoard()) this.onBatch(batch);
    this.state.value = { state: 'ready' };
  }

  #fill(page: BoardPage): void {
    this.#stocks.fill(page, this.#live.recentBoard());
    this.#live.watch([...new Set(page.rows.map((stock) => stock.exchange_name))]);
  }

  /** @param delay 0: at once, in place of one that waits */
  #loadLater(delay: number): void {
    if (delay > 0 && this.#reload !== undefined) return;
    clearTimeout(this.#reload);
    this.#reload = setTimeout(() => {
      this.#reload = undefined;
      void this.#load();
    }, delay);
  }

  #everySecond(): void {
    if (this.#days.advance(zoneName(zone.peek()), nowMs())) this.#loadLater(OPENED_MS);
    this.hours.look();
    this.#tellPulse(this.#live.received - this.#counted);
    this.#counted = this.#live.received;
  }

  #tellPulse(ticksPerSecond = this.pulse.peek().ticksPerSecond): void {
    const now = nowMs() * 1000;
    this.pulse.value = pulseOf(this.rows.values(), (row) => this.freshness(row, now), ticksPerSecond);
  }

  #lookForNew(): void {
    if (this.#whole && moment.peek() === undefined && document.visibilityState === 'visible')
      this.#missing.count(this.rows);
  }
}

/** Where a stock is traded, as far as the board knows: on the one that is asked for, else wherever it ticked. */
export function exchangesOf(
  market: Pick<Market, 'exchangesOf'>,
  { stock, exchange }: { readonly stock: string; readonly exchange: string | undefined },
): readonly string[] {
  return exchange === undefined ? market.exchangesOf(stock) : [exchange];
}
