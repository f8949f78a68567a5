import { CANDLE_INTERVALS, type CandleInterval, candleAt, candleGrid, MICROS_PER_SECOND } from '@tickwatch/core';
import { askMissing } from '../coverage/ask-missing.ts';
import type { Completeness } from '../coverage/completeness.ts';
import { gridLevel } from '../grid-level.ts';
import { LEVEL_WIDTH, type Level } from '../range-plan.ts';
import { type Row, toMicros } from '../read-pool.ts';
import type { Snapshot } from '../snapshot.ts';
import { candlesStatement } from '../sql/candles.ts';
import { Parameters } from '../sql/parameters.ts';
import { withDamaged } from '../ticks/with-damaged.ts';
import { candleEnd, type PriceCandle, readCandle } from './candles.ts';
import { answerableSpan, type RangeQuestion, type Span, segmentsOf } from './range.ts';
import { withSealedTicks } from './sealed-segments.ts';

/** A stock on one exchange, up to a moment, inclusive. */
export type NewestQuestion = Required<Pick<RangeQuestion, 'stock' | 'end'>> & { readonly exchange: string };

export interface NewestCandles {
  /** Ascending. */
  readonly candles: readonly PriceCandle[];
  /** From where the first of them begins up to the moment; where there is none, of all before it. */
  readonly missing: Completeness;
}

/** How much more is looked at when there were too few candles. */
const FURTHER = 4;

/**
 * The newest `count` candles (UTC) with ticks, however far back they lie; fewer only where there are no more. How far that
 * is, the rollups say: each one that there is holds at least one candle that isn't longer than it. At first as many are
 * looked at as a stock without pauses needs, then more of them, so that dense stretches aren't read for nothing.
 */
export async function askNewestCandles(
  snapshot: Snapshot,
  question: NewestQuestion,
  interval: CandleInterval,
  count: number,
): Promise<NewestCandles> {
  const micros = CANDLE_INTERVALS[interval] * MICROS_PER_SECOND;
  const hasMinutes = snapshot.noMinutes === undefined;
  const level = hasMinutes && micros < LEVEL_WIDTH.minute ? 'minute' : micros <= LEVEL_WIDTH.hour ? 'hour' : 'day';
  const { until } = answerableSpan(question, snapshot.reach.rawFrom);
  // A candle of a month may need 31 days. One more, because the last one may lie behind `until`.
  const most = Math.ceil((1.05 * count * micros) / Math.min(micros, LEVEL_WIDTH[level])) + 1;
  let buckets = Math.min(most, Math.ceil((1.5 * count * micros) / LEVEL_WIDTH[level]) + 1);
  for (;;) {
    const { from, isAll } = await reachBack(snapshot, question, { until, level, buckets });
    const grid = candleGrid(interval, {}, 0, until);
    const span: Span = { from: isAll ? Number.NEGATIVE_INFINITY : candleAt(grid, from), until };
    const segments = segmentsOf(snapshot, question, span, { coarsest: gridLevel(grid) });
    const all = await withSealedTicks(snapshot, question, segments, candleEnd(grid));
    const rows = await snapshot.rows(candlesStatement(all, grid, count, 'desc'));
    if (rows.length >= count || isAll || buckets >= most) {
      const candles = rows.map((row) => readCandle(row, grid)).toReversed();
      const asked = { ...span, from: candles[0]?.time ?? Number.NEGATIVE_INFINITY };
      const missing = await askMissing(snapshot, question, asked);
      return { candles, missing: withDamaged(missing, snapshot.blocks.damaged, [asked]) };
    }
    buckets = Math.min(most, FURTHER * buckets);
  }
}

interface Back {
  readonly until: number;
  readonly level: Exclude<Level, 'raw'>;
  readonly buckets: number;
}

/** Where the so many last buckets with ticks begin; `isAll`: there are no more. */
async function reachBack(
  snapshot: Snapshot,
  { stock, exchange }: NewestQuestion,
  { until, level, buckets }: Back,
): Promise<{ readonly from: number; readonly isAll: boolean }> {
  const parameters = new Parameters();
  const text = `
    SELECT ${toMicros('min(bucket)')} AS micros, count(*) AS buckets FROM (
      SELECT bucket FROM price_rollups
       WHERE stock_name = ${parameters.add(stock, 'text')} AND exchange_name = ${parameters.add(exchange, 'text')}
         AND width = '${level}' AND bucket < ${parameters.time(until)}
       ORDER BY bucket DESC LIMIT ${parameters.add(buckets, 'integer')}) last`;
  const [row = {} as Row] = await snapshot.rows({ text, values: parameters.values });
  return { from: Number(row.micros), isAll: Number(row.buckets) < buckets };
}
