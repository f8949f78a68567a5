import type pg from 'pg';
import { noteDamage } from './sealing/check-day.ts';
import { REBUILD_ROLLUPS } from './statements/write-statements.ts';
import { DATA_CORRUPTED, isAnswer } from './store-errors.ts';

/** Computes a day's rollups again from its ticks. Where a block is damaged they stay as they are, and everybody gets to know it. */
export async function rebuildRollups(client: pg.ClientBase, day: string): Promise<void> {
  try {
    await client.query(REBUILD_ROLLUPS, [day]);
  } catch (error) {
    if (isAnswer(error) && error.code === DATA_CORRUPTED) await noteDamage(client, day).catch(() => {});
    throw error;
  }
}
