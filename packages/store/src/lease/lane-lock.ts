import { setTimeout as sleep } from 'node:timers/promises';
import type { LaneName } from '@tickwatch/core';
import type pg from 'pg';
import { END_DEAD_WRITER, END_HOLDERS, END_SILENT_LEADER, TRY_LOCK } from '../statements/lane-statements.ts';

/** How long an ended backend is waited for: it lets its locks go within milliseconds. */
const WAIT_MS = 3000;
const POLL_MS = 20;

/**
 * Locks a lane that is free. The lock alone decides among living members; the heartbeat finds one that holds it without
 * moving (stopped, or cut off where the server has not noticed), whose backends are ended, its writer too: that may hang
 * between its last statement and its COMMIT. Whatever such a member still does is fenced off by the new epoch.
 * @returns how many backends were ended; `undefined`: another member has it and is alive
 */
export async function lockLane(
  client: pg.Client,
  lane: LaneName,
  owner: string,
  staleAfterMs: number,
): Promise<number | undefined> {
  let ended = 0;
  if (!(await tryLock(client, 'lane', lane))) {
    ended = (await client.query(END_SILENT_LEADER, [lane, staleAfterMs])).rowCount ?? 0;
    // Not for long: this member's own heartbeat waits, too.
    const waitMs = Math.min(WAIT_MS, staleAfterMs / 2);
    if (ended === 0 || !(await lockSoon(client, 'lane', lane, waitMs))) return undefined;
  }
  return ended + ((await client.query(END_DEAD_WRITER, [lane, owner])).rowCount ?? 0);
}

/** Locks a member's name, which an earlier session of the same process may hold where the server has not noticed its end. */
export async function lockMember(client: pg.Client, owner: string): Promise<boolean> {
  await client.query(END_HOLDERS, ['member', owner]);
  return lockSoon(client, 'member', owner, WAIT_MS);
}

/** Waits for the backend that holds the lock to end. */
async function lockSoon(client: pg.Client, kind: 'lane' | 'member', name: string, waitMs: number): Promise<boolean> {
  for (const deadline = performance.now() + waitMs; performance.now() < deadline; await sleep(POLL_MS)) {
    if (await tryLock(client, kind, name)) return true;
  }
  return false;
}

async function tryLock(client: pg.Client, kind: 'lane' | 'member', name: string): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(TRY_LOCK, [kind, name]);
  return rows[0]?.locked === true;
}
