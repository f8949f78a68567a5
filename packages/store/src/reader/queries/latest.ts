import { compareTicks, type DecimalText, type EpochMicros, type SequencedTick } from '@tickwatch/core';
import type { Row } from '../read-pool.ts';
import { toMicros } from '../read-pool.ts';
import type { Snapshot } from '../snapshot.ts';
import { Parameters } from '../sql/parameters.ts';

export interface LatestQuestion {
  readonly stock?: string | undefined;
  readonly exchange?: string | undefined;
}

/** A stock on an exchange and its latest tick. */
export interface StockOverview extends SequencedTick {
  readonly firstTime: EpochMicros;
  readonly count: number;
}

/** All stocks with their latest tick, first time and number of ticks; ordered by name, then exchange. */
export async function askStocks(snapshot: Snapshot, question: LatestQuestion): Promise<readonly StockOverview[]> {
  const { text, values } = stocksStatement(question);
  const rows = await snapshot.rows({ text, values });
  const stocks = new Map<string, StockOverview>();
  for (const row of rows) stocks.set(key(row.stock_name ?? '', row.exchange_name ?? ''), readStock(row));
  for (const tick of snapshot.tail) {
    if (question.stock !== undefined && tick.stock !== question.stock) continue;
    if (question.exchange !== undefined && tick.exchange !== question.exchange) continue;
    const name = key(tick.stock, tick.exchange);
    stocks.set(name, withTick(stocks.get(name), tick));
  }
  return [...stocks.values()].sort((a, b) => compareText(a.stock, b.stock) || compareText(a.exchange, b.exchange));
}

/** Hops from name to name along the index: the rollups of minutes, by far the most, are never read. */
const ALL_NAMES = `
    WITH RECURSIVE names AS (
      (SELECT stock_name FROM price_rollups ORDER BY stock_name LIMIT 1)
      UNION ALL
      SELECT (SELECT stock_name FROM price_rollups WHERE stock_name > names.stock_name ORDER BY stock_name LIMIT 1)
        FROM names WHERE names.stock_name IS NOT NULL
    )`;

function stocksStatement({ stock, exchange }: LatestQuestion): { text: string; values: unknown[] } {
  const parameters = new Parameters();
  const names =
    stock === undefined ? ALL_NAMES : `WITH names AS (SELECT ${parameters.add(stock, 'text')} AS stock_name)`;
  const only = exchange === undefined ? '' : ` AND exchange_name = ${parameters.add(exchange, 'text')}`;
  const text = `${names}
    SELECT names.stock_name, days.exchange_name, sum(days.count)::bigint AS count,
           ${toMicros('min(days.open_time)')} AS first_time, ${toMicros('max(days.close_time)')} AS micros,
           (array_agg(days.close ORDER BY days.bucket DESC))[1]::text AS price,
           (array_agg(days.close_seq ORDER BY days.bucket DESC))[1] AS seq
      FROM names
     CROSS JOIN LATERAL (
       SELECT exchange_name, bucket, count, open_time, close_time, close, close_seq FROM price_rollups
        WHERE stock_name = names.stock_name AND width = 'day'${only}) days
     GROUP BY names.stock_name, days.exchange_name`;
  return { text, values: parameters.values };
}

function readStock(row: Row): StockOverview {
  return {
    stock: row.stock_name ?? '',
    exchange: row.exchange_name ?? '',
    price: (row.price ?? '') as DecimalText,
    time: Number(row.micros) as EpochMicros,
    seq: Number(row.seq),
    firstTime: Number(row.first_time) as EpochMicros,
    count: Number(row.count),
  };
}

function withTick(known: StockOverview | undefined, tick: SequencedTick): StockOverview {
  const { stock, exchange, price, time, seq } = tick;
  if (known === undefined) return { stock, exchange, price, time, seq, firstTime: time, count: 1 };
  const newest = compareTicks(tick, known) > 0 ? tick : known;
  return {
    ...known,
    price: newest.price,
    time: newest.time,
    seq: newest.seq,
    firstTime: Math.min(known.firstTime, time) as EpochMicros,
    count: known.count + 1,
  };
}

// A name can hold any character but NUL.
function key(stock: string, exchange: string): string {
  return `${stock}\0${exchange}`;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
