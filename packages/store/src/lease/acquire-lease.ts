import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { type ConnectionSettings, closeClient, openClient } from '../pg-connection.ts';
import { END_HOLDERS, SILENT_OWNERS, TAKE_POSITIONS, TRY_LOCK } from '../statements/write-statements.ts';
import { toStoreError } from '../store-errors.ts';
import type { OnStoreEvent } from '../store-event.ts';
import type { IngestLease, LeaseRequest } from '../tick-store.ts';
import { exchangeKey, OWNER_LOCK, WRITER_MARK } from './advisory-keys.ts';
import { type PositionRow, toPosition } from './position-row.ts';
import { type Office, PostgresLease } from './postgres-lease.ts';

interface OfficeRow extends PositionRow {
  readonly epoch: string;
}

const TAKEOVER_WAIT_MS = 3000;
const TAKEOVER_POLL_MS = 20;

/**
 * Takes the exchanges, all or none. The lock alone decides among living processes; the heartbeat finds an owner that
 * holds the lock without moving (stopped, or cut off where the server has not noticed), whose backends are ended.
 * Whatever such an owner still does is fenced off by the new epoch.
 */
export async function acquireLease(
  settings: ConnectionSettings,
  request: LeaseRequest,
  onEvent: OnStoreEvent,
): Promise<IngestLease | undefined> {
  const exchanges = [...new Set(request.exchanges)].sort();
  const client = await openClient(settings);
  try {
    const ended = await lockAll(client, exchanges, request.staleAfterMs);
    if (ended === undefined) {
      await closeClient(client);
      return undefined;
    }
    const { rows } = await client.query<OfficeRow>(TAKE_POSITIONS, [exchanges, request.owner]);
    // From here on a lost heartbeat is no loss; it need not wait for the disk.
    await client.query('SET synchronous_commit = off');
    const offices: Office[] = rows.map((row) => ({
      exchange: row.exchange_name,
      epoch: row.epoch,
      seq: Number(row.seq),
    }));
    onEvent({ type: 'lease_taken', exchanges, endedBackends: ended });
    return new PostgresLease(client, settings, offices, rows.flatMap(toPosition), onEvent);
  } catch (error) {
    await closeClient(client);
    throw toStoreError(error);
  }
}

/** @returns how many backends of earlier owners were ended; `undefined`: another owner is alive */
async function lockAll(
  client: pg.Client,
  exchanges: readonly string[],
  staleAfterMs: number,
): Promise<number | undefined> {
  const keys = exchanges.map(exchangeKey);
  let held = await lockFree(client, exchanges);
  if (held.length > 0) {
    const { rows } = await client.query(SILENT_OWNERS, [held, staleAfterMs]);
    if (rows.length < held.length) return undefined;
  }
  // Also where the lock was free: the connection that writes for an owner may outlive the one that holds its lock.
  // Where it was not, only backends as old as the silence: a younger one is another standby that was faster.
  const age = held.length > 0 ? staleAfterMs : 0;
  const { rowCount } = await client.query(END_HOLDERS, [[OWNER_LOCK, WRITER_MARK], keys, age]);
  const ended = rowCount ?? 0;
  const deadline = performance.now() + (ended > 0 ? TAKEOVER_WAIT_MS : 0);
  while (held.length > 0) {
    held = await lockFree(client, held);
    if (held.length > 0 && performance.now() > deadline) return undefined;
    if (held.length > 0) await sleep(TAKEOVER_POLL_MS);
  }
  return ended;
}

/** Locks in order up to the first that is taken, so that of two standbys one gets all. @returns the rest */
async function lockFree(client: pg.Client, exchanges: readonly string[]): Promise<readonly string[]> {
  for (const [index, exchange] of exchanges.entries()) {
    const { rows } = await client.query<{ locked: boolean }>(TRY_LOCK, [OWNER_LOCK, exchangeKey(exchange)]);
    if (rows[0]?.locked !== true) return exchanges.slice(index);
  }
  return [];
}
