import { type CandleGrid, type EpochMicros, formatMicros } from '@tickwatch/core';
import { toMicros } from '../read-pool.ts';
import { Parameters, timeText } from './parameters.ts';
import { type SegmentsQuestion, segmentsSql } from './segments.ts';
import type { Way } from './tick-order.ts';

const LAST = 'max(ARRAY[extract(epoch FROM close_time), close_seq, close])';

/**
 * Columns: micros (where the candle begins; in a grid of the kind `wall`, its label), open, high, low, close, close_seq, count, sum.
 * In order; only candles with ticks, and of these at most `limit`.
 */
export function candlesStatement(
  segments: SegmentsQuestion,
  grid: CandleGrid,
  limit: number,
  order: Way = 'asc',
): { text: string; values: unknown[] } {
  const parameters = new Parameters();
  const candle = candleOf(parameters, grid, 'open_time');
  // Arrays compare member by member: a minimum over (time, seq, price) finds what a sort of each candle would, in half the time.
  const text = `
    SELECT ${toMicros('candle')} AS micros,
           (min(ARRAY[extract(epoch FROM open_time), open_seq, open]))[3]::text AS open,
           max(high)::text AS high, min(low)::text AS low,
           (${LAST})[3]::text AS close, (${LAST})[2]::bigint AS close_seq,
           sum(count)::bigint AS count, sum(sum)::text AS sum
      FROM (SELECT *, ${candle} AS candle FROM (${segmentsSql(parameters, segments)}) segments) parts
     GROUP BY candle ORDER BY candle ${order} LIMIT ${parameters.add(limit, 'integer')}`;
  return { text, values: parameters.values };
}

/** SQL: where the candle begins that holds `time`, as `timestamptz`; in a grid of the kind `wall`, its label, as `timestamp`. */
export function candleOf(parameters: Parameters, grid: CandleGrid, time: string): string {
  if (grid.kind === 'width') return bin(parameters, grid.micros, time, parameters.time(grid.origin));
  if (grid.kind === 'starts') {
    // Not by timeText: the first one may lie in 1969.
    const times = grid.starts.map((start) => formatMicros(start as EpochMicros));
    const starts = parameters.add(times, 'timestamptz[]');
    return `(${starts})[width_bucket(${time}, ${starts})]`;
  }
  if (grid.kind === 'runs') {
    const froms = parameters.add(
      grid.runs.map(({ from }) => timeText(from)),
      'timestamptz[]',
    );
    const origins = parameters.add(
      grid.runs.map(({ origin }) => timeText(origin)),
      'timestamptz[]',
    );
    const run = `width_bucket(${time}, ${froms})`;
    return `greatest((${froms})[${run}], ${bin(parameters, grid.micros, time, `(${origins})[${run}]`)})`;
  }
  return wallLabel(parameters, grid, time);
}

function wallLabel(
  parameters: Parameters,
  { spans, step, base }: Extract<CandleGrid, { readonly kind: 'wall' }>,
  time: string,
): string {
  const intervals = (micros: readonly number[]): string =>
    parameters.add(
      micros.map((value) => `${value} microseconds`),
      'interval[]',
    );
  const froms = parameters.add(
    spans.map(({ from }) => timeText(from)),
    'timestamptz[]',
  );
  const floors = parameters.add(
    spans.map(({ floor }) => timeText(floor)),
    'timestamp[]',
  );
  const span = `width_bucket(${time}, ${froms})`;
  const wall = `${time} AT TIME ZONE 'UTC' + (${intervals(spans.map(({ offset }) => offset))})[${span}]`;
  const from = parameters.add(`${base} microseconds`, 'interval');
  const label =
    step === 'month'
      ? `date_trunc('month', ${wall} - ${from}) + ${from}`
      : bin(parameters, step, wall, `'epoch'::timestamp + ${from}`);
  return `greatest(${label}, (${floors})[${span}])`;
}

function bin(parameters: Parameters, micros: number, time: string, origin: string): string {
  return `date_bin(${parameters.add(`${micros} microseconds`, 'interval')}, ${time}, ${origin})`;
}
