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
}

/**
 * SQL: the last tick at or before a moment of each exchange that has one, as rows of exchange_name, time, seq, price. What
 * rollups know (migration 0014) is enough but for ticks in the minute of the moment, so that the cost doesn't depend on how
 * long ago that was, nor on other exchanges. Where single ticks are no longer kept it works at a minute's grain.
 */
export function lastTicksSql(parameters: Parameters, { stock, exchange, time, noMinutes }: LastTicksQuestion): string {
  const moment = parameters.time(time);
  const name = parameters.add(stock, 'text');
  const only = exchange === undefined ? 'NULL' : parameters.add(exchange, 'text');
  return `
      SELECT known.exchange AS exchange_name, coalesce(single.time, known.last_time) AS time,
             coalesce(single.seq, known.last_seq) AS seq, coalesce(single.price, known.last_price) AS price
        FROM last_rollups(${name}, ${only}, ${moment}) known
        LEFT JOIN LATERAL (SELECT timestamp AS time, seq, price FROM unsealed_prices
          WHERE known.unknown AND stock_name = ${name} AND exchange_name = known.exchange
            AND timestamp >= ${parameters.time(finestBegin(time, noMinutes))} AND timestamp <= ${moment}
          ORDER BY timestamp DESC, seq DESC, price DESC LIMIT 1) single ON true
       WHERE coalesce(single.time, known.last_time) IS NOT NULL`;
}
