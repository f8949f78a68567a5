import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { type ConnectionSettings, closeClient, openClient } from '../pg-connection.ts';
import { CHECK_SEALED_DAY, DAY_TO_CHECK } from '../statements/seal-statements.ts';
import { isAnswer } from '../store-errors.ts';
import type { OnStoreEvent } from '../store-event.ts';

/** Of the time: the others notice little of it. */
const SHARE = 0.25;
/** A standby, and a role that may only read. */
const MAY_NOT_WRITE: readonly unknown[] = ['25006', '42501'];

/**
 * Looks at every block of a day, so that everybody knows which of them are damaged, and which are so no longer. Only PostgreSQL
 * reads them.
 * @returns what is to be said of each damaged one that was not known before
 */
async function checkSealedDay(client: pg.ClientBase, day: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ detail: string }>(CHECK_SEALED_DAY, [day]);
  return rows.map(({ detail }) => detail);
}

/** Lets others know of a damaged block that was met; whoever may not write leaves it to those who may. */
export async function noteDamage(client: pg.ClientBase, day: string): Promise<void> {
  try {
    await checkSealedDay(client, day);
  } catch (error) {
    if (!isAnswer(error) || !MAY_NOT_WRITE.includes(error.code)) throw error;
  }
}

/** As {@link noteDamage}, for whoever has something else to do: never rejects. What is missed now is found by the next check. */
export async function tryToNoteDamage(settings: ConnectionSettings, day: string): Promise<void> {
  const client = await openClient(settings).catch(() => undefined);
  if (client === undefined) return;
  await noteDamage(client, day).catch(() => {});
  await closeClient(client);
}

/** Checks the days that nobody has looked at for a week, one after the other, with pauses. */
export async function checkOldDays(client: pg.ClientBase, onEvent: OnStoreEvent, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const { rows } = await client.query<{ day: string }>(DAY_TO_CHECK);
    const day = rows[0]?.day;
    if (day === undefined) return;
    const begun = performance.now();
    for (const detail of await checkSealedDay(client, day)) onEvent({ type: 'block_damaged', day, detail });
    await sleep((performance.now() - begun) * (1 / SHARE - 1), undefined, { signal }).catch(() => {});
  }
}
