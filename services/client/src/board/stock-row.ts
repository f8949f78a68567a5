import { type BoardRow, type LaneName, parseTime } from '@tickwatch/core';
import { fractionDigits } from '../format/number-text.ts';
import type { BoardTick } from '../live/board-batch.ts';
import { SparkRing } from './spark-ring.ts';
import { TickRate } from './tick-rate.ts';

/** Open, high, low of the last day that had a price. */
export interface DayPrices {
  open: number;
  high: number;
  low: number;
}

/** `stale`: silent for long; `closed`: the same, while its exchange is closed. */
export type Freshness = 'live' | 'stale' | 'closed';

/** A stock that is silent for longer than this is marked. */
export const STALE_SECONDS = 60;

const MINUTE_MICROS = 60_000_000;

/** When an answer's figures are of, epoch µs: what its sparklines begin with, and from when on live ticks were counted. */
export interface LoadTimes {
  readonly sparkFrom: number | undefined;
  readonly liveSince: number;
  /** How far the answer reaches in each lane: ticks up to there are in its counts. */
  readonly position?: ReadonlyMap<LaneName, number> | undefined;
  /** Ticks up to this moment are in its counts, whatever their number; undefined: it is of now. */
  readonly moment?: number | undefined;
}

/** What the board knows of one stock on one exchange. Changed in place by ticks; painters read it once per frame. */
export class StockRow {
  readonly stock: string;
  readonly exchange: string;
  readonly key: string;
  readonly spark = new SparkRing();
  price = Number.NaN;
  /** Time of the latest price, epoch µs. */
  time = 0;
  /** Where the last change of price went: 1 up, -1 down, 0 not known yet. */
  direction: -1 | 0 | 1 = 0;
  /** Prices since the page was opened; a painter flashes when it has grown. */
  ticks = 0;
  digits = 2;
  /** Of the day that the latest price is of; undefined: not known. */
  day: DayPrices | undefined;
  /** The last price before that day; undefined: there was none, or it is not known yet. */
  previousClose: number | undefined;
  /** Ticks of that day; undefined: not known yet. */
  dayTicks: number | undefined;
  dayState: 'wanted' | 'loading' | 'ready' = 'wanted';
  /** True when something has changed since it was painted. */
  dirty = true;
  #rate = new TickRate();
  /** The latest price that {@link day} holds, and its time. */
  #dayClose = Number.NaN;
  #dayTime = 0;
  /** Ticks up to here are in {@link dayTicks}: of the answer in each lane, with the newest's time, and of the live ones. */
  #told: ReadonlyMap<LaneName, number> | undefined;
  #toldTime = 0;
  #counted = 0;
  #toldUntil = Number.NEGATIVE_INFINITY;

  constructor(stock: string, exchange: string) {
    this.stock = stock;
    this.exchange = exchange;
    this.key = rowKey(stock, exchange);
  }

  /** Takes what the API knows: the day as it is, and the latest price; one of an earlier time changes nothing. */
  load(row: BoardRow, { sparkFrom, liveSince, position, moment }: LoadTimes): void {
    const { open, high, low } = row;
    const time = parseTime(row.timestamp) ?? 0;
    this.#price(Number(row.price), time);
    this.spark.add(time, Number(row.price));
    // The minute that runs has no end yet: its last price is the latest one.
    for (let minute = 0; minute < row.sparkline.length - 1; minute++) {
      const close = row.sparkline[minute] ?? null;
      if (close !== null && sparkFrom !== undefined) {
        this.spark.addMinute(sparkFrom + minute * MINUTE_MICROS, Number(close));
      }
    }
    this.#rate.begin(liveSince, row.ticks_per_minute);
    this.previousClose = row.previous_close === null ? undefined : Number(row.previous_close);
    this.day = open === null ? undefined : { open: Number(open), high: Number(high), low: Number(low) };
    [this.#dayClose, this.#dayTime] = [Number(row.price), time];
    [this.dayTicks, this.#told, this.#toldTime, this.#counted] = [row.ticks, position, time, 0];
    this.#toldUntil = moment ?? Number.NEGATIVE_INFINITY;
    this.dayState = 'ready';
    this.dirty = true;
  }

  /** Forgets everything: the page shows another moment. */
  clear(): void {
    this.spark.clear();
    this.#rate = new TickRate();
    [this.price, this.time, this.direction] = [Number.NaN, 0, 0];
    [this.day, this.previousClose, this.dayTicks] = [undefined, undefined, undefined];
    [this.#dayClose, this.#dayTime] = [Number.NaN, 0];
    [this.#told, this.#counted, this.#toldUntil] = [undefined, 0, Number.NEGATIVE_INFINITY];
    this.dayState = 'wanted';
    this.dirty = true;
  }

  /** The API doesn't know it: it is new, and has what has come live. */
  loadNothing(liveSince: number): void {
    this.#rate.begin(liveSince, 0);
    this.dayTicks = 0;
    this.dayState = 'ready';
    this.dirty = true;
  }

  /**
   * Takes a live tick. A late one counts, and moves high and low, but never the latest price.
   * @returns true: it begins a day, and an earlier one of that day may have been its open
   */
  take(tick: BoardTick, dayStartMicros: number): boolean {
    this.ticks++;
    this.spark.add(tick.time, tick.price);
    this.#rate.count(tick.time, tick.count);
    const begins = this.noteDayTick(tick, dayStartMicros);
    this.#price(tick.price, tick.time);
    return begins && tick.count > 1;
  }

  /**
   * Takes one more price into the day's figures. The first one of a day begins it: what the stock ended the day before
   * with is then its previous close. Until then the row shows how that day ended.
   * @returns whether it begins a day
   */
  noteDayTick({ price, time, beyond = [] }: BoardTick, dayStartMicros: number): boolean {
    if (this.dayState !== 'ready') return false;
    const begins = time >= dayStartMicros && this.#dayTime < dayStartMicros;
    if (begins) this.#beginDay(price);
    // Of a batch over a day's begin they may be of the day before.
    else if (time >= dayStartMicros) for (const one of [price, ...beyond]) this.#widenDay(one);
    if (time >= this.#dayTime) [this.#dayClose, this.#dayTime] = [price, time];
    return begins;
  }

  /** Counts ticks of the day, once; they are noted before. */
  countDayTicks(lane: LaneName, { count, after, seq, time }: BoardTick, dayStartMicros: number): void {
    if (this.dayTicks === undefined || time < dayStartMicros || time <= this.#toldUntil) return;
    const counted = this.#counted || (this.#told?.get(lane) ?? 0);
    if (seq <= counted) return;
    const isFirst = this.#counted === 0;
    this.#counted = seq;
    // The answer's newest tick, told again: its batch reaches back, or there was no room on the board for it before.
    if (isFirst && time <= this.#toldTime && (after < counted || count > 1)) return;
    // What reaches back into what is counted holds one at least that is not; the rest as it is spread over the batch.
    const share = after >= counted ? 1 : (seq - counted) / (seq - after);
    this.dayTicks += Math.max(1, Math.round(count * share));
  }

  /** What changes are counted from: the previous close, of a new stock the day's open; undefined: not known. */
  get base(): number | undefined {
    return this.dayState === 'ready' ? (this.previousClose ?? this.day?.open) : undefined;
  }

  /** Difference to the previous close; undefined: not known. */
  get change(): number | undefined {
    const { base } = this;
    return base === undefined ? undefined : this.price - base;
  }

  /** The same as a part of the previous close; undefined: no part of a price that is not above zero. */
  get changeRatio(): number | undefined {
    const { base } = this;
    return base === undefined || base <= 0 ? undefined : this.price / base - 1;
  }

  /** Ticks in the last minute; undefined: not known yet. */
  rate(nowMicros: number): number | undefined {
    return this.#rate.perMinute(nowMicros);
  }

  ageSeconds(nowMicros: number): number {
    return Math.max(0, (nowMicros - this.time) / 1e6);
  }

  #beginDay(price: number): void {
    if (!Number.isNaN(this.#dayClose)) this.previousClose = this.#dayClose;
    this.day = { open: price, high: price, low: price };
    this.dayTicks = 0;
  }

  #widenDay(price: number): void {
    if (this.day === undefined) this.day = { open: price, high: price, low: price };
    else if (price > this.day.high) this.day.high = price;
    else if (price < this.day.low) this.day.low = price;
  }

  #price(price: number, time: number): void {
    // Of one time, the last to come counts.
    if (time < this.time) return;
    if (price > this.price) this.direction = 1;
    else if (price < this.price) this.direction = -1;
    this.price = price;
    this.time = time;
    this.digits = Math.max(this.digits, fractionDigits(price));
    this.dirty = true;
  }
}

export function rowKey(stock: string, exchange: string): string {
  return `${exchange}:${stock}`;
}
