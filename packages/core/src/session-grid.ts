import type { CandleGrid, CandleRun } from './candle-grid.ts';
import { CANDLE_INTERVALS, type CandleInterval } from './candle-interval.ts';
import { type EpochMicros, MICROS_PER_DAY, MICROS_PER_SECOND } from './epoch-micros.ts';
import type { Session, SessionCalendar } from './sessions/session-calendar.ts';

/** The first session of a month lies at most so long before another one of it. */
const LONGEST = 33 * MICROS_PER_DAY;
const FIRST_MONDAY = 4;

/**
 * The candles of `[from, until)`, counted from the openings of an exchange, so that every tick has one:
 * - up to 12 hours: from each opening on, every interval, also after the close, until the next opening;
 * - days, weeks and months: from the first opening of theirs to the first of the next.
 * `undefined`: no session opened before the range.
 */
export function sessionGrid(
  interval: CandleInterval,
  calendar: SessionCalendar,
  from: number,
  until: number,
): CandleGrid | undefined {
  const held = calendar.lastOpened(from as EpochMicros);
  if (held === undefined) return undefined;
  if (isDaysOrMore(interval)) {
    const since = (held.open - LONGEST) as EpochMicros;
    return { kind: 'starts', starts: labelStarts(interval, calendar.between(since, until as EpochMicros), from) };
  }
  const micros = CANDLE_INTERVALS[interval] * MICROS_PER_SECOND;
  const runs: CandleRun[] = [];
  for (const { open } of [held, ...calendar.between(held.close, until as EpochMicros)]) {
    const origin = open - Math.floor(open / micros) * micros;
    if (runs.at(-1)?.origin !== origin)
      runs.push({ from: runs.length === 0 ? Number.NEGATIVE_INFINITY : open, origin });
  }
  const [only] = runs;
  return only !== undefined && runs.length === 1
    ? { kind: 'width', micros, origin: only.origin }
    : { kind: 'runs', micros, runs };
}

type DaysOrMore = '1d' | '1w' | '1M';

function isDaysOrMore(interval: CandleInterval): interval is DaysOrMore {
  return interval === '1d' || interval === '1w' || interval === '1M';
}

/** Where sessions of another day, week or month begin than those before; none that ends before `from`. */
function labelStarts(interval: DaysOrMore, sessions: readonly Session[], from: number): readonly number[] {
  const starts: number[] = [];
  let label: string | number | undefined;
  for (const { day, open } of sessions) {
    const next = labelOf(interval, day);
    if (next !== label) {
      if (open <= from) starts.length = 0;
      starts.push(open);
    }
    label = next;
  }
  return starts;
}

function labelOf(interval: DaysOrMore, day: string): string | number {
  if (interval === '1d') return day;
  if (interval === '1M') return day.slice(0, 7);
  return Math.floor((Date.parse(day) / 86_400_000 - FIRST_MONDAY) / 7);
}
