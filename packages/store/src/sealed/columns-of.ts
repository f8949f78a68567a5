import type { DecimalText, EpochMicros } from '@tickwatch/core';
import { priceColumn } from './scaled-prices.ts';
import type { TickColumns } from './tick-columns.ts';

/** Ticks, row by row and in order, as columns. */
export function columnsOf(
  ticks: readonly { readonly time: EpochMicros; readonly seq: number; readonly price: DecimalText }[],
): TickColumns {
  return {
    count: ticks.length,
    times: Float64Array.from(ticks, (tick) => tick.time),
    seqs: Float64Array.from(ticks, (tick) => tick.seq),
    prices: priceColumn(ticks.map((tick) => tick.price)),
  };
}
