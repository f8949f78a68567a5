import type { LaneName } from '@tickwatch/core';
import type pg from 'pg';
import { type ConnectionSettings, closeClient, openClient } from '../pg-connection.ts';
import { END_HOLDERS, WHO_AM_I } from '../statements/lane-statements.ts';
import { PooledSessionError } from '../tick-store.ts';

const MESSAGE =
  'a connection pooler in transaction mode (PgBouncer, …) stands between this program and PostgreSQL: it lends each ' +
  'transaction another session, so that no lease can be held; use its session mode, or connect directly';

const ANSWER_MS = 5000;
/** While others use the pooler, each connection may by chance be lent the same backend again: not so often. */
const ROUNDS = 8;
const BEGIN = { text: 'BEGIN', query_timeout: ANSWER_MS };
const BACKEND = { text: 'SELECT pg_backend_pid() AS pid', query_timeout: ANSWER_MS };

/**
 * Makes sure that a connection is a session of its own, before anything is locked by it. Behind a pooler that lends
 * backends by transaction two connections use the same one in turn, or trade two that were in use at once.
 * @throws PooledSessionError
 */
export async function checkSession(client: pg.Client, settings: ConnectionSettings): Promise<void> {
  const other = await openClient(settings);
  try {
    for (let round = 0; round < ROUNDS; round++) {
      if (await areTraded(client, other)) throw new PooledSessionError(MESSAGE);
    }
  } finally {
    await closeClient(other);
  }
}

async function areTraded(client: pg.Client, other: pg.Client): Promise<boolean> {
  const both = [client, other];
  for (const one of both) await one.query(BEGIN);
  const during = [await backendOf(client), await backendOf(other)];
  for (const one of both) await one.query('COMMIT');
  // The other one first: the backend that was given back last is lent first, or else the one that was idle longest.
  const otherAfter = await backendOf(other);
  const after = [await backendOf(client), otherAfter];
  return during[0] === during[1] || after.some((pid, i) => pid !== during[i]);
}

/** The backend that holds this member's lock, which must be the one that is asked. @throws PooledSessionError */
export async function ownBackend(client: pg.Client, owner: string): Promise<number> {
  const { rows } = await client.query<{ pid: number; holds: boolean }>(WHO_AM_I, ['member', owner]);
  const [row] = rows;
  return row?.holds === true ? row.pid : leavePooler(client, owner, []);
}

/** Lets go what is locked by backends that were lent and given back: only their end does. @throws PooledSessionError always */
export async function leavePooler(client: pg.Client, owner: string, lanes: readonly LaneName[]): Promise<never> {
  for (const kind of ['member', 'writer']) await client.query(END_HOLDERS, [kind, owner]);
  for (const lane of lanes) await client.query(END_HOLDERS, ['lane', lane]);
  throw new PooledSessionError(MESSAGE);
}

async function backendOf(client: pg.Client): Promise<number | undefined> {
  return (await client.query<{ pid: number }>(BACKEND)).rows[0]?.pid;
}
