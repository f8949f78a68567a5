import { once } from 'node:events';
import { type DecimalText, type EpochMicros, formatMicros, type Tick } from '@tickwatch/core';
import type { PostgresStore } from '@tickwatch/store';
import pg from 'pg';
import copyStreams from 'pg-copy-streams';

/** Ticks of one flush: 5 s at 10,000 a second, of 30 stocks. */
const FLUSH_TICKS = 50_000;
const FLUSH_SECONDS = 5;

export interface RollupCost {
  /** Median seconds of a flush, with rollups and without. */
  readonly withRollups: number;
  readonly without: number;
}

/** Stores the same flushes with their rollups (the store's own code) and as bare COPY, in turns, into days of their own. */
export async function rollupCost(databaseUrl: string, store: PostgresStore, flushes: number): Promise<RollupCost> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const days = ['2026-03-01', '2026-03-02'] as const;
  await store.ensurePartitions(days);
  const [withRollups, without]: [number[], number[]] = [[], []];
  for (let i = 0; i < flushes; i++) {
    const portion = { source: `bench ${Date.now()} ${i}`, from: 0, to: 1, rejected: [], finished: true };
    withRollups.push(await timed(() => store.importTicks({ ...portion, ticks: flush(days[0], i) })));
    const rows = flush(days[1], i);
    without.push(await timed(() => bareCopy(client, rows)));
  }
  await client.end();
  return { withRollups: median(withRollups), without: median(without) };
}

function flush(day: string, number: number): Tick[] {
  const start = (Date.parse(day) + number * FLUSH_SECONDS * 1000) * 1000;
  return Array.from({ length: FLUSH_TICKS }, (_, n) => ({
    stock: `S${String(n % 30).padStart(2, '0')}`,
    exchange: 'NASDAQ',
    price: `${200 + (n % 100)}.${String(n % 97).padStart(2, '0')}` as DecimalText,
    time: (start + n * 100) as EpochMicros,
  }));
}

async function bareCopy(client: pg.Client, ticks: readonly Tick[]): Promise<void> {
  await client.query(`BEGIN; SET LOCAL tickwatch.rollups = 'caller'`);
  const stream = client.query(copyStreams.from('COPY stock_prices_y2026m03d02 FROM STDIN'));
  const finished = once(stream, 'finish');
  for (let i = 0; i < ticks.length; i += 4096) {
    const chunk = ticks
      .slice(i, i + 4096)
      .map(copyLine)
      .join('');
    if (!stream.write(chunk)) await once(stream, 'drain');
  }
  stream.end();
  await finished;
  await client.query('COMMIT');
}

function copyLine({ time, stock, exchange, price }: Tick): string {
  return `${formatMicros(time)}\t${stock}\t${exchange}\t${price}\n`;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
