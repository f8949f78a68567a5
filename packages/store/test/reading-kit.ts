import { formatMicros, type SequencedTick, type TailReply, type TailSource } from '@tickwatch/core';
import type pg from 'pg';
import {
  createPostgresReader,
  type NodeReader,
  type PageKey,
  type PostgresReaderOptions,
  type RangeQuestion,
  type TickReader,
} from '../src/index.ts';
import { priceText } from '../src/sealed/index.ts';

/** A reader with limits that fit a test. */
export function openReader(databaseUrl: string, changes: Partial<PostgresReaderOptions> = {}): NodeReader {
  return createPostgresReader({
    databaseUrl,
    limits: {
      questions: { permits: 4, queue: 100, waitMs: 30_000 },
      exports: { permits: 4, queue: 4, waitMs: 30_000 },
    },
    export: { timeoutMs: 60_000, stallMs: 30_000, smallRows: 500 },
    connectTimeoutMs: 30_000,
    statementTimeoutMs: 30_000,
    tails: [],
    tailTimeoutMs: 30_000,
    tailRestMs: 100,
    ...changes,
  });
}

/** A subscriber that has received ticks and stored none. */
export function tailOf(ticks: readonly SequencedTick[]): TailSource {
  const lanes = [...new Set(ticks.map(({ exchange }) => `${exchange}/0`))];
  return {
    async tail(stock): Promise<TailReply> {
      return {
        ticks: ticks
          .filter((tick) => stock === undefined || tick.stock === stock)
          .map(({ stock: name, exchange, price, time, seq }) => ({
            stock_name: name,
            exchange_name: exchange,
            lane: `${exchange}/0`,
            price,
            timestamp: formatMicros(time),
            seq,
          })),
        lanes: Object.fromEntries(lanes.map((lane) => [lane, { from: 0, to: 1e9 }])),
        configured: lanes,
        holes: [],
      };
    },
  };
}

export async function insertTicks(
  client: pg.ClientBase,
  ticks: readonly SequencedTick[],
  table: string,
): Promise<void> {
  await client.query(
    `INSERT INTO ${table} (timestamp, stock_name, exchange_name, price, seq)
     SELECT * FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::numeric[], $5::bigint[])`,
    [
      ticks.map(({ time }) => formatMicros(time)),
      ticks.map(({ stock }) => stock),
      ticks.map(({ exchange }) => exchange),
      ticks.map(({ price }) => price),
      ticks.map(({ seq }) => seq),
    ],
  );
}

export type Way = 'asc' | 'desc';

/** An answer of all ticks, whole or streamed. */
export async function readText(
  reader: TickReader,
  question: RangeQuestion,
  order: Way,
  format: 'csv' | 'json' | 'ndjson' = 'csv',
): Promise<string> {
  const { value } = await reader.prices(question, { order, format, decimals: 'number' });
  const parts: Buffer[] = [];
  for await (const part of Buffer.isBuffer(value) ? [value] : value) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

/** The lines that {@link readChunks} and {@link readPages} give, of a tick. */
export function lineOf({ time, price, exchange }: Pick<SequencedTick, 'time' | 'price' | 'exchange'>): string {
  return `${formatMicros(time)} ${price} ${exchange}`;
}

export async function readChunks(reader: TickReader, question: RangeQuestion, order: Way): Promise<readonly string[]> {
  const lines: string[] = [];
  const { chunks } = await reader.ticks(question, { order });
  for await (const { count, times, prices, exchange } of chunks) {
    for (let i = 0; i < count; i++) {
      const name = typeof exchange === 'string' ? exchange : exchange[i];
      lines.push(lineOf({ time: times[i], price: priceText(prices, i), exchange: name } as SequencedTick));
    }
  }
  return lines;
}

/** Pages one after the other. @param between is called before each further one */
export async function readPages(
  reader: TickReader,
  question: RangeQuestion,
  request: { readonly order: Way; readonly limit: number },
  between: (page: number) => Promise<void> = async () => {},
): Promise<readonly string[]> {
  const lines: string[] = [];
  let after: PageKey | undefined;
  for (let page = 1; ; page++) {
    const { value } = await reader.page(question, { ...request, after });
    lines.push(...value.ticks.map(lineOf));
    if (value.next === undefined) return lines;
    after = value.next;
    await between(page);
  }
}
