import type pg from 'pg';
import { DAYS_BACK, dayFromNow, LOCK_TIMEOUT } from './partitions.ts';
import { isLockTimeout } from './sealing/lock-tries.ts';
import { SUMMARIZE_ARRIVAL } from './statements/write-statements.ts';

/**
 * Brings the index of arrival of the last days up to date, for where autovacuum is away or behind: what it has not seen is read
 * with every window. Where autovacuum works on a day just now, it does so itself.
 */
export async function summarizeArrival(client: pg.ClientBase): Promise<void> {
  for (let ago = 0; ago <= DAYS_BACK; ago++) {
    await client.query(`BEGIN; SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
    try {
      await client.query(SUMMARIZE_ARRIVAL, [dayFromNow(-ago)]);
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK');
      if (!isLockTimeout(error)) throw error;
    }
  }
}
