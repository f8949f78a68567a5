import { formatMicros } from '@tickwatch/core';
import type pg from 'pg';
import { INSERT_OUTLIERS } from '../statements/outlier-statements.ts';
import { isContentError } from '../store-errors.ts';
import type { LaneBatch } from '../tick-store.ts';
import type { RefusedTick } from './store-ticks.ts';

/**
 * Marks ticks that are far from the usual, inside the caller's transaction; not those that PostgreSQL refused. Marks that
 * it refuses too are left out: no tick waits for them.
 */
export async function insertOutliers(
  client: pg.ClientBase,
  batches: readonly LaneBatch[],
  refused: readonly RefusedTick[],
): Promise<void> {
  const all = batches.flatMap(({ outliers = [] }) => outliers);
  const isRefused = new Set(refused.map(({ tick }) => `${tick.exchange} ${tick.seq}`));
  const rows = all.filter(({ tick }) => !isRefused.has(`${tick.exchange} ${tick.seq}`));
  if (rows.length === 0) return;
  await client.query('SAVEPOINT marks');
  try {
    await client.query(INSERT_OUTLIERS, [
      rows.map(({ tick }) => formatMicros(tick.time)),
      rows.map(({ tick }) => tick.stock),
      rows.map(({ tick }) => tick.exchange),
      rows.map(({ tick }) => tick.seq),
      rows.map(({ tick }) => tick.price),
      rows.map(({ median }) => median),
      rows.map(({ deviation }) => deviation),
    ]);
  } catch (error) {
    if (!isContentError(error)) throw error;
    await client.query('ROLLBACK TO SAVEPOINT marks');
  }
}
