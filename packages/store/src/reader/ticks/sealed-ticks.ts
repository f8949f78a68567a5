import { compareTicks } from '@tickwatch/core';
import type { Snapshot } from '../snapshot.ts';
import type { Way } from '../sql/tick-order.ts';
import { compareBytes } from '../stock-order.ts';
import type { LaneTick } from '../tail/usable-tail.ts';
import { BlockSource } from './block-source.ts';
import { mergeTicks } from './merge-ticks.ts';
import { KnownSource, RowSource } from './row-source.ts';
import type { TickSlice } from './tick-slice.ts';
import type { TickWindow } from './tick-windows.ts';

/** The ticks of a window of sealed days: blocks, late ones beside them, and those that are not stored yet. In order. */
export function sealedTicks(
  snapshot: Snapshot,
  { stock, exchange }: { readonly stock: string; readonly exchange?: string | undefined },
  { from, until, exchanges, hasLate, tail }: Omit<TickWindow, 'kind'>,
  way: Way,
  isAllWanted = false,
): AsyncIterable<readonly TickSlice[]> {
  const span = { from, until };
  const blocks = exchanges.map((name) => new BlockSource(snapshot, { stock, exchange: name, span, way, isAllWanted }));
  const rows = { stock, exchange, from, until, order: way };
  const late = hasLate ? [new RowSource(snapshot, rows, 'late_prices')] : [];
  return mergeTicks([...late, ...blocks, new KnownSource(inOrder(tail, way))], way);
}

function inOrder(tail: readonly LaneTick[], way: Way): readonly LaneTick[] {
  const sign = way === 'asc' ? 1 : -1;
  const order = (a: LaneTick, b: LaneTick): number =>
    compareTicks(a, b) || compareBytes(a.exchange, b.exchange) || a.price.length - b.price.length;
  return tail.toSorted((a, b) => sign * order(a, b));
}
