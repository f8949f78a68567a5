import {
  CANDLE_INTERVALS,
  type CandleGrid,
  type CandleInterval,
  candleStarts,
  MICROS_PER_SECOND,
} from '@tickwatch/core';
import { gridLevel } from './grid-level.ts';
import type { Span } from './queries/range.ts';
import { LEVEL_WIDTH, LEVELS, type NoMinutes, type Piece, planRange } from './range-plan.ts';

/** More candles than this are cheaper read from one level than each from its own pieces. */
const MAX_PLANNED = 10_000;

/**
 * The pieces of a span, cut at each begin of a candle, so that each candle is read from the widest buckets that fit into
 * it: a month in Kolkata from whole days but for its two ends, and not from minutes. Adjoining pieces of a level are one.
 * `undefined`: wider buckets than those that never lie across the begin of a candle don't fit into candles anyway.
 * @param covered where ticks are, finite; the span may be wider and infinite
 */
export function candlePieces(
  grid: CandleGrid,
  interval: CandleInterval,
  span: Span,
  covered: Span,
  noMinutes?: NoMinutes,
): readonly Piece[] | undefined {
  const width = CANDLE_INTERVALS[interval] * MICROS_PER_SECOND;
  const fine = gridLevel(grid);
  const wider = LEVELS[LEVELS.indexOf(fine) + 1];
  if (fine === 'raw' || wider === undefined || wider === 'raw' || LEVEL_WIDTH[wider] >= width) return undefined;
  const starts = candleStarts(grid, covered.from, covered.until, MAX_PLANNED + 1);
  if (starts.length > MAX_PLANNED) return undefined;
  const pieces: Piece[] = [];
  for (let i = 0; i < starts.length; i++) {
    const from = i === 0 ? span.from : (starts[i] ?? span.from);
    for (const piece of planRange(from, starts[i + 1] ?? span.until, { noMinutes })) add(pieces, piece);
  }
  return pieces;
}

function add(pieces: Piece[], piece: Piece): void {
  const last = pieces.at(-1);
  if (last?.level === piece.level && last.until === piece.from) {
    pieces[pieces.length - 1] = { ...piece, from: last.from };
  } else pieces.push(piece);
}
