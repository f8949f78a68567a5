import { droppedPart, keptParts, type MomentSpan } from '../moment/moment-span.ts';
import { pastTotals } from '../moment/past-totals.ts';
import type { Span } from '../queries/range.ts';
import { toMicros } from '../read-pool.ts';
import type { Statement } from '../statement.ts';
import type { StockKey } from '../stock-order.ts';
import { withDay } from './board-day.ts';
import { type BoardTail, tailSql, withoutTail, withTail } from './board-tail.ts';
import { Parameters } from './parameters.ts';

/** A day, and the exchanges whose it is; without them: all others. */
export interface ExchangesDay extends Span {
  readonly exchanges?: readonly string[];
}

/** What sparklines are of: the rollups of one width in a span of time. */
export interface SparkSpan extends Span {
  readonly width: 'hour' | 'minute';
  /** Of a bucket, µs. */
  readonly step: number;
}

export interface BoardStatementQuestion {
  readonly exchange?: string | undefined;
  readonly stocks?: readonly string[] | undefined;
  readonly sort: 'name' | 'price' | 'time' | 'change' | 'change_percent' | 'ticks';
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  readonly after?: (StockKey & { readonly value: string | null }) | undefined;
  /** Of exchanges that have one of their own, by spans; the last one, without names, is that of all others. */
  readonly days: readonly ExchangesDay[];
  /** Of a stock without a tick in its day, the figures of its last day (UTC). */
  readonly lastDay: boolean;
  readonly rate: Span;
  readonly spark: SparkSpan;
  readonly tail: readonly BoardTail[];
  /** Of the board as it stood at a moment; the tail then holds what rollups from its cut on tell. */
  readonly span?: MomentSpan | undefined;
}

/**
 * SQL: one page of the board. First its keys: in the order of names the index gives them, any other order looks at the totals
 * of all stocks and carries no more of them than it needs. What a row shows is looked up for the rows of the page.
 */
export function boardStatement(question: BoardStatementQuestion): Statement {
  const parameters = new Parameters();
  const { sort, order, after, limit, lastDay, span } = question;
  const days = question.days.map(({ from, until, exchanges }) => ({
    ...{ from, until, first: parameters.time(from), end: parameters.time(until) },
    ...(exchanges === undefined ? {} : { exchanges: parameters.add(exchanges, 'text[]') }),
  }));
  const name = (text: string): string => `${parameters.add(text, 'text')} COLLATE "C"`;
  const key = after && `(${name(after.stock)}, ${name(after.exchange)})`;
  const byName = sort === 'name';
  const way = byName ? order : 'asc';
  const names = `stock_name ${way}, exchange_name ${way}`;
  const inOrder = byName ? names : `sort_value ${order} NULLS LAST, ${names}`;
  const wanted = [
    ...(question.exchange === undefined ? [] : [`exchange_name = ${name(question.exchange)}`]),
    ...(question.stocks === undefined ? [] : [`stock_name = ANY (${parameters.add(question.stocks, 'text[]')})`]),
    ...(byName && key !== undefined ? [`(stock_name, exchange_name) ${order === 'asc' ? '>' : '<'} ${key}`] : []),
  ];
  const where = wanted.length === 0 ? '' : `WHERE ${wanted.join(' AND ')}`;
  // Later ones had no tick by then.
  const isStored = span === undefined ? 'true' : `s.first_time <= ${parameters.time(span.moment)}`;
  const stored = [...wanted, isStored].join(' AND ');
  const latestDay = Math.max(...days.map(({ from }) => from));
  const totalsOf = (totals: string): string =>
    span === undefined ? totals : pastTotals(parameters, totals, span, lastDay ? latestDay : undefined);
  const rows = parameters.add(limit, 'integer');
  const hasTail = question.tail.length > 0;
  const known = (totals: string, news: string): string =>
    hasTail ? withTail(totalsOf(totals), news, isStored) : withoutTail(totalsOf(totals));
  const all = known(
    `SELECT * FROM stock_totals AS s WHERE ${stored} ${byName ? `ORDER BY ${names} LIMIT ${rows}` : ''}`,
    where,
  );
  const needsDay = sort === 'change' || sort === 'change_percent' || sort === 'ticks';
  const keys = `SELECT stock_name, exchange_name, sort_value FROM (
      SELECT stock_name, exchange_name, (${VALUES[sort]})::numeric AS sort_value
        FROM (${needsDay ? withDay(all, { days, lastDay, span }, hasTail) : all}) AS listed) AS sorted
    ${after === undefined || byName ? '' : `WHERE ${behind(parameters, after, `${key}`, order)}`}
    ORDER BY ${inOrder} LIMIT ${rows}`;
  const ofKeys = known(
    `SELECT s.* FROM keys JOIN stock_totals AS s USING (stock_name, exchange_name) WHERE ${isStored}`,
    'WHERE (stock_name, exchange_name) IN (SELECT stock_name, exchange_name FROM keys)',
  );
  const text = `
    WITH ${hasTail ? `tail AS MATERIALIZED (${tailSql(parameters, question.tail)}),` : ''} keys AS MATERIALIZED (${keys})
    SELECT stock_name, exchange_name, sort_value::text AS sort_text, last_price::text AS price,
           ${toMicros('last_time')} AS micros, previous_price::text AS previous_price,
           ${toMicros('previous_time')} AS previous_micros, (${VALUES.change})::text AS change,
           round(${VALUES.change_percent}, 4)::text AS change_percent, open::text AS open, high::text AS high,
           low::text AS low, ticks, added_rate + ${rateSql(parameters, question.rate, span)} AS rate,
           ${sparkSql(parameters, question.spark, span)} AS spark
      FROM (SELECT keys.sort_value, figures.* FROM keys
              JOIN (${withDay(ofKeys, { days, lastDay, span }, hasTail)}) AS figures USING (stock_name, exchange_name)) AS shown
     ORDER BY ${inOrder}`;
  return { text, values: parameters.values };
}

const VALUES = {
  name: 'NULL',
  price: 'last_price',
  time: toMicros('last_time'),
  change: 'last_price - previous_price',
  change_percent: '(last_price - previous_price) * 100 / nullif(abs(previous_price), 0)',
  ticks: 'ticks',
} as const;

/** SQL: rows that come after one in an order by value, then by name; rows without a value come last. */
function behind(
  parameters: Parameters,
  { value }: { readonly value: string | null },
  key: string,
  order: 'asc' | 'desc',
): string {
  const same = `(stock_name, exchange_name) > ${key}`;
  if (value === null) return `sort_value IS NULL AND ${same}`;
  const number = parameters.add(value, 'numeric');
  const further = order === 'asc' ? '>' : '<';
  return `(sort_value ${further} ${number} OR (sort_value = ${number} AND ${same}) OR sort_value IS NULL)`;
}

const OF_SHOWN = 'r.stock_name = shown.stock_name AND r.exchange_name = shown.exchange_name';

/** SQL: stored ticks in some minutes. */
function rateSql(parameters: Parameters, rate: Span, span: MomentSpan | undefined): string {
  if (droppedPart(rate, span?.noMinutes) !== undefined) return '0';
  const first = parameters.time(rate.from);
  return `CASE WHEN stored_time >= ${first} THEN (SELECT coalesce(sum(count), 0)::bigint FROM price_rollups AS r
    WHERE ${OF_SHOWN} AND r.width = 'minute' AND r.bucket >= ${first} AND r.bucket < ${parameters.time(rate.until)}) ELSE 0 END`;
}

/** SQL: `SECONDS SEQ PRICE` of the last tick of each bucket in a span, between commas. A double holds the µs until 2255. */
function sparkSql(
  parameters: Parameters,
  { from, until, step, width }: SparkSpan,
  span: MomentSpan | undefined,
): string {
  // The moment's own bucket ends with the last tick of all.
  const whole = span === undefined ? { from, until } : { from, until: until - step };
  const parts = keptParts(whole, width === 'minute' ? span?.noMinutes : undefined);
  if (from === until || parts.length === 0) return 'NULL';
  const buckets = parts.map(
    (part) => `(r.bucket >= ${parameters.time(part.from)} AND r.bucket < ${parameters.time(part.until)})`,
  );
  return `CASE WHEN stored_time >= ${parameters.time(from)} THEN (
    SELECT string_agg(date_part('epoch', r.close_time)::text || ' ' || r.close_seq || ' ' || r.close, ',') FROM price_rollups AS r
    WHERE ${OF_SHOWN} AND r.width = '${width}' AND (${buckets.join(' OR ')})) END`;
}
