import type { EpochMicros, SequencedTick, Tick } from '@tickwatch/core';
import pg from 'pg';
import type { ImportPortion } from '../src/index.ts';
import { BLOCK_COLUMNS, type BlockRow, decodeBlock, priceText, readBlockRow } from '../src/sealed/index.ts';
import { type SealDayOptions, sealDay } from '../src/sealing/seal-day.ts';
import { inIndexOrder } from '../src/write/index-order.ts';
import { copyTicks } from '../src/write/store-ticks.ts';
import { ask } from './store-test-kit.ts';

/** Ticks of each stock and exchange, one line each, in order. */
export type Lines = ReadonlyMap<string, readonly string[]>;

export const settingsOf = (connectionString: string) => ({
  connectionString,
  applicationName: 'seal-test',
  statementTimeoutMs: 60_000,
});

export const seal = (url: string, day: string, options?: SealDayOptions) => sealDay(settingsOf(url), day, options);

/** Stores ticks as they come from flushes, without rollups. */
export async function fill(
  url: string,
  table: string,
  ticks: readonly SequencedTick[],
  rowsAFlush = 5000,
): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (let i = 0; i < ticks.length; i += rowsAFlush) {
    await client.query("BEGIN; SET LOCAL tickwatch.rollups = 'caller'");
    await copyTicks(client, table, inIndexOrder(ticks.slice(i, i + rowsAFlush)));
    await client.query('COMMIT');
  }
  await client.end();
}

interface Row {
  readonly stock: string;
  readonly exchange: string;
  readonly time: string;
  readonly seq: string;
  readonly price: string;
}

const OF_DAY = `"timestamp" >= $1::date::timestamp AT TIME ZONE 'UTC' AND "timestamp" < ($1::date + 1)::timestamp AT TIME ZONE 'UTC'`;

/** What lies outside of blocks, in the order in which ticks are shown. */
export async function unsealedRows(url: string, day: string): Promise<readonly Row[]> {
  return await ask<Row>(
    url,
    `SELECT stock_name AS stock, exchange_name AS exchange, (extract(epoch FROM "timestamp") * 1000000)::bigint::text AS time,
       seq::text, price::text FROM unsealed_prices WHERE ${OF_DAY}
     ORDER BY stock_name, "timestamp", seq, unsealed_prices.price, scale(unsealed_prices.price)`,
    [day],
  );
}

/** What SQL shows of a stock. */
export async function viewRows(url: string, day: string, stock: string): Promise<readonly Row[]> {
  return await ask<Row>(
    url,
    `SELECT stock_name AS stock, exchange_name AS exchange, (extract(epoch FROM "timestamp") * 1000000)::bigint::text AS time,
       seq::text, price::text FROM stock_prices WHERE ${OF_DAY} AND stock_name = $2
     ORDER BY stock_name, "timestamp", seq, stock_prices.price, scale(stock_prices.price)`,
    [day, stock],
  );
}

/** What lies in blocks. */
export async function sealedRows(url: string, day: string): Promise<readonly Row[]> {
  const blocks = await ask<BlockRow>(
    url,
    `SELECT ${BLOCK_COLUMNS} FROM sealed_blocks WHERE first_time >= $1::date::timestamp AT TIME ZONE 'UTC'
       AND first_time < ($1::date + 1)::timestamp AT TIME ZONE 'UTC' ORDER BY stock_name, exchange_name, place`,
    [day],
  );
  return blocks.flatMap((row) => {
    const { stock, exchange, ...block } = readBlockRow(row);
    const { count, times, seqs, prices } = decodeBlock({ stock, exchange, ...block });
    return Array.from({ length: count }, (_, i) => ({
      stock,
      exchange,
      time: String(times[i]),
      seq: String(seqs[i]),
      price: priceText(prices, i),
    }));
  });
}

/**
 * Time, price digit for digit, and the number of those that share their time with another of the stock; of ticks that are
 * alone, the number is not kept.
 */
export function linesOf(rows: readonly Row[]): Lines {
  const atTime = new Map<string, number>();
  for (const { stock, time } of rows) atTime.set(`${stock}\0${time}`, (atTime.get(`${stock}\0${time}`) ?? 0) + 1);
  const lines = new Map<string, string[]>();
  for (const { stock, exchange, time, seq, price } of rows) {
    const key = `${stock} ${exchange}`;
    const list = lines.get(key) ?? [];
    lines.set(key, list);
    list.push(`${time} ${price} ${(atTime.get(`${stock}\0${time}`) ?? 0) > 1 ? seq : '-'}`);
  }
  return new Map([...lines].sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function dayBegin(day: string): EpochMicros {
  return (Date.parse(`${day}T00:00:00Z`) * 1000) as EpochMicros;
}

export function partitionOf(day: string): string {
  return `stock_prices_y${day.slice(0, 4)}m${day.slice(5, 7)}d${day.slice(8)}`;
}

/** A part of a file of ticks, from a byte on, as long as there are ticks. */
export function portionOf(source: string, from: number, ticks: readonly Tick[], finished = true): ImportPortion {
  const content = {
    fromRow: from,
    toRow: from + ticks.length,
    digest: `${source} ${from}`,
    checkpoints: [],
    sketch: [],
    options: '',
    isOpen: false,
    replacesOpen: false,
  };
  return { source, from, to: from + ticks.length, ticks, rejected: [], finished, content };
}
