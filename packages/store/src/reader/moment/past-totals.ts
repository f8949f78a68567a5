import type { Parameters } from '../sql/parameters.ts';
import { beginsOf, type MomentSpan } from './moment-span.ts';

/**
 * SQL: totals as rollups before a moment's cut tell them; of a stock that has been silent since, they are what they are now.
 * Each is looked up along the index, however many days there are. The figures of the last day (UTC) are looked up only where
 * the last tick lies before `lastDayBefore` (µs); else they are null, and `withDay` looks up those of the asked day.
 * @param totals rows of `stock_totals`
 */
export function pastTotals(
  parameters: Parameters,
  totals: string,
  { cut, finest }: MomentSpan,
  lastDayBefore: number | undefined,
): string {
  const { hour, day } = beginsOf(cut);
  const time = (micros: number): string => parameters.time(micros);
  const rollups = `price_rollups AS r WHERE r.stock_name = t.stock_name AND r.exchange_name = t.exchange_name`;
  const last = (where: string): string => `(SELECT r FROM ${rollups} AND ${where} ORDER BY r.bucket DESC LIMIT 1)`;
  const between = (width: string, from: number, until: number): string =>
    `r.width = '${width}' AND r.bucket >= ${time(from)} AND r.bucket < ${time(until)}`;
  const minutes = finest === 'minute' && hour < cut ? between('minute', hour, cut) : undefined;
  const hours = day < hour ? between('hour', day, hour) : undefined;
  const known = [
    ...(minutes === undefined ? [] : [last(minutes)]),
    ...(hours === undefined ? [] : [last(hours)]),
    last(`r.width = 'day' AND r.bucket < ${time(day)}`),
  ];
  const pieces = [hours, minutes].flatMap((where) =>
    where === undefined ? [] : [`SELECT r.* FROM ${rollups} AND ${where}`],
  );
  const needsDay = lastDayBefore === undefined ? 'false' : `(t.newest).close_time < ${time(lastDayBefore)}`;
  const ofDay = `CASE WHEN ${needsDay} THEN CASE WHEN (t.newest).bucket < ${time(day)}
      THEN ARRAY[(t.newest).count, (t.newest).open, (t.newest).high, (t.newest).low, extract(epoch FROM (t.newest).open_time)]
      ${
        pieces.length === 0
          ? ''
          : `ELSE (SELECT ARRAY[sum(count), (array_agg(open ORDER BY bucket))[1], max(high), min(low),
        extract(epoch FROM min(open_time))] FROM (${pieces.join(' UNION ALL ')}) AS parts)`
      } END END`;
  const before = last(
    `r.width = 'day' AND r.bucket < CASE WHEN (t.newest).bucket < ${time(day)} THEN (t.newest).bucket ELSE ${time(day)} END`,
  );
  const or = (column: string, other: string): string =>
    `CASE WHEN is_old THEN ${column} ELSE ${other} END AS ${column}`;
  return `SELECT stock_name, exchange_name, ${or('last_time', '(newest).close_time')}, ${or('last_seq', '(newest).close_seq')},
      ${or('last_price', '(newest).close')}, ${or('day_open_time', 'to_timestamp(of_day[5]::double precision)')},
      ${or('day_count', 'of_day[1]::bigint')}, ${or('day_open', 'of_day[2]')}, ${or('day_high', 'of_day[3]')},
      ${or('day_low', 'of_day[4]')}, ${or('previous_time', '(before).close_time')},
      ${or('previous_seq', '(before).close_seq')}, ${or('previous_price', '(before).close')}
    FROM (SELECT t.*, ${ofDay} AS of_day, CASE WHEN ${needsDay} THEN ${before} END AS before
      FROM (SELECT t.*, t.last_time < ${time(cut)} AS is_old,
          CASE WHEN t.last_time >= ${time(cut)} THEN coalesce(${known.join(', ')}) END AS newest
        FROM (${totals}) AS t OFFSET 0) AS t OFFSET 0) AS t`;
}
