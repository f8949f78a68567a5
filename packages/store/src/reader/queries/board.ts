import {
  type DecimalText,
  type EpochMicros,
  MICROS_PER_DAY,
  millisToMicros,
  type SequencedTick,
} from '@tickwatch/core';
import { askMomentFacts, type MomentFacts, momentMissing } from '../moment/moment-missing.ts';
import { momentSpan } from '../moment/moment-span.ts';
import { partOfTick } from '../moment/part.ts';
import type { Row } from '../read-pool.ts';
import type { Snapshot } from '../snapshot.ts';
import { boardStatement, type ExchangesDay, type SparkSpan } from '../sql/board.ts';
import type { BoardTail } from '../sql/board-tail.ts';
import { type StockKey, stockKeyText } from '../stock-order.ts';
import { type Board, type BoardQuestion, type BoardRow, SPARK_BUCKETS } from './board-question.ts';
import { boardTails } from './board-tails.ts';
import { pastParts } from './past-parts.ts';
import type { Span } from './range.ts';

const MINUTE = 60_000_000;
const HOUR = 60 * MINUTE;

/** One page of the board, the ticks that are not in the database yet included. */
export async function askBoard(snapshot: Snapshot, question: BoardQuestion): Promise<Board> {
  const { rows, facts, ...rest } = await askBoardPage(snapshot, question);
  const missing = facts && momentMissing([facts], question.now);
  return { ...rest, rows: rows.map(({ row }) => row), missing };
}

/** A page of the board of one of several databases. */
export interface BoardPage extends Pick<Board, 'next' | 'sparklineFrom'> {
  readonly rows: readonly SortedRow[];
  /** Of a board as it stood. */
  readonly facts: MomentFacts | undefined;
}

/** A row, and what the board is sorted by as {@link BoardKey} has it. */
export interface SortedRow {
  readonly row: BoardRow;
  readonly value: string | null;
}

export async function askBoardPage(snapshot: Snapshot, question: BoardQuestion): Promise<BoardPage> {
  const { now, limit, isPast = false } = question;
  const minute = Math.floor(now / MINUTE) * MINUTE;
  const rate: Span = { from: minute - MINUTE, until: minute };
  const spark = sparkOf(question);
  const ticks = snapshot.tail.filter(wantedBy(question));
  const span = isPast ? momentSpan(now, snapshot.noMinutes) : undefined;
  const parts = span === undefined ? [] : await pastParts(snapshot, question, { span, rate, spark });
  const tail = boardTails([...parts, ...ticks.map(partOfTick)], question, rate);
  const days = daysOf(question);
  const { lastDay = false } = question;
  const rest = { days, lastDay, limit: limit + 1, rate, spark, span, tail: tailOfPage([...tail.values()], question) };
  const statement = boardStatement({ ...question, ...rest });
  const rows = await snapshot.rows(statement);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  // Nothing tells the last tick of a stock whose first one lies in the moment's minute, where single ticks are no longer kept.
  const known = page.filter(({ price }) => price !== null);
  const shown = new Map(known.map((row) => [stockKeyText(keyOf(row)), new Sparkline(spark, row.spark ?? '')]));
  for (const tick of ticks) shown.get(stockKeyText(tick))?.add(tick);
  for (const part of parts) if (part.minutes) shown.get(stockKeyText(part.last))?.add(part.last);
  return {
    rows: known.map((row) => {
      const shownRow = readRow(row, []);
      const sparkline = shown.get(stockKeyText(shownRow));
      if (isPast) sparkline?.add({ ...shownRow, price: shownRow.price as DecimalText, seq: Number.POSITIVE_INFINITY });
      return { row: { ...shownRow, sparkline: sparkline?.prices ?? [] }, value: row.sort_text ?? null };
    }),
    next: rows.length > limit && last !== undefined ? { ...keyOf(last), value: last.sort_text ?? null } : undefined,
    sparklineFrom: spark.from as EpochMicros,
    facts: isPast ? await askMomentFacts(snapshot, question.exchange, now) : undefined,
  };
}

function sparkOf({ sparkline = 'hours', now }: BoardQuestion): SparkSpan {
  const width = sparkline === 'hours' ? 'hour' : 'minute';
  const step = width === 'hour' ? HOUR : MINUTE;
  const until = (Math.floor(now / step) + 1) * step;
  return { width, step, from: until - SPARK_BUCKETS[sparkline] * step, until };
}

/**
 * Of a page in the order of names, at most as many stocks of the tail as the page has rows can be on it, and those are the
 * first ones behind the page before. In any other order each may be.
 */
function tailOfPage(tail: readonly BoardTail[], { sort, order, after, limit }: BoardQuestion): readonly BoardTail[] {
  if (sort !== 'name' || tail.length <= limit) return tail;
  const way = order === 'asc' ? 1 : -1;
  const first = after && Buffer.from(stockKeyText(after));
  return tail
    .map((entry) => ({ entry, key: Buffer.from(stockKeyText(entry.last)) }))
    .filter(({ key }) => first === undefined || Buffer.compare(key, first) * way > 0)
    .sort((a, b) => Buffer.compare(a.key, b.key) * way)
    .slice(0, limit + 1)
    .map(({ entry }) => entry);
}

function wantedBy({ exchange, stocks, isPast = false, now }: BoardQuestion): (tick: SequencedTick) => boolean {
  const names = stocks && new Set(stocks);
  return (tick) =>
    (exchange === undefined || tick.exchange === exchange) &&
    names?.has(tick.stock) !== false &&
    !(isPast && tick.time > now);
}

/** No tick is of a time that far ahead. */
const AHEAD = 2 * MICROS_PER_DAY;

/** The days of all exchanges that can be on the board; those that are in one day together. */
function daysOf({ exchange, day, ownDays = new Map<string, Span>(), now }: BoardQuestion): readonly ExchangesDay[] {
  // A day of trading that goes on over a weekend ends at some minute, and minutes are dearer than hours.
  const open = ({ from, until }: Span): Span => ({
    from,
    until: until > now + AHEAD ? Number.POSITIVE_INFINITY : until,
  });
  if (exchange !== undefined) return [open(ownDays.get(exchange) ?? day)];
  const groups = new Map<string, Span & { readonly exchanges: string[] }>();
  for (const [name, own] of ownDays) {
    const key = `${own.from} ${own.until}`;
    const group = groups.get(key) ?? { ...open(own), exchanges: [] };
    group.exchanges.push(name);
    groups.set(key, group);
  }
  return [...groups.values(), day];
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

/** The last price of each bucket of a span. */
class Sparkline {
  readonly #from: number;
  readonly #step: number;
  readonly #closes: (Omit<SequencedTick, 'stock' | 'exchange'> | undefined)[];

  /** @param stored `SECONDS SEQ PRICE` of the last tick of buckets, between commas */
  constructor({ from, until, step }: SparkSpan, stored: string) {
    this.#from = from;
    this.#step = step;
    this.#closes = Array.from({ length: (until - from) / step }, () => undefined);
    for (const item of stored === '' ? [] : stored.split(',')) {
      const [seconds, seq, price = ''] = item.split(' ');
      this.add({ time: millisToMicros(Number(seconds) * 1000), seq: Number(seq), price: price as DecimalText });
    }
  }

  add(tick: Omit<SequencedTick, 'stock' | 'exchange'>): void {
    const place = Math.floor((tick.time - this.#from) / this.#step);
    if (place < 0 || place >= this.#closes.length) return;
    const known = this.#closes[place];
    const isLater =
      known === undefined || tick.time > known.time || (tick.time === known.time && tick.seq >= known.seq);
    if (isLater) this.#closes[place] = tick;
  }

  get prices(): readonly (string | null)[] {
    return this.#closes.map((tick) => tick?.price ?? null);
  }
}
