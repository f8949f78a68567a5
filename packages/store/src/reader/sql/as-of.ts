import { LEVEL_WIDTH } from '../range-plan.ts';
import type { Parameters } from './parameters.ts';

/** Which last ticks are asked for. */
export interface LastTicksQuestion {
  readonly stock: string;
  readonly exchange: string | undefined;
  /** µs; a tick of this time counts. */
  readonly time: number;
}

/**
 * SQL: the last tick at or before a moment of each exchange that has one, as rows of exchange_name, time, seq, price. Looks
 * at the moment's minute tick by tick, then at minutes of its hour, hours of its day, and the last day before: at each a
 * handful of entries of an index, so that the cost doesn't depend on how long ago that was, nor on other exchanges. Where
 * single ticks are no longer kept it works at a minute's grain.
 */
export function lastTicksSql(parameters: Parameters, { stock, exchange, time }: LastTicksQuestion): string {
  const start = (width: number): string => parameters.time(Math.floor(time / width) * width);
  const [minute, hour, day] = [start(LEVEL_WIDTH.minute), start(LEVEL_WIDTH.hour), start(LEVEL_WIDTH.day)];
  const moment = parameters.time(time);
  const name = parameters.add(stock, 'text');
  const rollup = (width: string, condition: string): string => `
        (SELECT close_time, close_seq, close FROM price_rollups
          WHERE stock_name = ${name} AND exchange_name = exchanges.name AND width = '${width}' AND ${condition}
          ORDER BY bucket DESC LIMIT 1)`;
  return `
      SELECT exchanges.name AS exchange_name, last.time, last.seq, last.price
        FROM (${exchange === undefined ? exchangesSql(name) : `SELECT ${parameters.add(exchange, 'text')}`}) AS exchanges(name)
       CROSS JOIN LATERAL (
        SELECT * FROM (
        (SELECT timestamp, seq, price FROM stock_prices
          WHERE stock_name = ${name} AND exchange_name = exchanges.name AND timestamp >= ${minute} AND timestamp <= ${moment}
          ORDER BY timestamp DESC, seq DESC, price DESC LIMIT 1)
        UNION ALL ${rollup('minute', `bucket >= ${hour} AND bucket <= ${minute} AND close_time <= ${moment}`)}
        UNION ALL ${rollup('hour', `bucket >= ${day} AND bucket < ${hour}`)}
        UNION ALL ${rollup('day', `bucket < ${day}`)}
        ) AS found(time, seq, price) ORDER BY time DESC, seq DESC, price DESC LIMIT 1) last`;
}

/** Hops from exchange to exchange along the index of days. */
function exchangesSql(stock: string): string {
  const next = (more: string): string => `(SELECT exchange_name::text FROM price_rollups
          WHERE width = 'day' AND stock_name = ${stock}${more} ORDER BY exchange_name LIMIT 1)`;
  return `WITH RECURSIVE hops(name) AS (
          ${next('')} UNION ALL SELECT ${next(' AND exchange_name > hops.name')} FROM hops WHERE hops.name IS NOT NULL
        ) SELECT name FROM hops WHERE name IS NOT NULL`;
}
