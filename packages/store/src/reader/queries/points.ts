import { comparePrices, type DecimalText, type EpochMicros, type Tick } from '@tickwatch/core';
import { LEVEL_WIDTH, type Level } from '../range-plan.ts';
import type { Row } from '../read-pool.ts';
import type { Snapshot } from '../snapshot.ts';
import { type ColumnGrid, columnsStatement } from '../sql/points.ts';
import type { SummaryRow } from '../sql/summary.ts';
import { askPageOf } from './page.ts';
import { type RangeQuestion, segmentsOf } from './range.ts';
import { withSealedTicks } from './sealed-segments.ts';
import type { Summary } from './summary.ts';

export interface Points {
  /** In order. */
  readonly ticks: readonly Tick[];
  /** Ticks were left out; each column keeps its first, last, lowest and highest. */
  readonly reduced: boolean;
}

/** Ticks that a column keeps at most. */
const PER_COLUMN = 4;

/**
 * At most `limit` ticks that draw the same chart as all of them.
 * @param limit ≥ 4, @param summary of the same range, from the same snapshot
 */
export async function askPoints(
  snapshot: Snapshot,
  question: RangeQuestion,
  limit: number,
  summary: Summary,
): Promise<Points> {
  const { row, span } = summary;
  if (row === undefined) return { ticks: [], reduced: false };
  const rawFrom = snapshot.reach.rawFrom ?? Number.NEGATIVE_INFINITY;
  if (row.count <= limit && row.openTime >= rawFrom) {
    const page = await askPageOf(snapshot, question, span, { order: 'asc', limit });
    return { ticks: page.ticks, reduced: false };
  }
  const { grid, coarsest } = columnGrid(row, limit);
  const columnEnd = (time: number): number => time - ((time - grid.from) % grid.width) + grid.width;
  const all = segmentsOf(snapshot, question, span, { coarsest });
  const segments = await withSealedTicks(snapshot, question, all, columnEnd);
  const rows = await snapshot.rows(columnsStatement(segments, grid));
  return { ticks: rows.flatMap((column) => kept(question.stock, column)), reduced: true };
}

/** Columns whose edges lie on edges of buckets, so that no bucket belongs to two of them. */
export function columnGrid(
  row: Pick<SummaryRow, 'openTime' | 'closeTime'>,
  limit: number,
): { grid: ColumnGrid; coarsest: Level } {
  const columns = Math.floor(limit / PER_COLUMN);
  const exact = (row.closeTime + 1 - row.openTime) / columns;
  // A day's column out of days would be rounded up by half its width: the next finer level until it is small.
  const coarsest: Level =
    exact >= 4 * LEVEL_WIDTH.day
      ? 'day'
      : exact >= 4 * LEVEL_WIDTH.hour
        ? 'hour'
        : exact >= LEVEL_WIDTH.minute
          ? 'minute'
          : 'raw';
  const step = coarsest === 'raw' ? 1 : LEVEL_WIDTH[coarsest];
  const from = Math.floor(row.openTime / step) * step;
  const width = Math.max(1, Math.ceil((row.closeTime + 1 - from) / columns / step)) * step;
  return { grid: { from, width }, coarsest };
}

/** A column's ticks in order; one that is, say, first and lowest stands once. */
function kept(stock: string, row: Row): readonly Tick[] {
  const [first, last] = [sideOf(stock, row, 'open'), sideOf(stock, row, 'close')];
  const between = [sideOf(stock, row, 'low'), sideOf(stock, row, 'high')]
    .sort((a, b) => a.time - b.time || comparePrices(a.price, b.price))
    .filter((tick, i, both) => ![first, last, ...both.slice(0, i)].some((other) => isEqual(other, tick)));
  const isOne = isEqual(first, last) && row.open_seq === row.close_seq;
  return isOne ? [first, ...between] : [first, ...between, last];
}

function sideOf(stock: string, row: Row, side: 'open' | 'close' | 'low' | 'high'): Tick {
  return {
    stock,
    exchange: row[`${side}_exchange`] ?? '',
    price: (row[side] ?? '') as DecimalText,
    time: Number(row[`${side}_time`]) as EpochMicros,
  };
}

function isEqual(a: Tick, b: Tick): boolean {
  return a.time === b.time && a.exchange === b.exchange && comparePrices(a.price, b.price) === 0;
}
