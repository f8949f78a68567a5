import { comparePrices, compareTicks, MICROS_PER_DAY } from '@tickwatch/core';
import { laterTick, type TickPart } from '../moment/part.ts';
import type { BoardTail, TailFigures, TailLastDay } from '../sql/board-tail.ts';
import { stockKeyText } from '../stock-order.ts';
import type { Span } from './range.ts';

interface Days {
  readonly day: Span;
  /** Of exchanges that have a day of their own. */
  readonly ownDays?: ReadonlyMap<string, Span> | undefined;
}

/** What the tail amounts to, stock by stock. No part lies across the begin of a day. @param rate the minutes that ticks are counted of */
export function boardTails(
  parts: Iterable<TickPart>,
  { day, ownDays }: Days,
  rate: Span,
): ReadonlyMap<string, BoardTail> {
  const found = new Map<string, BoardTail>();
  for (const part of parts) {
    const key = stockKeyText(part.last);
    found.set(key, joined(found.get(key), part, ownDays?.get(part.last.exchange) ?? day, rate));
  }
  return found;
}

function joined(known: BoardTail | undefined, part: TickPart, day: Span, rate: Span): BoardTail {
  const { last } = part;
  const isBefore = part.figures && last.time < day.from;
  const inDay = part.figures && !isBefore && last.time < day.until;
  const inRate = part.minutes && last.time >= rate.from && last.time < rate.until;
  return {
    last: laterTick(known?.last, last),
    before: isBefore ? laterTick(known?.before, last) : known?.before,
    lastDay: isBefore ? withLastDay(known?.lastDay, part) : known?.lastDay,
    figures: inDay ? withPart(known?.figures, part) : known?.figures,
    rate: (known?.rate ?? 0) + (inRate ? part.ticks : 0),
  };
}

function withPart(known: TailFigures | undefined, { ticks, first, high, low }: TickPart): TailFigures {
  if (known === undefined) return { ticks, open: first, high, low };
  return {
    ticks: known.ticks + ticks,
    open: compareTicks(first, known.open) < 0 ? first : known.open,
    high: comparePrices(high, known.high) > 0 ? high : known.high,
    low: comparePrices(low, known.low) < 0 ? low : known.low,
  };
}

/** With a part that lies before the asked day: the last day (UTC) of all of them, and the last tick before it. */
function withLastDay(known: TailLastDay | undefined, part: TickPart): TailLastDay {
  const { last } = part;
  const from = Math.floor(last.time / MICROS_PER_DAY) * MICROS_PER_DAY;
  if (known === undefined) return { from, last, figures: withPart(undefined, part), earlier: undefined };
  if (from < known.from) return { ...known, earlier: laterTick(known.earlier, last) };
  if (from > known.from) return { from, last, figures: withPart(undefined, part), earlier: known.last };
  return { ...known, last: laterTick(known.last, last), figures: withPart(known.figures, part) };
}
