import {
  type AlertCondition,
  type EpochMicros,
  formatMicros,
  MICROS_PER_DAY,
  MICROS_PER_SECOND,
} from '@tickwatch/core';
import type { Bar } from './bar.ts';

type Condition<Type extends AlertCondition['type']> = Extract<AlertCondition, { type: Type }>;

const MICROS_PER_MINUTE = 60 * MICROS_PER_SECOND;
/** More than doubles can be wrong by, as a share. */
const DOUBT = 1e-9;

/** Says of bars whether anything of a condition may change in them; where it may not, ticks need not be read. */
export interface Interest {
  /** So far before a bar others have to be known. */
  readonly lookBack: number;
  /** @param at index of a bar, others of its length before it */
  isAt(bars: readonly Bar[], at: number): boolean;
  /** What is not armed is armed again where nothing is of interest. */
  readonly isArmedByCalm: boolean;
  /** Whether, in this phase, nothing can change any more on the day (UTC) of a moment; `undefined`: days don't matter. */
  readonly isOver?: (phase: string, time: EpochMicros) => boolean;
}

/** Without a level or what armed it again within reach, no price is on another side of it than the one before. */
export function crossInterest({ level, hysteresis = 0, direction }: Condition<'price_crosses'>): Interest {
  const [at, back] = [Number(level), Number(hysteresis)];
  const places = [at, ...(direction === 'down' ? [] : [at - back]), ...(direction === 'up' ? [] : [at + back])];
  return {
    lookBack: 0,
    isArmedByCalm: false,
    isAt(bars, index) {
      const bar = bars[index] as Bar;
      const before = bars[index - 1]?.closeNumber;
      const low = before === undefined ? bar.lowNumber : Math.min(bar.lowNumber, before);
      const high = before === undefined ? bar.highNumber : Math.max(bar.highNumber, before);
      return places.some((place) => low - doubt(low) <= place && place <= high + doubt(high));
    },
  };
}

/** No price is as far from any of the time before it. */
export function moveInterest(condition: Condition<'price_moves'>): Interest {
  const { direction, unit, within_seconds: within } = condition;
  const least = Number(condition.by) - Number(condition.hysteresis ?? 0);
  // The window of the first price of a bar, from the minute on in which it begins.
  const lookBack = within * MICROS_PER_SECOND + MICROS_PER_MINUTE;
  const isFar = (from: number, distance: number): boolean => {
    const step = unit === 'price' ? least : (least * Math.abs(from)) / 100;
    return distance >= step - doubt(step) - doubt(from);
  };
  return {
    lookBack,
    isArmedByCalm: true,
    isAt(bars, index) {
      const bar = bars[index] as Bar;
      let low = bar.lowNumber;
      let high = bar.highNumber;
      for (let i = index - 1; i >= 0; i--) {
        const before = bars[i] as Bar;
        if (before.until <= bar.time - lookBack) break;
        low = Math.min(low, before.lowNumber);
        high = Math.max(high, before.highNumber);
      }
      // Of prices below 0 a percentage is of another sign: they are all read.
      if (unit === 'percent' && low <= 0) return true;
      return (
        (direction !== 'down' && isFar(low, bar.highNumber - low)) ||
        (direction !== 'up' && isFar(high, high - bar.lowNumber))
      );
    },
  };
}

/** @param days bars of days, from so many before the first on */
export function extremeInterest({ extreme, days: count }: Condition<'new_extreme'>, days: readonly Bar[]): Interest {
  const limits = new Map<number, number>();
  const sign = extreme === 'high' ? 1 : -1;
  const numberOf = (bar: Bar): number => sign * (extreme === 'high' ? bar.highNumber : bar.lowNumber);
  const limitOf = (day: number): number => {
    const known = limits.get(day);
    if (known !== undefined) return known;
    const before = days.filter(({ time }) => time >= (day - count) * MICROS_PER_DAY && time < day * MICROS_PER_DAY);
    const limit = before.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...before.map(numberOf));
    limits.set(day, limit);
    return limit;
  };
  return {
    lookBack: 0,
    isArmedByCalm: false,
    isAt(bars, index) {
      const bar = bars[index] as Bar;
      return numberOf(bar) >= limitOf(dayOf(bar.time));
    },
    isOver: (phase, time) => phase.endsWith(formatMicros(time).slice(0, 10)),
  };
}

export function rateInterest(above: number): Interest {
  return {
    lookBack: 0,
    isArmedByCalm: false,
    isAt: (bars, index) => (bars[index] as Bar).count > above,
  };
}

export function dayOf(time: EpochMicros): number {
  return Math.floor(time / MICROS_PER_DAY);
}

function doubt(value: number): number {
  return DOUBT * Math.abs(value);
}
