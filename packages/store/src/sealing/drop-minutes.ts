import type pg from 'pg';
import { DAYS_WITH_MINUTES, DROP_MINUTES } from '../statements/seal-statements.ts';

/**
 * Drops the minutes of sealed days, day by day: their ticks tell them. Those of a stock that has late ticks beside its blocks
 * stay until it is sealed again.
 * @returns how many minutes went
 */
export async function dropMinutes(client: pg.ClientBase, signal?: AbortSignal): Promise<number> {
  const { rows } = await client.query<{ day: string }>(DAYS_WITH_MINUTES);
  let dropped = 0;
  for (const { day } of rows) {
    if (signal?.aborted === true) break;
    const { rows: counts } = await client.query<{ dropped: string }>(DROP_MINUTES, [day]);
    dropped += Number(counts[0]?.dropped);
  }
  return dropped;
}
