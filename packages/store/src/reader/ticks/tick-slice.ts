import { comparePrices, type DecimalText, type EpochMicros, type SequencedTick } from '@tickwatch/core';
import { priceText } from '../../sealed/price-texts.ts';
import type { PriceColumn, TickColumns } from '../../sealed/tick-columns.ts';
import type { Way } from '../sql/tick-order.ts';
import { compareBytes } from '../stock-order.ts';

/** Ticks `from` … `until - 1` of some columns, in the order of an answer. */
export interface TickSlice {
  readonly ticks: TickColumns;
  /** Of all, or of each. */
  readonly exchange: string | readonly string[];
  readonly from: number;
  readonly until: number;
}

export function exchangeAt({ exchange }: TickSlice, i: number): string {
  return typeof exchange === 'string' ? exchange : (exchange[i] ?? '');
}

/** Ticks one by one. */
export function* ticksIn(stock: string, slices: readonly TickSlice[]): Generator<SequencedTick> {
  for (const slice of slices) {
    const { times, seqs, prices } = slice.ticks;
    for (let i = slice.from; i < slice.until; i++) {
      yield {
        stock,
        exchange: exchangeAt(slice, i),
        price: priceText(prices, i) as DecimalText,
        time: times[i] as EpochMicros,
        seq: seqs[i] as number,
      };
    }
  }
}

/** The order of ticks, as {@link tickOrder} has it in SQL. */
export function compareTicksAt(a: TickSlice, i: number, b: TickSlice, j: number): number {
  const time = (a.ticks.times[i] as number) - (b.ticks.times[j] as number);
  if (time !== 0) return time;
  const seq = (a.ticks.seqs[i] as number) - (b.ticks.seqs[j] as number);
  if (seq !== 0) return seq;
  const [left, right] = [priceText(a.ticks.prices, i), priceText(b.ticks.prices, j)];
  return (
    comparePrices(left, right) ||
    compareBytes(exchangeAt(a, i), exchangeAt(b, j)) ||
    // Of equal values, the one with more decimals is the longer text.
    left.length - right.length
  );
}

/** Columns the other way round. Arrays are turned in place. */
export function reversed({ count, times, seqs, ranks, prices }: TickColumns): TickColumns {
  const turned: PriceColumn =
    prices.kind === 'texts'
      ? { kind: 'texts', texts: prices.texts.toReversed() }
      : { ...prices, mantissas: prices.mantissas.reverse(), written: prices.written?.reverse() };
  return { count, times: times.reverse(), seqs: seqs.reverse(), ranks: ranks?.reverse(), prices: turned };
}

/** The part of a slice whose times lie in a span. */
export function within(slice: TickSlice, span: { readonly from: number; readonly until: number }, way: Way): TickSlice {
  const { times } = slice.ticks;
  const first = way === 'asc' ? (time: number) => time >= span.from : (time: number) => time < span.until;
  const behind = way === 'asc' ? (time: number) => time >= span.until : (time: number) => time < span.from;
  const from = firstWhere(times, slice.from, slice.until, first);
  return { ...slice, from, until: firstWhere(times, from, slice.until, behind) };
}

/** The first place from which on a condition holds. */
export function firstWhere(times: Float64Array, from: number, until: number, holds: (time: number) => boolean): number {
  let [low, high] = [from, until];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(times[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return low;
}
