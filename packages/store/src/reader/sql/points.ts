import { toMicros } from '../read-pool.ts';
import { Parameters } from './parameters.ts';
import { type SegmentsQuestion, segmentsSql } from './segments.ts';

/** Cuts a span into columns of one width, µs. */
export interface ColumnGrid {
  readonly from: number;
  readonly width: number;
}

/** One row per column that has ticks: price, time and exchange of its first (`open`), last, lowest and highest tick. */
export function columnsStatement(segments: SegmentsQuestion, grid: ColumnGrid): { text: string; values: unknown[] } {
  const parameters = new Parameters();
  const width = parameters.add(`${grid.width} microseconds`, 'interval');
  const origin = parameters.time(grid.from);
  const text = `
    SELECT ${POINT_SIDES.map(([side, order]) => tickColumns(side, order)).join(',\n           ')}
      FROM (${segmentsSql(parameters, segments, true)}) segments
     GROUP BY date_bin(${width}, open_time, ${origin})
     ORDER BY min(open_time)`;
  return { text, values: parameters.values };
}

const POINT_SIDES = [
  ['open', 'open_time, open, exchange_name'],
  ['close', 'close_time DESC, close DESC, exchange_name DESC'],
  ['low', 'low, low_time, exchange_name'],
  ['high', 'high DESC, high_time, exchange_name'],
] as const;

function tickColumns(side: string, order: string): string {
  const pick = (what: string): string => `(array_agg(${what} ORDER BY ${order}))[1]`;
  return `${pick(side)}::text AS ${side}, ${toMicros(pick(`${side}_time`))} AS ${side}_time, ${pick('exchange_name')} AS ${side}_exchange`;
}
