import { compareTicks, type DecimalText, type EpochMicros, type SequencedTick } from '@tickwatch/core';
import type { Row } from '../read-pool.ts';
import { toMicros } from '../read-pool.ts';
import type { Snapshot } from '../snapshot.ts';
import { Parameters } from '../sql/parameters.ts';
import type { Statement } from '../statement.ts';
import { compareStocks, type StockKey, stockKeyText } from '../stock-order.ts';

export interface LatestQuestion {
  readonly stock?: string | undefined;
  readonly exchange?: string | undefined;
  /** Only stocks behind this one, in the order of names. */
  readonly after?: StockKey | undefined;
  /** So many at most; default: all. */
  readonly limit?: number | undefined;
}

/** A stock on an exchange and its latest tick. */
export interface StockOverview extends SequencedTick {
  readonly firstTime: EpochMicros;
  readonly count: number;
  /** The most decimals that its prices were seen with. */
  readonly decimals: number;
}

/** Stocks with their latest tick, first time and number of ticks; ordered by name, then exchange. */
export async function askStocks(snapshot: Snapshot, question: LatestQuestion): Promise<readonly StockOverview[]> {
  const rows = await snapshot.rows(stocksStatement(question));
  const found = withTail(rows.map(readStock), snapshot.tail, (tick) => isAskedFor(question, tick));
  const { limit = Number.POSITIVE_INFINITY } = question;
  // A page that is full ends where the database's does: what the tail has behind it belongs to the next one.
  const last = rows.length < limit ? undefined : rows.at(-1);
  const end = last && readStock(last);
  return found.filter((stock) => end === undefined || compareStocks(stock, end) <= 0).slice(0, limit);
}

/** How many stocks have ticks in the database, on each exchange. */
export async function countStocks(snapshot: Snapshot): Promise<number> {
  const [row] = await snapshot.rows({ text: 'SELECT count(*) AS count FROM stock_totals', values: [] });
  return Number(row?.count ?? 0);
}

/** Columns for {@link readStock}, of `stock_totals`. */
const STOCK_COLUMNS = `stock_name, exchange_name, count, ${toMicros('first_time')} AS first_time, scale,
  ${toMicros('last_time')} AS micros, last_price::text AS price, last_seq AS seq`;

function readStock(row: Row): StockOverview {
  return {
    stock: row.stock_name ?? '',
    exchange: row.exchange_name ?? '',
    price: (row.price ?? '') as DecimalText,
    time: Number(row.micros) as EpochMicros,
    seq: Number(row.seq),
    firstTime: Number(row.first_time) as EpochMicros,
    count: Number(row.count),
    decimals: Number(row.scale),
  };
}

/** Stocks as they are with the ticks that are not in the database yet, in order. */
function withTail(
  stored: readonly StockOverview[],
  tail: readonly SequencedTick[],
  wanted: (tick: SequencedTick) => boolean,
): readonly StockOverview[] {
  const stocks = new Map(stored.map((stock) => [stockKeyText(stock), stock]));
  for (const tick of tail) {
    if (!wanted(tick)) continue;
    const name = stockKeyText(tick);
    stocks.set(name, withTick(stocks.get(name), tick));
  }
  // The database gives them in order.
  return stocks.size === stored.length ? [...stocks.values()] : [...stocks.values()].sort(compareStocks);
}

function isAskedFor({ stock, exchange, after }: LatestQuestion, tick: SequencedTick): boolean {
  if (stock !== undefined && tick.stock !== stock) return false;
  if (exchange !== undefined && tick.exchange !== exchange) return false;
  return after === undefined || compareStocks(tick, after) > 0;
}

function stocksStatement({ stock, exchange, after, limit }: LatestQuestion): Statement {
  const parameters = new Parameters();
  const name = (text: string): string => `${parameters.add(text, 'text')} COLLATE "C"`;
  const conditions = [
    ...(stock === undefined ? [] : [`stock_name = ${name(stock)}`]),
    ...(exchange === undefined ? [] : [`exchange_name = ${name(exchange)}`]),
    ...(after === undefined ? [] : [`(stock_name, exchange_name) > (${name(after.stock)}, ${name(after.exchange)})`]),
  ];
  const text = `SELECT ${STOCK_COLUMNS} FROM stock_totals
    ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`}
    ORDER BY stock_name, exchange_name ${limit === undefined ? '' : `LIMIT ${parameters.add(limit, 'integer')}`}`;
  return { text, values: parameters.values };
}

function withTick(known: StockOverview | undefined, tick: SequencedTick): StockOverview {
  const { stock, exchange, price, time, seq } = tick;
  const decimals = price.includes('.') ? price.length - price.indexOf('.') - 1 : 0;
  if (known === undefined) return { stock, exchange, price, time, seq, firstTime: time, count: 1, decimals };
  const newest = compareTicks(tick, known) > 0 ? tick : known;
  return {
    ...known,
    price: newest.price,
    time: newest.time,
    seq: newest.seq,
    firstTime: Math.min(known.firstTime, time) as EpochMicros,
    count: known.count + 1,
    decimals: Math.max(known.decimals, decimals),
  };
}
