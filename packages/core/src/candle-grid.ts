import { CANDLE_INTERVALS, type CandleInterval } from './candle-interval.ts';
import { MICROS_PER_DAY, MICROS_PER_SECOND } from './epoch-micros.ts';
import { sessionGrid } from './session-grid.ts';
import type { SessionCalendar } from './sessions/session-calendar.ts';
import type { TimeZone } from './time-zone.ts';
import { type OffsetSpan, offsetSpans } from './zone-offsets.ts';

/** What candles are aligned to. */
export interface CandleAlignment {
  /** Whose wall clock; `undefined`: UTC. */
  readonly zone?: TimeZone | undefined;
  /** Whose openings candles are counted from, instead of a clock. */
  readonly calendar?: SessionCalendar | undefined;
}

/**
 * Where candles begin; all in µs.
 * - `width`: every `micros` from `origin` on.
 * - `runs`: the same, with an origin for each stretch (between two clock changes, say); each begins a candle.
 * - `starts`: just here.
 * - `wall`: where a wall clock first reads a multiple of `step`, counted from `base`. Then a candle has a *label*: what
 *   the clock reads where it begins, as if it were UTC. `floor` is the last label that was reached before a span: a
 *   clock that is set back doesn't open a candle again.
 */
export type CandleGrid =
  | { readonly kind: 'width'; readonly micros: number; readonly origin: number }
  | { readonly kind: 'runs'; readonly micros: number; readonly runs: readonly CandleRun[] }
  | { readonly kind: 'starts'; readonly starts: readonly number[] }
  | {
      readonly kind: 'wall';
      readonly step: number | 'month';
      readonly base: number;
      readonly spans: readonly (OffsetSpan & { readonly floor: number })[];
    };

export interface CandleRun {
  readonly from: number;
  readonly origin: number;
}

const HOUR = 3600 * MICROS_PER_SECOND;
/** 1970-01-05. */
const FIRST_MONDAY = 4 * MICROS_PER_DAY;
/** A candle that holds the begin of a range may have begun a month and a clock change before. */
const LOOK_BACK = 33 * MICROS_PER_DAY;

/**
 * The candles of `[from, until)`, which begin at multiples of their interval on a wall clock; weeks begin on Mondays.
 * Candles of up to an hour all have their width, except at a change of the clock by no multiple of it. Wider ones are as
 * long as the wall clock makes them: a day has 23 to 25 hours. With a calendar, see {@link sessionGrid}.
 */
export function candleGrid(
  interval: CandleInterval,
  { zone, calendar }: CandleAlignment,
  from: number,
  until: number,
): CandleGrid {
  const counted = calendar && sessionGrid(interval, calendar, from, until);
  if (counted !== undefined) return counted;
  const spans =
    zone === undefined ? [{ from: Number.NEGATIVE_INFINITY, offset: 0 }] : offsetSpans(zone, from - LOOK_BACK, until);
  if (interval === '1M') return wallGrid('month', 0, spans);
  const micros = CANDLE_INTERVALS[interval] * MICROS_PER_SECOND;
  const base = interval === '1w' ? FIRST_MONDAY : 0;
  const runs = runsOf(micros, base, spans);
  const [only] = runs;
  if (only !== undefined && runs.length === 1 && (micros <= HOUR || spans.length === 1)) {
    return { kind: 'width', micros, origin: only.origin };
  }
  return micros <= HOUR ? { kind: 'runs', micros, runs } : wallGrid(micros, base, spans);
}

function runsOf(micros: number, base: number, spans: readonly OffsetSpan[]): readonly CandleRun[] {
  const runs: CandleRun[] = [];
  for (const { from, offset } of spans) {
    const origin = modulo(base - offset, micros);
    if (runs.at(-1)?.origin !== origin) runs.push({ from, origin });
  }
  return runs;
}

function wallGrid(step: number | 'month', base: number, spans: readonly OffsetSpan[]): CandleGrid {
  const floored: (OffsetSpan & { readonly floor: number })[] = [];
  for (const span of spans) {
    const last = floored.at(-1);
    const floor =
      last === undefined
        ? Number.NEGATIVE_INFINITY
        : Math.max(last.floor, wallFloor(span.from - 1 + last.offset, step, base));
    floored.push({ ...span, floor });
  }
  return { kind: 'wall', step, base, spans: floored };
}

/** The multiple of a step at or before what a wall clock reads. */
export function wallFloor(wall: number, step: number | 'month', base: number): number {
  if (step !== 'month') return floorTo(wall, step, base);
  const date = new Date(Math.floor((wall - base) / 1000));
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth()) * 1000 + base;
}

export function floorTo(time: number, width: number, origin: number): number {
  return time - modulo(time - origin, width);
}

function modulo(value: number, divisor: number): number {
  const rest = value % divisor;
  // Without the sum, -0.
  return rest < 0 ? rest + divisor : rest + 0;
}
