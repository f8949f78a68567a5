import type pg from 'pg';
import { dayFromNow, LOCK_TIMEOUT } from './partitions.ts';
import { DELETE_OLD_FIRINGS, FORGET_OLD_PHASES } from './statements/alert-statements.ts';
import { DELETE_OLD_OUTLIERS } from './statements/outlier-statements.ts';
import { DELETE_OLD_REJECTED, DELETE_OLD_REJECTED_COUNTS } from './statements/rejected-statements.ts';
import { DELETE_LATE_BEFORE, DELETE_OLD_METRICS, DROP_RAW_BEFORE } from './statements/write-statements.ts';
import { isAnswer } from './store-errors.ts';
import type { OnStoreEvent } from './store-event.ts';

/** How long what is stored is kept. Rollups are kept for ever. */
export interface Retention {
  /** Whole days of raw ticks, and days of their marks; `undefined`: for ever. */
  readonly rawDays?: number | undefined;
  /** Days of metrics; `undefined`: for ever. */
  readonly metricsDays?: number | undefined;
  /** Days of what was no tick, with its counts; `undefined`: for ever. */
  readonly rejectedDays?: number | undefined;
  /** Days of what rules fired, with its deliveries; `undefined`: for ever. */
  readonly alertDays?: number | undefined;
}

/** Partitions and sealed days that one transaction drops, so that its locks stay few. */
const DAYS_A_DROP = 50;
/** Rows that one statement deletes: a second of work, so that it can be ended at any time. */
const ROWS_A_DELETE = 50_000;

export async function applyRetention(
  client: pg.ClientBase,
  { rawDays, metricsDays, rejectedDays, alertDays }: Retention,
  onEvent: OnStoreEvent,
): Promise<void> {
  if (rawDays !== undefined) {
    await dropOldDays(client, rawDays, onEvent);
    await deleteOld(client, DELETE_OLD_OUTLIERS, rawDays);
  }
  if (metricsDays !== undefined) await deleteOld(client, DELETE_OLD_METRICS, metricsDays);
  if (alertDays !== undefined) {
    await deleteOld(client, DELETE_OLD_FIRINGS, alertDays);
    await client.query(FORGET_OLD_PHASES);
  }
  if (rejectedDays === undefined) return;
  await deleteOld(client, DELETE_OLD_REJECTED, rejectedDays);
  await deleteOld(client, DELETE_OLD_REJECTED_COUNTS, rejectedDays);
}

/** Drops raw ticks older than so many whole days (UTC); rollups stay. @returns how many partitions and sealed days went */
export async function dropOldDays(client: pg.ClientBase, days: number, onEvent: OnStoreEvent): Promise<number> {
  const rawFrom = dayFromNow(-days);
  let droppedDays = 0;
  for (let dropped = DAYS_A_DROP; dropped === DAYS_A_DROP; droppedDays += dropped) {
    dropped = await dropSome(client, rawFrom);
  }
  await deleteOld(client, DELETE_LATE_BEFORE, rawFrom);
  if (droppedDays > 0) onEvent({ type: 'retention_applied', droppedDays, rawFrom });
  return droppedDays;
}

async function dropSome(client: pg.ClientBase, rawFrom: string): Promise<number> {
  await client.query(`BEGIN; SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
  try {
    const { rows } = await client.query<{ dropped: number }>(DROP_RAW_BEFORE, [rawFrom, DAYS_A_DROP]);
    await client.query('COMMIT');
    return rows[0]?.dropped ?? 0;
  } catch (error) {
    if (isAnswer(error)) await client.query('ROLLBACK');
    throw error;
  }
}

async function deleteOld(client: pg.ClientBase, statement: string, before: number | string): Promise<void> {
  for (let deleted = ROWS_A_DELETE; deleted === ROWS_A_DELETE; ) {
    deleted = (await client.query(statement, [before, ROWS_A_DELETE])).rowCount ?? 0;
  }
}
