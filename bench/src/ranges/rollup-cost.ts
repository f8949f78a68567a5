import type { DecimalText, EpochMicros, SequencedTick } from '@tickwatch/core';
import type { PostgresStore } from '@tickwatch/store';
import { BEGIN_WRITING, copyTicks, inIndexOrder, storeTicks } from '@tickwatch/store/write';
import pg from 'pg';

/** Ticks of one flush: 5 s at 10,000 a second, of 30 stocks. */
const FLUSH_TICKS = 50_000;
const FLUSH_SECONDS = 5;

export interface RollupCost {
  /** Median seconds of a flush, with rollups and without. */
  readonly withRollups: number;
  readonly without: number;
}

/** Writes the same flushes with their rollups and without, in turns, into days of their own; the rest is the same. */
export async function rollupCost(databaseUrl: string, store: PostgresStore, flushes: number): Promise<RollupCost> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const days = ['2026-03-01', '2026-03-02'] as const;
  await store.ensurePartitions(days);
  const [withRollups, without]: [number[], number[]] = [[], []];
  for (let i = 0; i < flushes; i++) {
    const [first, second] = [flush(days[0], i), flush(days[1], i)];
    withRollups.push(await transaction(client, () => storeTicks(client, first)));
    without.push(await transaction(client, () => copyTicks(client, 'stock_prices_y2026m03d02', inIndexOrder(second))));
  }
  await client.end();
  return { withRollups: median(withRollups), without: median(without) };
}

function flush(day: string, number: number): SequencedTick[] {
  const start = (Date.parse(day) + number * FLUSH_SECONDS * 1000) * 1000;
  return Array.from({ length: FLUSH_TICKS }, (_, n) => ({
    stock: `S${String(n % 30).padStart(2, '0')}`,
    exchange: 'NASDAQ',
    price: `${200 + (n % 100)}.${String(n % 97).padStart(2, '0')}` as DecimalText,
    time: (start + n * 100) as EpochMicros,
    seq: start + n,
  }));
}

async function transaction(client: pg.Client, work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await client.query(BEGIN_WRITING);
  await work();
  await client.query('COMMIT');
  return (performance.now() - started) / 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
