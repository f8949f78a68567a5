import { comparePrices, compareTicks, MICROS_PER_DAY, type SequencedTick } from '@tickwatch/core';
import type { BoardTail, TailFigures, TailLastDay } from '../sql/board-tail.ts';
import { stockKeyText } from '../stock-order.ts';
import type { Span } from './range.ts';

interface Days {
  readonly day: Span;
  /** Of exchanges that have a day of their own. */
  readonly ownDays?: ReadonlyMap<string, Span> | undefined;
}

/** What the tail amounts to, stock by stock. @param rate the minutes that ticks are counted of */
export function boardTails(
  ticks: readonly SequencedTick[],
  { day, ownDays }: Days,
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
  const isBefore = tick.time < day.from;
  const inDay = !isBefore && tick.time < day.until;
  return {
    last: later(known?.last, tick),
    before: isBefore ? later(known?.before, tick) : known?.before,
    lastDay: isBefore ? withLastDay(known?.lastDay, tick) : known?.lastDay,
    figures: inDay ? withTick(known?.figures, tick) : known?.figures,
    rate: (known?.rate ?? 0) + (tick.time >= rate.from && tick.time < rate.until ? 1 : 0),
  };
}

function later(known: SequencedTick | undefined, tick: SequencedTick): SequencedTick {
  return known === undefined || compareTicks(tick, known) > 0 ? tick : known;
}

function withTick(known: TailFigures | undefined, tick: SequencedTick): TailFigures {
  if (known === undefined) return { ticks: 1, open: tick, high: tick.price, low: tick.price };
  return {
    ticks: known.ticks + 1,
    open: compareTicks(tick, known.open) < 0 ? tick : known.open,
    high: comparePrices(tick.price, known.high) > 0 ? tick.price : known.high,
    low: comparePrices(tick.price, known.low) < 0 ? tick.price : known.low,
  };
}

/** With a tick that lies before the asked day: the last day (UTC) of all of them, and the last tick before it. */
function withLastDay(known: TailLastDay | undefined, tick: SequencedTick): TailLastDay {
  const from = Math.floor(tick.time / MICROS_PER_DAY) * MICROS_PER_DAY;
  if (known === undefined) return { from, last: tick, figures: withTick(undefined, tick), earlier: undefined };
  if (from < known.from) return { ...known, earlier: later(known.earlier, tick) };
  if (from > known.from) return { from, last: tick, figures: withTick(undefined, tick), earlier: known.last };
  return { ...known, last: later(known.last, tick), figures: withTick(known.figures, tick) };
}
