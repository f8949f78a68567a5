import { toMicros } from '../read-pool.ts';
import { Parameters } from './parameters.ts';
import { type SegmentsQuestion, segmentsSql } from './segments.ts';

/** Cuts a span into columns of one width, µs. */
export interface ColumnGrid {
  readonly from: number;
  readonly width: number;
}

/**
 * One row per column that has ticks: price, time and exchange of its first (`open`), last, lowest and highest tick, and
 * `open_seq` and `close_seq`. Which of several lowest ticks of one time came first is not kept.
 */
export function columnsStatement(segments: SegmentsQuestion, grid: ColumnGrid): { text: string; values: unknown[] } {
  const parameters = new Parameters();
  const width = parameters.add(`${grid.width} microseconds`, 'interval');
  const origin = parameters.time(grid.from);
  const text = `
    SELECT ${POINT_SIDES.map(([side, order]) => tickColumns(side, order)).join(',\n           ')},
           ${pick('open_seq', FIRST)} AS open_seq, ${pick('close_seq', LAST)} AS close_seq
      FROM (${segmentsSql(parameters, segments, true)}) segments
     GROUP BY date_bin(${width}, open_time, ${origin})
     ORDER BY min(open_time)`;
  return { text, values: parameters.values };
}

const FIRST = 'open_time, open_seq, open, exchange_name';
const LAST = 'close_time DESC, close_seq DESC, close DESC, exchange_name DESC';
const POINT_SIDES = [
  ['open', FIRST],
  ['close', LAST],
  ['low', 'low, low_time, exchange_name'],
  ['high', 'high DESC, high_time, exchange_name'],
] as const;

function tickColumns(side: string, order: string): string {
  const [price, time, exchange] = [side, `${side}_time`, 'exchange_name'].map((what) => pick(what, order));
  return `${price}::text AS ${side}, ${toMicros(time ?? '')} AS ${side}_time, ${exchange} AS ${side}_exchange`;
}

function pick(what: string, order: string): string {
  return `(array_agg(${what} ORDER BY ${order}))[1]`;
}
