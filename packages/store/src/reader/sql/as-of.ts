import { finestBegin } from '../no-minutes.ts';
import type { NoMinutes } from '../range-plan.ts';
import type { Parameters } from './parameters.ts';

/** Which last ticks are asked for. */
export interface LastTicksQuestion {
  readonly stock: string;
  readonly exchange: string | undefined;
  /** µs; a tick of this time counts. */
  readonly time: number;
  readonly noMinutes: NoMinutes | undefined;
  /** False: no unsealed tick lies in the minute of the moment and before it. */
  readonly hasSingles?: boolean;
}

/**
 * SQL: the last tick at or before a moment of each exchange that has one, as rows of exchange_name, time, seq, price. What
 * rollups know (migration 0014) is enough but for ticks in the minute of the moment, so that the cost doesn't depend on how
 * long ago that was, nor on other exchanges. Where single ticks are no longer kept it works at a minute's grain.
 */
export function lastTicksSql(parameters: Parameters, question: LastTicksQuestion): string {
  const { stock, exchange, time, noMinutes, hasSingles = true } = question;
  const moment = parameters.time(time);
  const name = parameters.add(stock, 'text');
  const only = exchange === undefined ? 'NULL' : parameters.add(exchange, 'text');
  const rollups = `last_rollups(${name}, ${only}, ${moment}) known`;
  if (!hasSingles)
    return `
      SELECT known.exchange AS exchange_name, known.last_time AS time, known.last_seq AS seq, known.last_price AS price
        FROM ${rollups} WHERE known.last_time IS NOT NULL`;
  return `
      SELECT known.exchange AS exchange_name, coalesce(single.time, known.last_time) AS time,
             coalesce(single.seq, known.last_seq) AS seq, coalesce(single.price, known.last_price) AS price
        FROM ${rollups}
        LEFT JOIN LATERAL (SELECT timestamp AS time, seq, price FROM unsealed_prices
          WHERE known.unknown AND stock_name = ${name} AND exchange_name = known.exchange
            AND timestamp >= ${parameters.time(finestBegin(time, noMinutes))} AND timestamp <= ${moment}
          ORDER BY timestamp DESC, seq DESC, price DESC LIMIT 1) single ON true
       WHERE coalesce(single.time, known.last_time) IS NOT NULL`;
}
