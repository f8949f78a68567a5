import {
  DEFAULT_EXCHANGES,
  type DecimalText,
  type EpochMicros,
  formatMicros,
  MICROS_PER_DAY,
  type SequencedTick,
} from '@tickwatch/core';
import { inventStocks, PriceWalk, type Stock, seededRandom } from '@tickwatch/generator';

export const KINDS = {
  generator: 'as the generator has them',
  poisson: 'Poisson, one-cent moves',
} as const;
export type Kind = keyof typeof KINDS;

/** About so many ticks: how many a random process gives is told by its seed. */
export interface TicksSize {
  readonly ticks: number;
  readonly stocks: number;
  readonly days: number;
}

export interface MadeDay {
  /** UTC, `YYYY-MM-DD`. */
  readonly day: string;
  /** In order of time, numbered exchange by exchange. */
  readonly ticks: readonly SequencedTick[];
}

export const FIRST_DAY = '2025-06-01';
const SEED = 20_250_601;
/** Of the generator's steps, those of ten cents or more are published: 81 of 100. */
const PUBLISHED = 0.81;
/** µs that a step's ticks are late by, at most. */
const NOISE = 2 ** 17;

/** The ticks of one stock in a day, in order of time. */
type StockDay = (dayStart: EpochMicros) => readonly Omit<SequencedTick, 'seq'>[];

export function madeStocks(count: number): readonly Stock[] {
  return inventStocks(count, DEFAULT_EXCHANGES);
}

/** Day after day of ticks that go on around the clock; the same size gives the same ticks each time. */
export function* madeDays(kind: Kind, { ticks, stocks, days }: TicksSize): Generator<MadeDay> {
  const random = seededRandom(SEED);
  const aDay = ticks / stocks / days;
  const sources = madeStocks(stocks).map((stock) =>
    kind === 'generator' ? steps(stock, aDay, random) : poisson(stock, aDay, random),
  );
  const numbers = new Map<string, number>();
  for (let day = 0; day < days; day++) {
    const start = (Date.parse(FIRST_DAY) * 1000 + day * MICROS_PER_DAY) as EpochMicros;
    const ofDay = sources.flatMap((source) => source(start)).sort((a, b) => a.time - b.time);
    yield {
      day: formatMicros(start).slice(0, 10),
      ticks: ofDay.map((tick) => ({ ...tick, seq: next(numbers, tick) })),
    };
  }
}

function next(numbers: Map<string, number>, { exchange }: { readonly exchange: string }): number {
  const number = (numbers.get(exchange) ?? 0) + 1;
  numbers.set(exchange, number);
  return number;
}

/** Steps of the generator's own walk at one interval; each is heard a random while later. */
function steps(stock: Stock, ticksADay: number, random: () => number): StockDay {
  const walk = new PriceWalk(stock, random);
  const count = Math.round(ticksADay / PUBLISHED);
  const interval = Math.floor((MICROS_PER_DAY - NOISE) / count);
  return (start) => {
    const ticks: Omit<SequencedTick, 'seq'>[] = [];
    for (let i = 0; i < count; i++) {
      if (!walk.step()) continue;
      const time = (start + i * interval + Math.floor(random() * NOISE)) as EpochMicros;
      ticks.push({ stock: stock.name, exchange: stock.exchange, price: walk.price as DecimalText, time });
    }
    return ticks.sort((a, b) => a.time - b.time);
  };
}

/** Ticks at any moment, whatever came before; a cent up or down, written with both decimals. */
function poisson({ name, exchange, cents }: Stock, ticksADay: number, random: () => number): StockDay {
  const mean = MICROS_PER_DAY / ticksADay;
  let price = cents;
  return (start) => {
    const ticks: Omit<SequencedTick, 'seq'>[] = [];
    const end = start + MICROS_PER_DAY;
    let time = start;
    for (;;) {
      time = (time + Math.round(-mean * Math.log(1 - random()))) as EpochMicros;
      if (time >= end) return ticks;
      price += price === 1 || random() < 0.5 ? 1 : -1;
      ticks.push({ stock: name, exchange, price: (price / 100).toFixed(2) as DecimalText, time });
    }
  };
}
