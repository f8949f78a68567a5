import type { Parameters } from '../sql/parameters.ts';
import { beginsOf, type MomentSpan } from './moment-span.ts';

/** SQL: `r`, the rollups of a stock on an exchange. @param row alias of what names them */
export function ofStockIn(row: string): string {
  return `price_rollups AS r WHERE r.stock_name = ${row}.stock_name AND r.exchange_name = ${row}.exchange_name`;
}

/** SQL: the last rollup that fits. No column of `row` may be named `r`. */
export function lastRollup(row: string, where: string): string {
  return `(SELECT r FROM ${ofStockIn(row)} AND ${where} ORDER BY r.bucket DESC LIMIT 1)`;
}

/** SQL: conditions for the rollups of a moment's day (UTC) before its cut; `undefined`: there can be none. */
export function piecesOfDay(
  parameters: Parameters,
  { cut, finest }: MomentSpan,
): { readonly minutes: string | undefined; readonly hours: string | undefined; readonly day: string } {
  const { hour, day } = beginsOf(cut);
  const between = (width: string, from: number, until: number): string =>
    `r.width = '${width}' AND r.bucket >= ${parameters.time(from)} AND r.bucket < ${parameters.time(until)}`;
  return {
    minutes: finest === 'minute' && hour < cut ? between('minute', hour, cut) : undefined,
    hours: day < hour ? between('hour', day, hour) : undefined,
    day: parameters.time(day),
  };
}

/** SQL: the rollup that ends with the last tick before a moment's cut: a minute of its hour, an hour of its day, or a day. */
export function lastBefore(parameters: Parameters, span: MomentSpan, row: string): string {
  const { minutes, hours, day } = piecesOfDay(parameters, span);
  const found = [minutes, hours, `r.width = 'day' AND r.bucket < ${day}`].flatMap((where) =>
    where === undefined ? [] : [lastRollup(row, where)],
  );
  return found.length === 1 ? (found[0] ?? '') : `coalesce(${found.join(', ')})`;
}
