import type { Parameters } from '../sql/parameters.ts';
import { lastBefore, lastRollup, ofStockIn, piecesOfDay } from './last-rollup.ts';
import type { MomentSpan } from './moment-span.ts';

/**
 * SQL: totals as rollups before a moment's cut tell them; of a stock that has been silent since, they are what they are now.
 * Each is looked up along the index, however many days there are. The figures of the last day (UTC) are looked up only where
 * the last tick lies before `lastDayBefore` (µs); else they are null, and `withDay` looks up those of the asked day.
 * @param totals rows of `stock_totals`
 */
export function pastTotals(
  parameters: Parameters,
  totals: string,
  span: MomentSpan,
  lastDayBefore: number | undefined,
): string {
  const cut = parameters.time(span.cut);
  const { minutes, hours, day } = piecesOfDay(parameters, span);
  const pieces = [hours, minutes].flatMap((where) =>
    where === undefined ? [] : [`SELECT r.* FROM ${ofStockIn('t')} AND ${where}`],
  );
  const needsDay = lastDayBefore === undefined ? 'false' : `(t.newest).close_time < ${parameters.time(lastDayBefore)}`;
  const isWhole = `(t.newest).bucket < ${day}`;
  const whole = `ARRAY[(t.newest).count, (t.newest).open, (t.newest).high, (t.newest).low,
    extract(epoch FROM (t.newest).open_time)]`;
  const summed = `(SELECT ARRAY[sum(count), (array_agg(open ORDER BY bucket))[1], max(high), min(low),
    extract(epoch FROM min(open_time))] FROM (${pieces.join(' UNION ALL ')}) AS parts)`;
  const ofDay = `CASE WHEN ${isWhole} THEN ${whole} ${pieces.length === 0 ? '' : `ELSE ${summed}`} END`;
  const before = lastRollup(
    't',
    `r.width = 'day' AND r.bucket < CASE WHEN ${isWhole} THEN (t.newest).bucket ELSE ${day} END`,
  );
  const or = (column: string, other: string): string =>
    `CASE WHEN is_old THEN ${column} ELSE ${other} END AS ${column}`;
  return `SELECT stock_name, exchange_name, ${or('last_time', '(newest).close_time')}, ${or('last_seq', '(newest).close_seq')},
      ${or('last_price', '(newest).close')}, ${or('day_open_time', 'to_timestamp(of_day[5]::double precision)')},
      ${or('day_count', 'of_day[1]::bigint')}, ${or('day_open', 'of_day[2]')}, ${or('day_high', 'of_day[3]')},
      ${or('day_low', 'of_day[4]')}, ${or('previous_time', '(before).close_time')},
      ${or('previous_seq', '(before).close_seq')}, ${or('previous_price', '(before).close')}
    FROM (SELECT t.*, CASE WHEN ${needsDay} THEN ${ofDay} END AS of_day, CASE WHEN ${needsDay} THEN ${before} END AS before
      FROM (SELECT t.*, t.last_time < ${cut} AS is_old,
          CASE WHEN t.last_time >= ${cut} THEN ${lastBefore(parameters, span, 't')} END AS newest
        FROM (${totals}) AS t OFFSET 0) AS t OFFSET 0) AS t`;
}
