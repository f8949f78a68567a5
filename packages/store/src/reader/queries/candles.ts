import {
  CANDLE_INTERVALS,
  type CandleGrid,
  type CandleInterval,
  candleAt,
  candleGrid,
  candleStarts,
  type EpochMicros,
  labelStart,
  MAX_CANDLES,
  MICROS_PER_SECOND,
  namedZone,
  nowMicros,
  type SessionCalendar,
} from '@tickwatch/core';
import { touches } from '../../intervals.ts';
import { candlePieces } from '../candle-pieces.ts';
import { decimalMean } from '../decimal-mean.ts';
import { gridLevel } from '../grid-level.ts';
import { BadQuestionError } from '../read-errors.ts';
import type { Row } from '../read-pool.ts';
import type { Snapshot } from '../snapshot.ts';
import { candlesStatement } from '../sql/candles.ts';
import { askAsOf } from './as-of.ts';
import { type RangeQuestion, type Span, segmentsOf } from './range.ts';
import { withSealedTicks } from './sealed-segments.ts';
import type { Summary } from './summary.ts';

export interface CandlesRequest {
  readonly interval: CandleInterval;
  readonly fill: 'none' | 'null' | 'previous';
  /** IANA name: whose wall clock candles are aligned to. */
  readonly timeZone: string;
  /** Whose openings they are counted from instead. */
  readonly calendar?: SessionCalendar | undefined;
}

/** Decimals as text; null members: no tick, and nothing to carry on. */
export interface PriceCandle {
  readonly time: EpochMicros;
  readonly open: string | null;
  readonly high: string | null;
  readonly low: string | null;
  readonly close: string | null;
  /** Of the tick that is the close; 0: of old ticks it is not known, or there is none. */
  readonly closeSeq: number;
  readonly count: number;
  readonly average: string | null;
  /** Nothing is missing in the part of it that was asked for. */
  readonly complete: boolean;
}

/**
 * Candles made of the ticks of a range.
 * @param summary of the same range, from the same snapshot
 * @throws BadQuestionError too many candles, or no such time zone
 */
export async function askCandles(
  snapshot: Snapshot,
  question: RangeQuestion,
  request: CandlesRequest,
  summary: Summary,
): Promise<readonly PriceCandle[]> {
  const { interval, fill, timeZone, calendar } = request;
  const zone = isUtc(timeZone) ? undefined : namedZone(timeZone);
  if (zone === undefined && !isUtc(timeZone)) {
    throw new BadQuestionError('timezone', `there is no time zone "${timeZone}"`);
  }
  const covered = coveredSpan(summary, fill);
  if (covered === undefined) return [];
  const number = (covered.until - covered.from) / (CANDLE_INTERVALS[interval] * MICROS_PER_SECOND);
  if (fill !== 'none' && number > MAX_CANDLES) throw tooMany(interval);
  const grid = candleGrid(interval, { zone, calendar }, covered.from, covered.until);
  const segments = segmentsOf(snapshot, question, summary.span, { coarsest: gridLevel(grid) });
  const pieces = candlePieces(grid, interval, summary.span, covered) ?? segments.pieces;
  const all = await withSealedTicks(snapshot, question, { ...segments, pieces }, candleEnd(grid));
  const rows = await snapshot.rows(candlesStatement(all, grid, MAX_CANDLES + 1));
  if (rows.length > MAX_CANDLES) throw tooMany(interval);
  const candles = rows.map((row) => readCandle(row, grid));
  if (fill === 'none') return markIncomplete(candles, grid, summary);
  const before =
    fill === 'previous' && covered.from > 0
      ? await askAsOf(snapshot, { ...question, time: (covered.from - 1) as EpochMicros })
      : undefined;
  const starts = candleStarts(grid, covered.from, covered.until, MAX_CANDLES + 1);
  if (starts.length > MAX_CANDLES) throw tooMany(interval);
  return markIncomplete(fillGaps(candles, starts, fill === 'previous', before?.price ?? null), grid, summary);
}

/** Where the candle of a moment ends. */
export function candleEnd(grid: CandleGrid): (time: number) => number {
  if (grid.kind === 'width') return (time) => candleAt(grid, time) + grid.micros;
  return (time) => candleStarts(grid, time, Number.POSITIVE_INFINITY, 2)[1] ?? Number.POSITIVE_INFINITY;
}

function markIncomplete(
  candles: readonly PriceCandle[],
  grid: CandleGrid,
  { missing, span }: Summary,
): readonly PriceCandle[] {
  const [first, last] = [candles[0], candles.at(-1)];
  if (missing.complete || first === undefined || last === undefined) return candles;
  const endOf = ({ time }: PriceCandle): number => candleStarts(grid, time, Number.POSITIVE_INFINITY, 2)[1] ?? time;
  const within = (from: number, until: number): Span => ({
    from: Math.max(from, span.from),
    until: Math.min(until, span.until),
  });
  const missed = missing.within(within(first.time, endOf(last)));
  return candles.map((candle) =>
    touches(missed, within(candle.time, endOf(candle))) ? { ...candle, complete: false } : candle,
  );
}

/**
 * From where to where candles can stand; without bounds, from the first to the last tick. What is filled ends now, unless
 * a tick lies even later, and no tick is older than 1970.
 */
function coveredSpan({ span, row }: Summary, fill: CandlesRequest['fill']): Span | undefined {
  if (fill === 'none') return row && { from: row.openTime, until: row.closeTime + 1 };
  const from = Number.isFinite(span.from) ? Math.max(0, span.from) : row?.openTime;
  const last = row === undefined ? Number.NEGATIVE_INFINITY : row.closeTime + 1;
  const until = Number.isFinite(span.until) ? Math.max(last, Math.min(span.until, nowMicros() + 1)) : last;
  return from === undefined || from >= until ? undefined : { from, until };
}

function isUtc(timeZone: string): boolean {
  return /^(?:Etc\/)?UTC$/i.test(timeZone);
}

function tooMany(interval: CandleInterval): BadQuestionError {
  const text = `interval ${interval} makes more than ${MAX_CANDLES} candles in this range: take a wider interval or a shorter range`;
  return new BadQuestionError('interval', text);
}

/** A row of the candles' statement. */
export function readCandle(row: Row, grid: CandleGrid): PriceCandle {
  const { open = null, high = null, low = null, close = null } = row;
  const average = decimalMean(row.sum ?? '0', row.count ?? '1');
  const closeSeq = Number(row.close_seq);
  const micros = Number(row.micros);
  return {
    time: (grid.kind === 'wall' ? labelStart(grid, micros) : micros) as EpochMicros,
    open,
    high,
    low,
    close,
    closeSeq,
    count: Number(row.count),
    average,
    complete: true,
  };
}

function fillGaps(
  candles: readonly PriceCandle[],
  starts: readonly number[],
  carry: boolean,
  before: string | null,
): readonly PriceCandle[] {
  const known = new Map<number, PriceCandle>(candles.map((candle) => [candle.time, candle]));
  let price = before;
  return starts.map((start) => {
    const candle = known.get(start);
    if (candle !== undefined) {
      price = candle.close;
      return candle;
    }
    const flat = carry ? price : null;
    const prices = { open: flat, high: flat, low: flat, close: flat, average: flat };
    return { time: start as EpochMicros, ...prices, closeSeq: 0, count: 0, complete: true };
  });
}
