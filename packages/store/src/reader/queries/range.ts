import type { EpochMicros } from '@tickwatch/core';
import { LEVEL_WIDTH, type Level, planRange } from '../range-plan.ts';
import type { Known } from '../snapshot.ts';
import type { SegmentsQuestion } from '../sql/segments.ts';
import type { LaneTick } from '../tail/usable-tail.ts';

/** A stock's ticks between two moments, both inclusive; `undefined`: no bound. */
export interface RangeQuestion {
  readonly stock: string;
  readonly exchange?: string | undefined;
  readonly start?: EpochMicros | undefined;
  readonly end?: EpochMicros | undefined;
}

/** A range as it can be answered: half open in µs, infinite where there is no bound. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/** Single ticks that are no longer kept can't be told apart: there, a bound moves out to a whole minute. */
export function answerableSpan(question: RangeQuestion, rawFrom: EpochMicros | undefined): Span {
  const from = question.start ?? Number.NEGATIVE_INFINITY;
  const until = question.end === undefined ? Number.POSITIVE_INFINITY : question.end + 1;
  if (rawFrom === undefined) return { from, until };
  const minute = LEVEL_WIDTH.minute;
  return {
    from: from < rawFrom ? Math.floor(from / minute) * minute : from,
    until: until < rawFrom ? Math.ceil(until / minute) * minute : until,
  };
}

/** The tail's ticks that a question asks for. */
export function tailWithin(known: Known, question: RangeQuestion, span: Span): readonly LaneTick[] {
  return known.tail.filter(
    (tick) =>
      tick.stock === question.stock &&
      (question.exchange === undefined || tick.exchange === question.exchange) &&
      tick.time >= span.from &&
      tick.time < span.until,
  );
}

/** Cuts a span into segments of at most `coarsest`, the tail's ticks added. */
export function segmentsOf(
  known: Known,
  question: RangeQuestion,
  span: Span,
  options: { readonly coarsest?: Level; readonly chained?: boolean } = {},
): SegmentsQuestion {
  const tail = tailWithin(known, question, span);
  const rawFrom = known.reach.rawFrom ?? Number.NEGATIVE_INFINITY;
  // A bucket can't be chained with a tick that lies inside it: such minutes are read tick by tick.
  const minutes = options.chained
    ? [...new Set(tail.map((tick) => Math.floor(tick.time / LEVEL_WIDTH.minute) * LEVEL_WIDTH.minute))]
    : [];
  const rawMinutes = minutes.filter((minute) => minute >= rawFrom).toSorted((a, b) => a - b);
  const pieces = planRange(span.from, span.until, {
    coarsest: options.coarsest ?? 'day',
    rawMinutes,
    noMinutes: known.noMinutes,
  });
  return { stock: question.stock, exchange: question.exchange, pieces, tail };
}
