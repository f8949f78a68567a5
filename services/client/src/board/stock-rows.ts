import { batch, signal } from '@preact/signals';
import { exchangeOf, type LaneName, type LiveTick, parseTime } from '@tickwatch/core';
import type { BoardPage } from './board-page.ts';
import type { DayStarts } from './day-starts.ts';
import { rowKey, StockRow } from './stock-row.ts';

type Named = Pick<LiveTick, 'stock_name' | 'exchange_name'>;

/** The last live ticks of every lane. */
type Recent = Iterable<readonly [LaneName, readonly LiveTick[]]>;

/** All rows, as answers of the API and live ticks fill them, and where each stock is traded. */
export class StockRows {
  readonly all = new Map<string, StockRow>();
  /** Grows when stocks are added. */
  readonly version = signal(0);
  /** Since when ticks are counted without a hole, epoch µs. */
  liveSince = 0;
  readonly #exchanges = new Map<string, Set<string>>();
  readonly #days: DayStarts;
  readonly #onNew: (row: StockRow) => void;

  /** @param onNew a live tick has brought a stock that no answer had */
  constructor(days: DayStarts, onNew: (row: StockRow) => void) {
    this.#days = days;
    this.#onNew = onNew;
  }

  exchangesOf(stock: string): readonly string[] {
    return [...(this.#exchanges.get(stock) ?? [])];
  }

  /** Takes what an answer says. */
  fill({ rows, position, sparkFrom, moment }: BoardPage, recent: Recent): void {
    const times = { sparkFrom, liveSince: this.liveSince, position, moment };
    const filled = new Set<StockRow>();
    batch(() => {
      for (const stock of rows) {
        const row = this.#row(stock);
        row.load(stock, times);
        filled.add(row);
      }
    });
    this.#noteRecent(filled, position, recent);
  }

  /** Forgets every price: the page shows another moment. The rows stay, so that nothing leaps on the board. */
  clear(): void {
    for (const row of this.all.values()) row.clear();
  }

  /** Takes rows away that have no price at the moment that is shown. */
  dropEmpty(): void {
    const empty = [...this.all.values()].filter(({ price }) => Number.isNaN(price));
    for (const { key, stock, exchange } of empty) {
      this.all.delete(key);
      this.#exchanges.get(stock)?.delete(exchange);
    }
    if (empty.length > 0) this.version.value++;
  }

  /** The API does not know these: they have what has come live. */
  fillUnknown(rows: readonly StockRow[], recent: Recent): void {
    for (const row of rows) row.loadNothing(this.liveSince);
    this.#noteRecent(new Set(rows), undefined, recent);
  }

  /** Takes a live tick. @returns its time, epoch µs */
  take(lane: LaneName, tick: LiveTick): number {
    const time = parseTime(tick.timestamp) ?? 0;
    if (time > 0) {
      const row = this.#row(tick, this.#onNew);
      const start = this.#days.of(tick.exchange_name);
      row.take(tick, time, start);
      row.countDayTick(lane, tick.seq, time, start);
    }
    return time;
  }

  /** What came while an answer was on its way belongs to the day, too; noting a tick twice does no harm. */
  #noteRecent(rows: ReadonlySet<StockRow>, position: ReadonlyMap<LaneName, number> | undefined, recent: Recent): void {
    for (const [lane, ticks] of recent) {
      const reached = position?.get(lane) ?? 0;
      const first = ticks.findLastIndex((tick) => tick.seq <= reached) + 1;
      const exchange = exchangeOf(lane);
      const start = this.#days.of(exchange);
      for (let i = first; i < ticks.length; i++) {
        const tick = ticks[i] as LiveTick;
        const row = this.#find(tick.stock_name, exchange);
        if (row === undefined || !rows.has(row)) continue;
        const time = parseTime(tick.timestamp) ?? 0;
        row.noteDayPrice(tick.price, time, start);
        row.countDayTick(lane, tick.seq, time, start);
      }
    }
  }

  #find(stock: string, exchange: string): StockRow | undefined {
    return this.all.get(rowKey(stock, exchange));
  }

  /** The row of a stock, made where there is none. */
  #row({ stock_name: stock, exchange_name: exchange }: Named, onNew?: (row: StockRow) => void): StockRow {
    const known = this.#find(stock, exchange);
    if (known !== undefined) return known;
    const row = new StockRow(stock, exchange);
    this.all.set(row.key, row);
    const exchanges = this.#exchanges.get(stock);
    if (exchanges === undefined) this.#exchanges.set(stock, new Set([exchange]));
    else exchanges.add(exchange);
    this.version.value++;
    onNew?.(row);
    return row;
  }
}
