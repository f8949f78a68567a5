import { toMicros } from '../read-pool.ts';
import { Parameters, timeText } from './parameters.ts';
import { type SegmentsQuestion, segmentsSql } from './segments.ts';

/** How moments fall into candles: equal widths since the epoch, or from each of some moments to the next. */
export type CandleGrid =
  | { readonly kind: 'width'; readonly micros: number }
  | { readonly kind: 'starts'; readonly starts: readonly number[] };

const LAST = 'max(ARRAY[extract(epoch FROM close_time), close_seq, close])';

/** Columns: micros (start of the candle), open, high, low, close, close_seq, count, sum. Ascending; only candles with ticks. */
export function candlesStatement(
  segments: SegmentsQuestion,
  grid: CandleGrid,
  limit: number,
): { text: string; values: unknown[] } {
  const parameters = new Parameters();
  const candle = candleStart(parameters, grid);
  // Arrays compare member by member: a minimum over (time, seq, price) finds what a sort of each candle would, in half the time.
  const text = `
    SELECT ${toMicros('candle')} AS micros,
           (min(ARRAY[extract(epoch FROM open_time), open_seq, open]))[3]::text AS open,
           max(high)::text AS high, min(low)::text AS low,
           (${LAST})[3]::text AS close, (${LAST})[2]::bigint AS close_seq,
           sum(count)::bigint AS count, sum(sum)::text AS sum
      FROM (SELECT *, ${candle} AS candle FROM (${segmentsSql(parameters, segments)}) segments) parts
     GROUP BY candle ORDER BY candle LIMIT ${parameters.add(limit, 'integer')}`;
  return { text, values: parameters.values };
}

function candleStart(parameters: Parameters, grid: CandleGrid): string {
  if (grid.kind === 'width') {
    const width = parameters.add(`${grid.micros} microseconds`, 'interval');
    return `date_bin(${width}, open_time, 'epoch'::timestamptz)`;
  }
  const starts = parameters.add(grid.starts.map(timeText), 'timestamptz[]');
  return `(${starts})[width_bucket(open_time, ${starts})]`;
}
