import type { SequencedTick } from '@tickwatch/core';
import { LEVEL_WIDTH } from '../range-plan.ts';
import { toMicros } from '../read-pool.ts';
import type { Statement } from '../statement.ts';
import type { StockKey } from '../stock-order.ts';
import { Parameters, timeText } from './parameters.ts';

interface Span {
  readonly from: number;
  readonly until: number;
}

/** What the ticks of a stock that are not in the database yet amount to. */
export interface BoardTail {
  readonly last: SequencedTick;
  /** The last one before the day. */
  readonly before: SequencedTick | undefined;
  /** Ticks of the day, its first, and its highest and lowest price. */
  readonly ticks: number;
  readonly open: SequencedTick | undefined;
  readonly high: string | undefined;
  readonly low: string | undefined;
  /** Ticks in the minutes that the rate is counted in. */
  readonly rate: number;
}

interface DayText {
  readonly from: string;
  readonly until: string;
}

export interface BoardStatementQuestion {
  readonly exchange?: string | undefined;
  readonly stocks?: readonly string[] | undefined;
  readonly sort: 'name' | 'price' | 'time' | 'change' | 'change_percent' | 'ticks';
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  readonly after?: (StockKey & { readonly value: string | null }) | undefined;
  readonly day: Span;
  readonly rate: Span;
  readonly spark: Span;
  readonly tail: readonly BoardTail[];
}

/**
 * SQL: one page of the board. Lists of totals are read whole only where the order asks for it; what else a row shows is
 * looked up for the rows of the page. A day that the totals' day (UTC) fits costs nothing more; others are looked up in hours.
 */
export function boardStatement(question: BoardStatementQuestion): Statement {
  const parameters = new Parameters();
  const { sort, order, after, limit } = question;
  const day = { from: parameters.time(question.day.from), until: parameters.time(question.day.until) };
  const name = (text: string): string => `${parameters.add(text, 'text')} COLLATE "C"`;
  const key = after && `(${name(after.stock)}, ${name(after.exchange)})`;
  const byName = sort === 'name';
  const beyond = order === 'desc' && byName ? '<' : '>';
  const way = byName ? order : 'asc';
  const names = `stock_name ${way}, exchange_name ${way}`;
  const wanted = [
    ...(question.exchange === undefined ? [] : [`exchange_name = ${name(question.exchange)}`]),
    ...(question.stocks === undefined ? [] : [`stock_name = ANY (${parameters.add(question.stocks, 'text[]')})`]),
    ...(byName && key !== undefined ? [`(stock_name, exchange_name) ${beyond} ${key}`] : []),
  ];
  const where = wanted.length === 0 ? '' : `WHERE ${wanted.join(' AND ')}`;
  const rows = parameters.add(limit, 'integer');
  // In the order of names the index gives a page; any other order has to look at all.
  const totals = `SELECT * FROM stock_totals ${where} ${byName ? `ORDER BY ${names} LIMIT ${rows}` : ''}`;
  const hasTail = question.tail.length > 0;
  const known = hasTail ? withTail(totals, where) : withoutTail(totals);
  const needsDay = sort === 'change' || sort === 'change_percent' || sort === 'ticks';
  const all = needsDay ? withDay(known, day, question.day, hasTail) : known;
  const value = {
    name: 'NULL::numeric',
    price: 'last_price',
    time: toMicros('last_time'),
    ticks: 'ticks::numeric',
    ...CHANGES,
  }[sort];
  const page = `SELECT * FROM (SELECT *, (${value})::numeric AS sort_value FROM (${all}) AS listed) AS sorted
    ${after === undefined || byName ? '' : `WHERE ${behind(parameters, after, `${key}`, order)}`}
    ORDER BY ${byName ? '' : `sort_value ${order} NULLS LAST, `}${names} LIMIT ${rows}`;
  const text = `
    ${hasTail ? `WITH tail AS MATERIALIZED (${tailSql(parameters, question.tail)})` : ''}
    SELECT stock_name, exchange_name, sort_value::text AS sort_text, last_price::text AS price,
           ${toMicros('last_time')} AS micros, previous_price::text AS previous_price,
           ${toMicros('previous_time')} AS previous_micros, (${CHANGES.change})::text AS change,
           round(${CHANGES.change_percent}, 4)::text AS change_percent,
           open::text AS open, high::text AS high, low::text AS low, ticks, added_rate + ${rateSql(parameters, question.rate)} AS rate,
           ${sparkSql(parameters, question.spark)} AS spark
      FROM (${needsDay ? page : withDay(page, day, question.day, hasTail)}) AS shown
     ORDER BY ${byName ? '' : `sort_value ${order} NULLS LAST, `}${names}`;
  return { text, values: parameters.values };
}

const CHANGES = {
  change: 'last_price - previous_price',
  change_percent: '(last_price - previous_price) * 100 / nullif(abs(previous_price), 0)',
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

/** Beside the last tick of the totals: what there is in the database, and what the tail adds. */
const STORED = `last_time AS stored_time, last_seq AS stored_seq, last_price AS stored_price, day_open_time, day_count,
  day_open, day_high, day_low, previous_time AS day_previous_time, previous_seq AS day_previous_seq,
  previous_price AS day_previous_price`;

function withoutTail(totals: string): string {
  return `SELECT stock_name, exchange_name, last_time, last_seq, last_price, ${STORED},
    NULL::timestamptz AS before_time, NULL::bigint AS before_seq, NULL::numeric AS before_price, 0 AS added_ticks,
    NULL::timestamptz AS added_open_time, NULL::numeric AS added_open, NULL::numeric AS added_high,
    NULL::numeric AS added_low, 0 AS added_rate FROM (${totals}) AS totals`;
}

/** SQL: the tail as rows. */
function tailSql(parameters: Parameters, tail: readonly BoardTail[]): string {
  const time = (tick: SequencedTick | undefined): string | null => (tick === undefined ? null : timeText(tick.time));
  const rows = tail.map(({ last, before, open, high = null, low = null, ticks, rate }) => ({
    stock_name: last.stock,
    exchange_name: last.exchange,
    ...{ tail_time: time(last), tail_seq: last.seq, tail_price: last.price },
    ...{ before_time: time(before), before_seq: before?.seq ?? null, before_price: before?.price ?? null },
    ...{ added_open_time: time(open), added_open: open?.price ?? null, added_high: high, added_low: low },
    ...{ added_ticks: ticks, added_rate: rate },
  }));
  return `SELECT * FROM json_to_recordset(${parameters.add(JSON.stringify(rows), 'json')}) AS t(
    stock_name text COLLATE "C", exchange_name text COLLATE "C", tail_time timestamptz, tail_seq bigint,
    tail_price numeric, before_time timestamptz, before_seq bigint, before_price numeric, added_open_time timestamptz,
    added_open numeric, added_high numeric, added_low numeric, added_ticks integer, added_rate integer)`;
}

function withTail(totals: string, where: string): string {
  const isLater =
    '(tail.tail_time, tail.tail_seq, tail.tail_price) > (totals.last_time, totals.last_seq, totals.last_price)';
  const later = (column: string): string =>
    `CASE WHEN totals.last_time IS NULL OR ${isLater} THEN tail.tail_${column} ELSE totals.last_${column} END AS last_${column}`;
  // Stocks that the database doesn't have yet; others that are not among the totals belong to another page.
  const news = `SELECT t.* FROM tail AS t WHERE NOT EXISTS (SELECT FROM stock_totals AS s
    WHERE s.stock_name = t.stock_name AND s.exchange_name = t.exchange_name)`;
  const added = `before_time, before_seq, before_price, coalesce(added_ticks, 0) AS added_ticks, added_open_time, added_open,
    added_high, added_low, coalesce(added_rate, 0) AS added_rate`;
  return `SELECT stock_name, exchange_name, ${later('time')}, ${later('seq')}, ${later('price')}, ${STORED}, ${added}
      FROM (${totals}) AS totals LEFT JOIN tail USING (stock_name, exchange_name)
    UNION ALL
    SELECT stock_name, exchange_name, tail_time, tail_seq, tail_price, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
      NULL, NULL, NULL, ${added}
      FROM (SELECT * FROM (${news}) AS news ${where}) AS news`;
}

/**
 * SQL: adds the figures of a day. Where the totals' last day (UTC) holds just the ticks of the asked one, and the tick before
 * it lies before both, the figures are there already; where the last tick lies before the day, there are none. Only for
 * other rows are they looked up: a CASE asks no more than it needs.
 */
function withDay(known: string, day: DayText, span: Span, hasTail: boolean): string {
  const utc = `date_bin('1 day', ${day.from}, 'epoch')`;
  const is = `CASE WHEN stored_time IS NULL OR stored_time < ${day.from} THEN 0
    WHEN day_open_time >= ${day.from} AND stored_time < ${day.until}
      AND (day_previous_time IS NULL OR day_previous_time < ${day.from}) THEN 1 ELSE 2 END`;
  const last = (where: string): string => `(SELECT r FROM price_rollups AS r
    WHERE r.stock_name = k.stock_name AND r.exchange_name = k.exchange_name AND ${where} ORDER BY r.bucket DESC LIMIT 1)`;
  const previous = `coalesce(${last(`r.width = 'minute' AND r.bucket >= ${utc} AND r.bucket < ${day.from}`)},
    ${last(`r.width = 'day' AND r.bucket < ${utc}`)})`;
  const pieces = wholeHours(span).map(
    ({ width, from, until }) => `SELECT * FROM price_rollups AS r WHERE r.stock_name = k.stock_name
      AND r.exchange_name = k.exchange_name AND r.width = '${width}'
      AND r.bucket >= timestamptz '${timeText(from)}' AND r.bucket < timestamptz '${timeText(until)}'`,
  );
  const figures = `(SELECT ARRAY[sum(count), (array_agg(open ORDER BY bucket))[1], max(high), min(low),
    extract(epoch FROM min(open_time))] FROM (${pieces.join(' UNION ALL ')}) AS parts)`;
  const stored = (before: string, same: string, other: string): string =>
    `CASE day_is WHEN 0 THEN ${before} WHEN 1 THEN ${same} ELSE ${other} END`;
  // OFFSET 0: what was looked up is not to be looked up again for each column that is made of it.
  return `SELECT *, ${hasTail ? JOINED_FIGURES : STORED_FIGURES}
    FROM (
      SELECT *, ${stored('0', 'day_count', 'coalesce(figures[1], 0)')}::bigint AS old_ticks,
        ${stored('NULL', 'day_open', 'figures[2]')} AS old_open, ${stored('NULL', 'day_high', 'figures[3]')} AS old_high,
        ${stored('NULL', 'day_low', 'figures[4]')} AS old_low,
        ${stored('NULL', 'extract(epoch FROM day_open_time)', 'figures[5]')} AS old_open_epoch,
        ${stored('stored_time', 'day_previous_time', '(previous).close_time')} AS old_time,
        ${stored('stored_seq', 'day_previous_seq', '(previous).close_seq')} AS old_seq,
        ${stored('stored_price', 'day_previous_price', '(previous).close')} AS old_price
      FROM (
        SELECT *, CASE day_is WHEN 2 THEN ${previous} END AS previous,
          CASE day_is WHEN 2 THEN ${figures} END AS figures
        FROM (SELECT *, ${is} AS day_is FROM (${known}) AS known) AS k OFFSET 0
      ) AS looked_up
    ) AS old`;
}

const STORED_FIGURES = `old_ticks AS ticks, old_open AS open, old_high AS high, old_low AS low, old_time AS previous_time,
  old_price AS previous_price`;

const OPEN_IS_ADDED = 'old_open IS NULL OR extract(epoch FROM added_open_time) < old_open_epoch';
const BEFORE_IS_LATER =
  'before_time IS NOT NULL AND (old_time IS NULL OR (before_time, before_seq, before_price) > (old_time, old_seq, old_price))';
const JOINED_FIGURES = `old_ticks + added_ticks AS ticks, greatest(old_high, added_high) AS high,
  least(old_low, added_low) AS low,
  CASE WHEN added_open IS NOT NULL AND (${OPEN_IS_ADDED}) THEN added_open ELSE old_open END AS open,
  CASE WHEN ${BEFORE_IS_LATER} THEN before_time ELSE old_time END AS previous_time,
  CASE WHEN ${BEFORE_IS_LATER} THEN before_price ELSE old_price END AS previous_price`;

/** A day in hours (UTC), and in minutes at its ends where its zone is off by a part of an hour. */
function wholeHours({ from, until }: Span): readonly (Span & { readonly width: 'minute' | 'hour' })[] {
  const hour = LEVEL_WIDTH.hour;
  const [first, last] = [Math.ceil(from / hour) * hour, Math.floor(until / hour) * hour];
  const pieces = [
    { width: 'minute', from, until: first },
    { width: 'hour', from: first, until: last },
    { width: 'minute', from: last, until },
  ] as const;
  return pieces.filter((piece) => piece.from < piece.until);
}

const OF_SHOWN = 'r.stock_name = shown.stock_name AND r.exchange_name = shown.exchange_name';

/** SQL: stored ticks in some minutes. */
function rateSql(parameters: Parameters, { from, until }: Span): string {
  const first = parameters.time(from);
  return `CASE WHEN stored_time >= ${first} THEN (SELECT coalesce(sum(count), 0)::bigint FROM price_rollups AS r
    WHERE ${OF_SHOWN} AND r.width = 'minute' AND r.bucket >= ${first} AND r.bucket < ${parameters.time(until)}) ELSE 0 END`;
}

/** SQL: `SECONDS SEQ PRICE` of the last tick of each hour in a span, between commas. A double holds the µs until 2255. */
function sparkSql(parameters: Parameters, { from, until }: Span): string {
  const first = parameters.time(from);
  return `CASE WHEN stored_time >= ${first} THEN (
    SELECT string_agg(date_part('epoch', r.close_time)::text || ' ' || r.close_seq || ' ' || r.close, ',') FROM price_rollups AS r
    WHERE ${OF_SHOWN} AND r.width = 'hour' AND r.bucket >= ${first} AND r.bucket < ${parameters.time(until)}) END`;
}
