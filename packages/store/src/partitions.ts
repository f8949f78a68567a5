import { type EpochMicros, formatMicros, MICROS_PER_DAY, nowMicros } from '@tickwatch/core';
import type pg from 'pg';
import { CREATE_PARTITION, DAYS_WITHOUT_PARTITION } from './statements/write-statements.ts';
import { describe, isAnswer } from './store-errors.ts';
import type { OnStoreEvent } from './store-event.ts';

/** Days that get their partition before their first tick: today and two more. */
const DAYS_AHEAD = 2;
/** A live feed creates partitions for this many days back; older stray ticks are late. */
export const DAYS_BACK = 7;
/** What makes or drops a partition waits for others' locks, and others wait behind it; better to try again later. */
export const LOCK_TIMEOUT = '500ms';

/** A day (UTC), `YYYY-MM-DD`, some days from now. */
export function dayFromNow(days: number): string {
  return formatMicros((nowMicros() + days * MICROS_PER_DAY) as EpochMicros).slice(0, 10);
}

export function daysAhead(): readonly string[] {
  return Array.from({ length: DAYS_AHEAD + 1 }, (_, i) => dayFromNow(i));
}

/** True for a day that a live feed may have a partition made for. */
export function isNearNow(day: string): boolean {
  return day >= dayFromNow(-DAYS_BACK) && day <= dayFromNow(DAYS_AHEAD);
}

/**
 * Creates the partitions that these days lack, without reading a tick; sealed days get none. A day that can't have one now
 * (locks, rights) is reported, and its ticks are late: they don't wait for it.
 * @throws only where the connection failed
 */
export async function createPartitions(
  client: pg.ClientBase,
  days: readonly string[],
  onEvent: OnStoreEvent,
): Promise<void> {
  const { rows } = await client.query<{ day: string }>(DAYS_WITHOUT_PARTITION, [days]);
  for (const { day } of rows) {
    try {
      await client.query(`BEGIN; SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
      const created = await client.query<{ partition: string | null }>(CREATE_PARTITION, [day]);
      await client.query('COMMIT');
      const partition = created.rows[0]?.partition;
      if (partition != null) onEvent({ type: 'partition_created', partition });
    } catch (error) {
      if (!isAnswer(error)) throw error;
      await client.query('ROLLBACK');
      onEvent({ type: 'partition_failed', day, error: describe(error) });
    }
  }
}
