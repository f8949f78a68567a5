import { type JudgedRule, memoryNeeds } from '@tickwatch/alerts';
import {
  type EpochMicros,
  MICROS_PER_DAY,
  MICROS_PER_SECOND,
  type PriceSpan,
  type SequencedTick,
  type StockMemory,
} from '@tickwatch/core';
import type { Bar } from './bar.ts';
import type { HotRun } from './hot-runs.ts';
import { dayOf } from './interest.ts';

const MICROS_PER_HOUR = 3600 * MICROS_PER_SECOND;

/** What was read of a stock, oldest first. */
export interface ReadSoFar {
  readonly rule: JudgedRule;
  readonly stock: string;
  readonly hours: readonly Bar[];
  /** Those that the run is of. */
  readonly minutes: readonly Bar[];
  readonly days: readonly Bar[];
  /** Ticks before the run, as far as the rule looks back. */
  readonly earlier: readonly SequencedTick[];
}

/** What a judge has to know at the first bar of a run; `undefined`: nothing came before. */
export function memoryBefore(
  { at, bars }: HotRun,
  { rule, stock, hours, minutes, days, earlier }: ReadSoFar,
): StockMemory | undefined {
  const before = minutes[at - 1];
  if (before === undefined) return undefined;
  const { time: start } = bars[0] as Bar;
  const spans = minutes.filter(({ time }) => time < start && time >= start - MICROS_PER_DAY - MICROS_PER_HOUR);
  const ticks = earlier.map(({ time, price }) => ({ time, low: price, high: price }));
  return {
    stock,
    last: earlier.at(-1) ?? { time: before.time, price: before.close, seq: before.closeSeq },
    spans: memoryNeeds([rule]).minuteSeconds > 0 ? spans : ticks,
    days: [...days.filter(({ time }) => dayOf(time) < dayOf(start)), ...soFar(hours, minutes, start)],
    ticksOfMinute: before.count,
  };
}

/** The day so far, as a span of hours and minutes. */
function soFar(hours: readonly Bar[], minutes: readonly Bar[], start: EpochMicros): readonly PriceSpan[] {
  const hour = Math.floor(start / MICROS_PER_HOUR) * MICROS_PER_HOUR;
  const isToday = ({ time }: Bar): boolean => dayOf(time) === dayOf(start);
  const parts = [
    ...hours.filter((bar) => isToday(bar) && bar.time < hour && bar.until > bar.time + 1),
    ...minutes.filter((bar) => isToday(bar) && bar.time >= hour && bar.time < start),
  ];
  return parts.map(({ time, low, high }) => ({ time, low, high }));
}
