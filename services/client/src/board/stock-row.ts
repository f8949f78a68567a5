import { type BoardRow, type LiveTick, parseTime } from '@tickwatch/core';
import { fractionDigits } from '../format/number-text.ts';
import { SparkRing } from './spark-ring.ts';

/** Open, high, low of the day in the chosen time zone. */
export interface DayPrices {
  open: number;
  high: number;
  low: number;
}

/** `stale`: silent for long; `closed`: the same, while its exchange is closed. */
export type Freshness = 'live' | 'stale' | 'closed';

/** A stock that is silent for longer than this is marked. */
export const STALE_SECONDS = 60;

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
  /** Ticks since the page was opened; a painter flashes when it has grown. */
  ticks = 0;
  digits = 2;
  day: DayPrices | undefined;
  /** What the day before ended with; undefined: not known. */
  previousClose: number | undefined;
  /** Ticks of the day, those that came live included; undefined: not known yet. */
  dayTicks: number | undefined;
  dayState: 'wanted' | 'loading' | 'ready' = 'wanted';
  sparkState: 'wanted' | 'loading' | 'ready' = 'wanted';
  /** True when something has changed since it was painted. */
  dirty = true;

  constructor(stock: string, exchange: string) {
    this.stock = stock;
    this.exchange = exchange;
    this.key = rowKey(stock, exchange);
  }

  /** Takes what the API knows: the day as it is, and the latest price; one of an earlier time changes nothing. */
  load({ price, timestamp, open, high, low, previous_close, ticks }: BoardRow): void {
    this.previousClose = previous_close === null ? undefined : Number(previous_close);
    this.dayTicks = ticks;
    this.#price(Number(price), parseTime(timestamp) ?? 0);
    this.setDay(open === null ? undefined : { open: Number(open), high: Number(high), low: Number(low) });
  }

  /** Takes a live tick. A late one counts, and moves high and low, but never the latest price. */
  take(tick: LiveTick, time: number, dayStartMicros: number): void {
    this.ticks++;
    if (this.dayTicks !== undefined && time >= dayStartMicros) this.dayTicks++;
    this.spark.add(time, tick.price);
    this.#price(tick.price, time);
    this.noteDayPrice(tick.price, time, dayStartMicros);
  }

  /** Widens the day's high and low by one more price of that day. */
  noteDayPrice(price: number, time: number, dayStartMicros: number): void {
    if (time >= dayStartMicros && this.dayState === 'ready') this.#widenDay(price);
  }

  setDay(day: DayPrices | undefined): void {
    this.day = day;
    this.dayState = 'ready';
    this.dirty = true;
  }

  /** Difference to the day's open; undefined: the day has no price yet. */
  get change(): number | undefined {
    return this.day === undefined ? undefined : this.price - this.day.open;
  }

  /** The same as a part of the open; undefined: no part of a price that is not above zero. */
  get changeRatio(): number | undefined {
    return this.day === undefined || this.day.open <= 0 ? undefined : this.price / this.day.open - 1;
  }

  /** Ticks in the last minute; undefined: not known yet. */
  rate(nowMicros: number): number | undefined {
    return this.sparkState === 'ready' || this.ticks > 0 ? this.spark.ticksPerMinute(nowMicros) : undefined;
  }

  ageSeconds(nowMicros: number): number {
    return Math.max(0, (nowMicros - this.time) / 1e6);
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
