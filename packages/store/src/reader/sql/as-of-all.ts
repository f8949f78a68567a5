import { lastBefore, ofStockIn } from '../moment/last-rollup.ts';
import type { MomentSpan } from '../moment/moment-span.ts';
import type { AsOfAllQuestion } from '../queries/as-of-all.ts';
import { toMicros } from '../read-pool.ts';
import type { Statement } from '../statement.ts';
import { Parameters } from './parameters.ts';

/**
 * SQL: of the first stocks behind one, by name, the last tick at or before a moment that rollups and rows know, and whether
 * the moment lies between two ticks of its bucket (`is_open`). Each is looked up along the index, however many days there are;
 * of a stock that has been silent since, the totals tell it.
 */
export function lastOfAllStatement(
  { exchange, stocks, after }: Pick<AsOfAllQuestion, 'exchange' | 'stocks' | 'after'>,
  span: MomentSpan,
  limit: number,
): Statement {
  const parameters = new Parameters();
  const moment = parameters.time(span.moment);
  const cut = parameters.time(span.cut);
  const name = (text: string): string => `${parameters.add(text, 'text')} COLLATE "C"`;
  const wanted = [
    `first_time <= ${moment}`,
    ...(exchange === undefined ? [] : [`exchange_name = ${name(exchange)}`]),
    ...(stocks === undefined ? [] : [`stock_name = ANY (${parameters.add(stocks, 'text[]')})`]),
    ...(after === undefined ? [] : [`(stock_name, exchange_name) > (${name(after.stock)}, ${name(after.exchange)})`]),
  ];
  const ofBucket = `r.width = '${span.finest}' AND r.bucket = ${cut}`;
  const whole = `(SELECT r FROM ${ofStockIn('t')} AND ${ofBucket} AND r.close_time <= ${moment})`;
  const text = `
    SELECT k.stock_name, k.exchange_name, k.is_open, ${toMicros('coalesce(single.time, k.time)')} AS micros,
      coalesce(single.seq, k.seq) AS seq, coalesce(single.price, k.price)::text AS price
    FROM (
      SELECT stock_name, exchange_name, is_open, CASE WHEN is_old THEN last_time ELSE (newest).close_time END AS time,
        CASE WHEN is_old THEN last_seq ELSE (newest).close_seq END AS seq,
        CASE WHEN is_old THEN last_price ELSE (newest).close END AS price
      FROM (
        SELECT t.*, last_time <= ${moment} AS is_old,
          CASE WHEN last_time > ${moment} THEN coalesce(${whole}, ${lastBefore(parameters, span, 't')}) END AS newest,
          CASE WHEN last_time > ${moment} AND EXISTS (SELECT FROM ${ofStockIn('t')} AND ${ofBucket}
            AND r.open_time <= ${moment} AND r.close_time > ${moment}) THEN 1 END AS is_open
        FROM (SELECT * FROM stock_totals WHERE ${wanted.join(' AND ')}
          ORDER BY stock_name, exchange_name LIMIT ${parameters.add(limit, 'integer')}) AS t OFFSET 0
      ) AS t OFFSET 0
    ) AS k LEFT JOIN LATERAL (
      SELECT p."timestamp" AS time, p.seq, p.price FROM unsealed_prices AS p
      WHERE k.is_open = 1 AND p.stock_name = k.stock_name AND p.exchange_name = k.exchange_name
        AND p."timestamp" >= ${cut} AND p."timestamp" <= ${moment}
      ORDER BY p."timestamp" DESC, p.seq DESC, p.price DESC LIMIT 1
    ) AS single ON true
    ORDER BY k.stock_name, k.exchange_name`;
  return { text, values: parameters.values };
}
