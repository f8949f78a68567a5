import { lastBefore, ofStockIn } from '../moment/last-rollup.ts';
import type { MomentSpan } from '../moment/moment-span.ts';
import { toMicros } from '../read-pool.ts';
import type { Statement } from '../statement.ts';
import type { StockKey } from '../stock-order.ts';
import { Parameters } from './parameters.ts';

/** Which stocks a page is of. */
export interface WantedStocks {
  readonly exchange?: string | undefined;
  /** Only stocks of these names. */
  readonly stocks?: readonly string[] | undefined;
  /** Only stocks behind this one, in the order of names. */
  readonly after?: StockKey | undefined;
}

/**
 * SQL: of the first stocks behind one, by name, the last tick at or before a moment that rollups and rows know, and whether
 * the moment lies between two ticks of its bucket (`is_open`). Each is looked up along the index, however many days there are;
 * of a stock that has been silent since, the totals tell it.
 */
export function lastOfAllStatement(
  { exchange, stocks, after }: WantedStocks,
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
  const bucket = `(SELECT r FROM ${ofStockIn('t')} AND r.width = '${span.finest}' AND r.bucket = ${cut})`;
  const isWhole = `(t.held).close_time <= ${moment}`;
  const text = `
    SELECT k.stock_name, k.exchange_name, k.is_open, ${toMicros('coalesce(single.time, k.time)')} AS micros,
      coalesce(single.seq, k.seq) AS seq, coalesce(single.price, k.price)::text AS price
    FROM (
      SELECT stock_name, exchange_name, is_open, CASE WHEN is_old THEN last_time ELSE (newest).close_time END AS time,
        CASE WHEN is_old THEN last_seq ELSE (newest).close_seq END AS seq,
        CASE WHEN is_old THEN last_price ELSE (newest).close END AS price
      FROM (
        SELECT t.*, CASE WHEN NOT is_old THEN CASE WHEN ${isWhole} THEN t.held ELSE ${lastBefore(parameters, span, 't')} END END
            AS newest, CASE WHEN NOT ${isWhole} AND (t.held).open_time <= ${moment} THEN 1 END AS is_open
        FROM (
          SELECT t.*, last_time <= ${moment} AS is_old, CASE WHEN last_time > ${moment} THEN ${bucket} END AS held
          FROM (SELECT * FROM stock_totals WHERE ${wanted.join(' AND ')}
            ORDER BY stock_name, exchange_name LIMIT ${parameters.add(limit, 'integer')}) AS t OFFSET 0
        ) AS t OFFSET 0
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
