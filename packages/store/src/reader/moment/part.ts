import { comparePrices, compareTicks, type DecimalText, type EpochMicros, type SequencedTick } from '@tickwatch/core';
import { priceText } from '../../sealed/price-texts.ts';
import type { PriceColumn } from '../../sealed/tick-columns.ts';
import { exchangeAt, type TickSlice } from '../ticks/tick-slice.ts';

/** What some ticks of a stock on an exchange amount to, which lie in one bucket or are one tick. */
export interface TickPart {
  readonly first: SequencedTick;
  readonly last: SequencedTick;
  readonly high: string;
  readonly low: string;
  readonly ticks: number;
  /** Whether rollups don't have them: they count for the last tick, the day and the tick before it. */
  readonly figures: boolean;
  /** Whether minutes don't have them: they count for the ticks of a minute and for its last price. */
  readonly minutes: boolean;
}

/** A tick that is in no rollup. */
export function partOfTick(tick: SequencedTick): TickPart {
  return { first: tick, last: tick, high: tick.price, low: tick.price, ticks: 1, figures: true, minutes: true };
}

/** Ticks `from` … `until - 1` of a slice of one stock and exchange, at least one. */
export function partOfSlice(
  stock: string,
  slice: TickSlice,
  from: number,
  until: number,
): Omit<TickPart, 'figures' | 'minutes'> {
  const { times, seqs, prices } = slice.ticks;
  const tickAt = (i: number): SequencedTick => ({
    stock,
    exchange: exchangeAt(slice, i),
    price: priceText(prices, i) as DecimalText,
    time: times[i] as EpochMicros,
    seq: seqs[i] as number,
  });
  const { high, low } = extremes(prices, from, until);
  return {
    first: tickAt(from),
    last: tickAt(until - 1),
    high: priceText(prices, high),
    low: priceText(prices, low),
    ticks: until - from,
  };
}

function extremes(prices: PriceColumn, from: number, until: number): { high: number; low: number } {
  let [high, low] = [from, from];
  if (prices.kind === 'scaled') {
    const { mantissas } = prices;
    for (let i = from + 1; i < until; i++) {
      const value = mantissas[i] as number;
      if (value > (mantissas[high] as number)) high = i;
      else if (value < (mantissas[low] as number)) low = i;
    }
    return { high, low };
  }
  const { texts } = prices;
  for (let i = from + 1; i < until; i++) {
    if (comparePrices(texts[i] as string, texts[high] as string) > 0) high = i;
    else if (comparePrices(texts[i] as string, texts[low] as string) < 0) low = i;
  }
  return { high, low };
}

export function laterTick(known: SequencedTick | undefined, tick: SequencedTick): SequencedTick {
  return known === undefined || compareTicks(tick, known) > 0 ? tick : known;
}
