import pg from 'pg';
import { COPIED_COLUMNS } from '../../sealed/copied-block.ts';
import type { Span } from '../queries/range.ts';
import { timeText } from '../sql/parameters.ts';
import type { MarketQuestion } from './market-chunk.ts';

export type MarketFilter = Pick<MarketQuestion, 'exchange' | 'stocks'>;

/** Only numbers of an exchange that are lower, or higher. */
export interface NumberBound {
  readonly exchange: string;
  readonly below?: number;
  readonly above?: number;
}

/** @param bounds only rows within one of them; `undefined`: all */
export function rowsCopy(
  table: 'unsealed_prices' | 'late_prices',
  { from, until }: Span,
  filter: MarketFilter,
  bounds?: readonly NumberBound[],
): string {
  const only = [`"timestamp" >= ${timeLiteral(from)}`, `"timestamp" < ${timeLiteral(until)}`, ...filterSql(filter)];
  if (bounds !== undefined) only.push(...boundsSql(bounds));
  return `COPY (SELECT stock_name, exchange_name, "timestamp", seq, price FROM ${table} WHERE ${only.join(' AND ')})
    TO STDOUT (FORMAT binary)`;
}

/** Bounds for all of them, which the index of arrival takes; then those of each exchange. */
function boundsSql(bounds: readonly NumberBound[]): readonly string[] {
  const numbersSql = (below: number, above: number): readonly string[] => [
    ...(Number.isFinite(below) ? [`seq < ${below}`] : []),
    ...(Number.isFinite(above) ? [`seq > ${above}`] : []),
  ];
  const all = numbersSql(
    Math.max(...bounds.map(({ below = Number.POSITIVE_INFINITY }) => below)),
    Math.min(...bounds.map(({ above = Number.NEGATIVE_INFINITY }) => above)),
  );
  const one = ({ exchange, below = Number.POSITIVE_INFINITY, above = Number.NEGATIVE_INFINITY }: NumberBound): string =>
    `(${[`exchange_name = ${pg.escapeLiteral(exchange)}`, ...numbersSql(below, above)].join(' AND ')})`;
  return [...all, `(${bounds.map(one).join(' OR ')})`];
}

/** Blocks whose first times are in a span and that reach as far as a moment. */
export interface BlocksQuestion {
  readonly begins: Span;
  readonly reaching: number;
  readonly filter: MarketFilter;
}

/** @param places only those that lie there, as {@link blockNames} tells it */
export function blocksCopy(question: BlocksQuestion, places?: readonly string[]): string {
  const only =
    places === undefined ? blocksSql(question) : `ctid = ANY ('{${places.map((place) => `"${place}"`).join(',')}}')`;
  return `COPY (SELECT ${COPIED_COLUMNS} FROM sealed_blocks WHERE ${only}) TO STDOUT (FORMAT binary)`;
}

/** What tells blocks, and where they lie for as long as the snapshot lasts. */
export function blockNames(question: BlocksQuestion): string {
  return `SELECT ctid::text AS at, stock_name, exchange_name, unix_micros(first_time) AS first, place,
    encode(checksum, 'hex') AS checksum FROM sealed_blocks WHERE ${blocksSql(question)}`;
}

function blocksSql({ begins, reaching, filter }: BlocksQuestion): string {
  const only = [
    `first_time >= ${timeLiteral(begins.from)}`,
    `first_time < ${timeLiteral(begins.until)}`,
    `last_time >= ${timeLiteral(reaching)}`,
    ...filterSql(filter),
  ];
  return only.join(' AND ');
}

function filterSql({ exchange, stocks }: MarketFilter): readonly string[] {
  return [
    ...(exchange === undefined ? [] : [`exchange_name = ${pg.escapeLiteral(exchange)}`]),
    ...(stocks === undefined ? [] : [`stock_name IN (${stocks.map(pg.escapeLiteral).join(', ') || 'NULL'})`]),
  ];
}

function timeLiteral(micros: number): string {
  return `timestamptz '${timeText(micros)}'`;
}
