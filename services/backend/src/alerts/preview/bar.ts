import {
  CANDLE_INTERVALS,
  type CandleInterval,
  type DecimalText,
  type EpochMicros,
  MICROS_PER_SECOND,
  priceNumber,
} from '@tickwatch/core';
import type { PriceCandle, RangeQuestion, TickReader } from '@tickwatch/store';

/** The prices of a stock in an hour, a minute or a day with ticks. */
export interface Bar {
  readonly time: EpochMicros;
  /** Half open. */
  readonly until: EpochMicros;
  readonly low: DecimalText;
  readonly high: DecimalText;
  readonly close: DecimalText;
  readonly closeSeq: number;
  readonly count: number;
  /** As doubles. */
  readonly lowNumber: number;
  readonly highNumber: number;
  readonly closeNumber: number;
}

export interface Bars {
  readonly bars: readonly Bar[];
  /** Nothing is missing in any of them. */
  readonly isComplete: boolean;
}

export async function readBars(
  reader: TickReader,
  question: RangeQuestion,
  interval: CandleInterval,
  signal: AbortSignal | undefined,
): Promise<Bars> {
  const request = { interval, fill: 'none', timeZone: 'UTC' } as const;
  const { value, summary } = await reader.candles(question, request, { signal });
  const micros = CANDLE_INTERVALS[interval] * MICROS_PER_SECOND;
  return { bars: value.flatMap((candle) => barOf(candle, micros)), isComplete: summary.missing.complete };
}

function barOf(candle: PriceCandle, micros: number): readonly Bar[] {
  const { time, closeSeq, count } = candle;
  const [low, high, close] = [candle.low, candle.high, candle.close] as (DecimalText | null)[];
  if (low == null || high == null || close == null) return [];
  const numbers = { lowNumber: priceNumber(low), highNumber: priceNumber(high), closeNumber: priceNumber(close) };
  return [{ time, until: (time + micros) as EpochMicros, low, high, close, closeSeq, count, ...numbers }];
}
