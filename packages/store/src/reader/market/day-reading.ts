import { setImmediate } from 'node:timers/promises';
import { MICROS_PER_DAY } from '@tickwatch/core';
import { MANTISSA_BOUND } from '../../sealed/scaled-prices.ts';
import { RowHeads } from '../../sealing/row-heads.ts';
import { TickRows } from '../../sealing/tick-rows.ts';
import type { Span } from '../queries/range.ts';
import type { Snapshot } from '../snapshot.ts';
import { copiedMessages } from './copied-messages.ts';
import { LOOK_AHEAD_MICROS, laneClocks } from './lane-clocks.ts';
import { LaneLayouts } from './lane-layouts.ts';
import { LaneNumbers } from './lane-numbers.ts';
import { LiveBlocks, type WindowLimits } from './live-blocks.ts';
import { MarketBuffer, type WantsTick } from './market-buffer.ts';
import type { MarketDay } from './market-days.ts';
import { MarketKeys } from './market-keys.ts';
import { type MarketFilter, type NumberBound, rowsCopy } from './market-sql.ts';
import { sortedPlaces } from './sort-places.ts';

/** Of what is only looked at, the first so many by time: those that came out of order, a few. */
const MOST_AHEAD = 1_000_000;

/** Reads windows of days into buffers and tells the clocks of what it finds. */
export class DayReading {
  readonly keys = new MarketKeys();
  readonly #snapshot: Snapshot;
  readonly #filter: MarketFilter;
  readonly #limits: WindowLimits;
  readonly #stocks: ReadonlySet<string> | undefined;
  readonly #heads = new RowHeads();
  readonly #keyOfHead: number[] = [];
  #layouts: LaneLayouts | undefined;
  #blocks: { readonly day: number; readonly live: LiveBlocks } | undefined;

  constructor(snapshot: Snapshot, filter: MarketFilter, limits: WindowLimits) {
    this.#snapshot = snapshot;
    this.#filter = filter;
    this.#limits = limits;
    this.#stocks = filter.stocks && new Set(filter.stocks);
  }

  /**
   * The ticks of a window within a day, in no order, with their clocks.
   * @param aheadUntil from there on the day behind it has lost its numbers, and tells nothing
   * @param most it takes in so many, about: see its `until`
   * @param lateFrom what is not older than that and came behind the window's begin is wanted, too; only of open days
   */
  async read(
    day: MarketDay,
    window: Span,
    aheadUntil: number,
    most: number,
    lateFrom = window.from,
  ): Promise<MarketBuffer> {
    const buffer = this.#buffer(window.until, most);
    if (day.isSealed) await this.#readSealed(day, window, buffer);
    else if (day.hasLostSeqs) await this.#readUnsealed(window, buffer);
    else await this.#readOpen(window, aheadUntil, lateFrom, buffer);
    return buffer;
  }

  #buffer(until: number, most: number, wants?: WantsTick): MarketBuffer {
    return new MarketBuffer(this.keys, until, most, this.#keyOfHead, wants);
  }

  async #readSealed(day: MarketDay, { from }: Span, buffer: MarketBuffer): Promise<void> {
    if (this.#blocks?.day !== day.from) {
      const span = { from: day.from, until: day.from + MICROS_PER_DAY };
      const live = new LiveBlocks(this.#snapshot, this.keys, this.#filter, span, this.#limits);
      this.#blocks = { day: day.from, live };
    }
    await this.#blocks.live.addTo(buffer, from);
    if (day.hasLate) await this.#copyRows(rowsCopy('late_prices', { from, until: buffer.until }, this.#filter), buffer);
    this.#addTail(buffer, from);
    buffer.clocks.set(buffer.times.subarray(0, buffer.count));
  }

  async #readUnsealed({ from, until }: Span, buffer: MarketBuffer): Promise<void> {
    this.#blocks = undefined;
    await this.#copyRows(rowsCopy('unsealed_prices', { from, until }, this.#filter), buffer);
    this.#addTail(buffer, from);
    buffer.clocks.set(buffer.times.subarray(0, buffer.count));
  }

  async #readOpen({ from, until }: Span, aheadUntil: number, lateFrom: number, buffer: MarketBuffer): Promise<void> {
    this.#blocks = undefined;
    this.#layouts ??= await LaneLayouts.read(this.#snapshot, this.keys);
    await this.#copyRows(rowsCopy('unsealed_prices', { from, until }, this.#filter), buffer);
    this.#addTail(buffer, from);
    const end = buffer.until;
    let ahead = await this.#readAhead(buffer, end, aheadUntil);
    if (lateFrom < from && (await this.#addLate(buffer, ahead, { from: lateFrom, until: from })))
      ahead = await this.#readAhead(buffer, end, aheadUntil);
    await setImmediate();
    const order = sortedPlaces(buffer.times, buffer.count);
    const orderAhead = sortedPlaces(ahead.times, ahead.count);
    laneClocks(buffer, order, ahead, orderAhead, this.#layouts, buffer.clocks);
  }

  /** Adds ticks before a window that came behind one of it. @returns whether there were any */
  async #addLate(buffer: MarketBuffer, ahead: MarketBuffer, span: Span): Promise<boolean> {
    const numbers = this.#numbersOf(buffer, ahead);
    const bounds = [...numbers.exchanges].map(([exchange, { least }]) => ({ exchange, above: least }));
    if (bounds.length === 0) return false;
    const late = this.#buffer(span.until, MOST_AHEAD, (key, seq) => numbers.isBehind(key, seq));
    await this.#copyBounded(span, bounds, late);
    for (let i = 0; i < late.count; i++) buffer.copy(late, i);
    return late.count > 0;
  }

  /** What may tell that ticks of a window were late: all behind its end that came before one of them. */
  async #readAhead(buffer: MarketBuffer, end: number, aheadUntil: number): Promise<MarketBuffer> {
    const numbers = this.#numbersOf(buffer);
    const bounds = [...numbers.exchanges].map(([exchange, { most }]) => ({ exchange, below: most }));
    const span = { from: end, until: Math.min(aheadUntil, end + LOOK_AHEAD_MICROS) };
    const ahead = this.#buffer(span.until, MOST_AHEAD, (key, seq) => numbers.isBefore(key, seq));
    if (bounds.length > 0 && span.from < span.until) await this.#copyBounded(span, bounds, ahead);
    return ahead;
  }

  /** What was asked for; needs the layouts. */
  #numbersOf(...buffers: readonly MarketBuffer[]): LaneNumbers {
    const numbers = new LaneNumbers(this.#layouts as LaneLayouts, this.keys);
    for (const buffer of buffers) numbers.add(buffer);
    return numbers;
  }

  async #copyBounded(span: Span, bounds: readonly NumberBound[], buffer: MarketBuffer): Promise<void> {
    await this.#copyRows(rowsCopy('unsealed_prices', span, this.#filter, bounds), buffer);
    this.#addTail(buffer, span.from);
  }

  async #copyRows(text: string, buffer: MarketBuffer): Promise<void> {
    const rows = new TickRows(buffer, this.#heads);
    for await (const messages of copiedMessages(this.#snapshot, text, this.#limits.stallMs)) {
      for (const _pause of rows.write(messages, Number.POSITIVE_INFINITY));
    }
  }

  #addTail(buffer: MarketBuffer, from: number): void {
    const { exchange } = this.#filter;
    for (const tick of this.#snapshot.tail) {
      if (tick.time < from || tick.time >= buffer.until) continue;
      if (exchange !== undefined && tick.exchange !== exchange) continue;
      if (this.#stocks !== undefined && !this.#stocks.has(tick.stock)) continue;
      const point = tick.price.indexOf('.');
      const decimals = point < 0 ? 0 : tick.price.length - point - 1;
      const mantissa = Number(tick.price.replace('.', ''));
      const text = Math.abs(mantissa) < MANTISSA_BOUND ? undefined : tick.price;
      const key = this.keys.numberOf(tick.stock, tick.exchange);
      buffer.push(key, tick.time, tick.seq, tick.seq, 0, text === undefined ? mantissa : Number.NaN, decimals, text);
    }
  }
}
