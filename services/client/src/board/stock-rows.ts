import { batch, signal } from '@preact/signals';
import type { BoardRow, LaneName } from '@tickwatch/core';
import type { BoardBatch, BoardTick } from '../live/board-batch.ts';
import type { BoardPage } from './board-page.ts';
import type { DayStarts } from './day-starts.ts';
import { rowKey, StockRow } from './stock-row.ts';

type Named = Pick<BoardRow, 'stock_name' | 'exchange_name'>;

/** What has come live of late, of every lane. */
type Recent = Iterable<BoardBatch>;

export interface RowEvents {
  /** A live tick has brought a stock that no answer had. */
  onNew(row: StockRow): void;
  /** A stock's day has begun with a tick that did not come here: only the API knows its open. */
  onUnseen(): void;
}

/** All rows, as answers of the API and live ticks fill them, and where each stock is traded. */
export class StockRows {
  readonly all = new Map<string, StockRow>();
  /** Grows when stocks are added. */
  readonly version = signal(0);
  /** Since when ticks are counted without a hole, epoch µs. */
  liveSince = 0;
  readonly #exchanges = new Map<string, Set<string>>();
  readonly #days: DayStarts;
  readonly #events: RowEvents;

  constructor(days: DayStarts, events: RowEvents) {
    this.#days = days;
    this.#events = events;
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

  /** Takes a live tick. */
  take({ lane, exchange }: BoardBatch, tick: BoardTick): void {
    const row = this.#row({ stock_name: tick.stock, exchange_name: exchange }, this.#events);
    const start = this.#days.of(exchange);
    if (row.take(tick, start)) this.#events.onUnseen();
    row.countDayTicks(lane, tick, start);
  }

  /** What came while an answer was on its way belongs to the day, too; noting a tick twice does no harm. */
  #noteRecent(rows: ReadonlySet<StockRow>, position: ReadonlyMap<LaneName, number> | undefined, recent: Recent): void {
    for (const { lane, exchange, seq, ticks } of recent) {
      const reached = position?.get(lane) ?? 0;
      if (seq <= reached) continue;
      const start = this.#days.of(exchange);
      for (const tick of ticks) {
        const row = tick.seq > reached && this.#find(tick.stock, exchange);
        if (!row || !rows.has(row)) continue;
        row.noteDayTick(tick, start);
        row.countDayTicks(lane, tick, start);
      }
    }
  }

  #find(stock: string, exchange: string): StockRow | undefined {
    return this.all.get(rowKey(stock, exchange));
  }

  /** The row of a stock, made where there is none. */
  #row({ stock_name: stock, exchange_name: exchange }: Named, events?: RowEvents): StockRow {
    const known = this.#find(stock, exchange);
    if (known !== undefined) return known;
    const row = new StockRow(stock, exchange);
    this.all.set(row.key, row);
    const exchanges = this.#exchanges.get(stock);
    if (exchanges === undefined) this.#exchanges.set(stock, new Set([exchange]));
    else exchanges.add(exchange);
    this.version.value++;
    events?.onNew(row);
    return row;
  }
}
