import {
  CANDLE_INTERVALS,
  type CandleInterval,
  type EpochMicros,
  MAX_CANDLES,
  MICROS_PER_SECOND,
  TimeZone,
} from '@tickwatch/core';
import { decimalMean } from '../decimal-mean.ts';
import { coarsestLevel, LEVEL_WIDTH, LEVELS, type Level } from '../range-plan.ts';
import { BadQuestionError } from '../read-errors.ts';
import type { Row } from '../read-pool.ts';
import type { Snapshot } from '../snapshot.ts';
import { type CandleGrid, candlesStatement } from '../sql/candles.ts';
import { askAsOf } from './as-of.ts';
import { type RangeQuestion, type Span, segmentsOf } from './range.ts';
import type { Summary } from './summary.ts';

export interface CandlesRequest {
  readonly interval: CandleInterval;
  readonly fill: 'none' | 'null' | 'previous';
  /** IANA name; where days begin. */
  readonly timeZone: string;
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
  const covered = coveredSpan(summary, request.fill);
  if (covered === undefined) return [];
  const { grid, coarsest } = gridOf(request, covered);
  const segments = segmentsOf(snapshot, question, summary.span, { coarsest });
  const rows = await snapshot.rows(candlesStatement(segments, grid, MAX_CANDLES + 1));
  if (rows.length > MAX_CANDLES) throw tooMany(request.interval);
  const candles = rows.map(readCandle);
  if (request.fill === 'none') return candles;
  const before =
    request.fill === 'previous' && covered.from > 0
      ? await askAsOf(snapshot, { ...question, time: (covered.from - 1) as EpochMicros })
      : undefined;
  return fillGaps(candles, startsOf(grid, covered), request.fill === 'previous', before?.price ?? null);
}

/** From where to where candles can stand; without bounds, from the first to the last tick. */
function coveredSpan({ span, row }: Summary, fill: CandlesRequest['fill']): Span | undefined {
  if (row !== undefined && fill === 'none') return { from: row.openTime, until: row.closeTime + 1 };
  const from = Number.isFinite(span.from) ? span.from : row?.openTime;
  const until = Number.isFinite(span.until) ? span.until : row && row.closeTime + 1;
  return fill === 'none' || from === undefined || until === undefined || from >= until ? undefined : { from, until };
}

function gridOf({ interval, timeZone, fill }: CandlesRequest, span: Span): { grid: CandleGrid; coarsest: Level } {
  const micros = CANDLE_INTERVALS[interval] * MICROS_PER_SECOND;
  const number = Math.floor((span.until - 1) / micros) - Math.floor(span.from / micros) + 1;
  if (fill !== 'none' && number > MAX_CANDLES) throw tooMany(interval);
  if (interval === '1d' && !/^(?:Etc\/)?UTC$/i.test(timeZone)) {
    const starts = zone(timeZone).dayStarts(span.from, span.until);
    return { grid: { kind: 'starts', starts }, coarsest: coarsestLevel(starts) };
  }
  zone(timeZone);
  const fitting = LEVELS.filter((level) => level === 'raw' || micros % LEVEL_WIDTH[level] === 0);
  return { grid: { kind: 'width', micros }, coarsest: fitting.at(-1) ?? 'raw' };
}

function tooMany(interval: CandleInterval): BadQuestionError {
  const text = `${interval} makes more than ${MAX_CANDLES} candles in this range: take a wider interval or a shorter range`;
  return new BadQuestionError('interval', text);
}

function zone(name: string): TimeZone {
  try {
    return new TimeZone(name);
  } catch (error) {
    if (error instanceof RangeError) throw new BadQuestionError('timezone', `there is no time zone "${name}"`);
    throw error;
  }
}

function startsOf(grid: CandleGrid, span: Span): readonly number[] {
  if (grid.kind === 'starts') return grid.starts;
  const starts: number[] = [];
  for (let time = Math.floor(span.from / grid.micros) * grid.micros; time < span.until; time += grid.micros) {
    starts.push(time);
  }
  return starts;
}

function readCandle(row: Row): PriceCandle {
  const { open = null, high = null, low = null, close = null } = row;
  const average = decimalMean(row.sum ?? '0', row.count ?? '1');
  const closeSeq = Number(row.close_seq);
  return {
    time: Number(row.micros) as EpochMicros,
    open,
    high,
    low,
    close,
    closeSeq,
    count: Number(row.count),
    average,
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
    return { time: start as EpochMicros, ...prices, closeSeq: 0, count: 0 };
  });
}
