import {
  comparePrices,
  compareTicks,
  type DecimalText,
  type EpochMicros,
  millisToMicros,
  type SequencedTick,
} from '@tickwatch/core';
import type { Row } from '../read-pool.ts';
import type { Snapshot } from '../snapshot.ts';
import { boardStatement, type ExchangesDay } from '../sql/board.ts';
import type { BoardTail } from '../sql/board-tail.ts';
import { type StockKey, stockKeyText } from '../stock-order.ts';
import type { Span } from './range.ts';

export type BoardSort = 'name' | 'price' | 'time' | 'change' | 'change_percent' | 'ticks';

/** The last row of a page: the next one starts behind it. */
export interface BoardKey extends StockKey {
  /** What the board is sorted by; null: not known, or the board is sorted by name. */
  readonly value: string | null;
}

export interface BoardQuestion {
  readonly exchange?: string | undefined;
  /** Only stocks of these names. */
  readonly stocks?: readonly string[] | undefined;
  readonly sort: BoardSort;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  readonly after?: BoardKey | undefined;
  /** The day whose figures are asked for. */
  readonly day: Span;
  /** Of exchanges that have a day of their own. */
  readonly ownDays?: ReadonlyMap<string, Span> | undefined;
  readonly now: EpochMicros;
}

/** What a board shows of a stock on an exchange. Decimals as text; null: there is no such tick. */
export interface BoardRow extends StockKey {
  readonly price: string;
  readonly time: EpochMicros;
  /** Of the last tick before the day. */
  readonly previousClose: string | null;
  readonly previousCloseTime: EpochMicros | null;
  readonly change: string | null;
  /** Rounded to four decimals. */
  readonly changePercent: string | null;
  readonly open: string | null;
  readonly high: string | null;
  readonly low: string | null;
  readonly ticks: number;
  /** In the last full minute. */
  readonly ticksPerMinute: number;
  /** The last price of each of the last {@link SPARK_HOURS} hours, the running one last; null: no tick in it. */
  readonly sparkline: readonly (string | null)[];
}

export interface Board {
  readonly rows: readonly BoardRow[];
  readonly next: BoardKey | undefined;
}

export const SPARK_HOURS = 24;

const MINUTE = 60_000_000;
const HOUR = 60 * MINUTE;

/** One page of the board, the ticks that are not in the database yet included. */
export async function askBoard(snapshot: Snapshot, question: BoardQuestion): Promise<Board> {
  const { now, limit } = question;
  const minute = Math.floor(now / MINUTE) * MINUTE;
  const hour = Math.floor(now / HOUR) * HOUR;
  const rate: Span = { from: minute - MINUTE, until: minute };
  const spark: Span = { from: hour - (SPARK_HOURS - 1) * HOUR, until: hour + HOUR };
  const ticks = snapshot.tail.filter(wantedBy(question));
  const tail = tailOf(ticks, question, rate);
  const days = daysOf(question);
  const statement = boardStatement({ ...question, days, limit: limit + 1, rate, spark, tail: [...tail.values()] });
  const rows = await snapshot.rows(statement);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const shown = new Map(page.map((row) => [stockKeyText(keyOf(row)), new Sparkline(spark, row.spark ?? '')]));
  for (const tick of ticks) shown.get(stockKeyText(tick))?.add(tick);
  return {
    rows: page.map((row) => readRow(row, shown.get(stockKeyText(keyOf(row)))?.prices ?? [])),
    next: rows.length > limit && last !== undefined ? { ...keyOf(last), value: last.sort_text ?? null } : undefined,
  };
}

function wantedBy({ exchange, stocks }: BoardQuestion): (tick: SequencedTick) => boolean {
  const names = stocks && new Set(stocks);
  return (tick) => (exchange === undefined || tick.exchange === exchange) && names?.has(tick.stock) !== false;
}

/** The days of all exchanges that can be on the board; those that are in one day together. */
function daysOf({ exchange, day, ownDays = new Map<string, Span>() }: BoardQuestion): readonly ExchangesDay[] {
  if (exchange !== undefined) return [ownDays.get(exchange) ?? day];
  const groups = new Map<string, Span & { readonly exchanges: string[] }>();
  for (const [name, own] of ownDays) {
    const key = `${own.from} ${own.until}`;
    const group = groups.get(key) ?? { ...own, exchanges: [] };
    group.exchanges.push(name);
    groups.set(key, group);
  }
  return [...groups.values(), day];
}

/** What the tail amounts to, stock by stock. */
function tailOf(
  ticks: readonly SequencedTick[],
  { day, ownDays }: BoardQuestion,
  rate: Span,
): ReadonlyMap<string, BoardTail> {
  const found = new Map<string, BoardTail>();
  for (const tick of ticks) {
    const key = stockKeyText(tick);
    found.set(key, joined(found.get(key), tick, ownDays?.get(tick.exchange) ?? day, rate));
  }
  return found;
}

function joined(known: BoardTail | undefined, tick: SequencedTick, day: Span, rate: Span): BoardTail {
  const later = (other: SequencedTick | undefined): SequencedTick =>
    other === undefined || compareTicks(tick, other) > 0 ? tick : other;
  const inDay = tick.time >= day.from && tick.time < day.until;
  const { open, high, low } = known ?? {};
  return {
    last: later(known?.last),
    before: tick.time < day.from ? later(known?.before) : known?.before,
    ticks: (known?.ticks ?? 0) + (inDay ? 1 : 0),
    rate: (known?.rate ?? 0) + (tick.time >= rate.from && tick.time < rate.until ? 1 : 0),
    open: inDay && (open === undefined || compareTicks(tick, open) < 0) ? tick : open,
    high: inDay && (high === undefined || comparePrices(tick.price, high) > 0) ? tick.price : high,
    low: inDay && (low === undefined || comparePrices(tick.price, low) < 0) ? tick.price : low,
  };
}

function keyOf(row: Row): StockKey {
  return { stock: row.stock_name ?? '', exchange: row.exchange_name ?? '' };
}

function readRow(row: Row, sparkline: BoardRow['sparkline']): BoardRow {
  return {
    ...keyOf(row),
    price: row.price ?? '',
    time: Number(row.micros) as EpochMicros,
    previousClose: row.previous_price ?? null,
    previousCloseTime: row.previous_micros == null ? null : (Number(row.previous_micros) as EpochMicros),
    change: row.change ?? null,
    changePercent: row.change_percent ?? null,
    open: row.open ?? null,
    high: row.high ?? null,
    low: row.low ?? null,
    ticks: Number(row.ticks),
    ticksPerMinute: Number(row.rate),
    sparkline,
  };
}

/** The last price of each hour of a span. */
class Sparkline {
  readonly #from: number;
  readonly #hours: (Omit<SequencedTick, 'stock' | 'exchange'> | undefined)[];

  /** @param stored `SECONDS SEQ PRICE` of the last tick of hours, between commas */
  constructor({ from, until }: Span, stored: string) {
    this.#from = from;
    this.#hours = Array.from({ length: (until - from) / HOUR }, () => undefined);
    for (const item of stored === '' ? [] : stored.split(',')) {
      const [seconds, seq, price = ''] = item.split(' ');
      this.add({ time: millisToMicros(Number(seconds) * 1000), seq: Number(seq), price: price as DecimalText });
    }
  }

  add(tick: Omit<SequencedTick, 'stock' | 'exchange'>): void {
    const place = Math.floor((tick.time - this.#from) / HOUR);
    if (place < 0 || place >= this.#hours.length) return;
    const known = this.#hours[place];
    const isLater =
      known === undefined || tick.time > known.time || (tick.time === known.time && tick.seq >= known.seq);
    if (isLater) this.#hours[place] = tick;
  }

  get prices(): readonly (string | null)[] {
    return this.#hours.map((tick) => tick?.price ?? null);
  }
}
