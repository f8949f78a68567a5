import type pg from 'pg';
import { type ConnectionSettings, closeClient, openClient } from '../pg-connection.ts';
import { BEGIN_SEALING, BEGIN_TURN, EXPORT_SNAPSHOT, KEEP_ROLLUPS } from '../statements/seal-statements.ts';
import { isLockTimeout, withLockTries } from './lock-tries.ts';

/** For whoever writes late ticks of the day now. */
const BEGIN_TRIES = 6;

/** Two connections that see a day in one snapshot: its ticks come by one and its blocks go by the other. */
export interface SealSession extends AsyncDisposable {
  readonly reader: pg.Client;
  /** Inside the transaction that will seal the day. */
  readonly writer: pg.Client;
  /** What the day's partition is told by to be as it was; `undefined`: it has none. */
  readonly changes: string | undefined;
}

/** Somebody else is at it. */
export class SealingTurnError extends Error {
  readonly code = 'SEALING_TURN';
  override readonly name = 'SealingTurnError';

  constructor() {
    super('another process is sealing or unsealing');
  }
}

/** @throws SealingTurnError */
export async function openSealSession(
  settings: ConnectionSettings,
  day: string,
  signal: AbortSignal | undefined,
): Promise<SealSession> {
  // COPY of a large day at a low pace takes long.
  const patient = { ...settings, isUnlimited: true };
  const clients: pg.Client[] = [];
  const close = async (): Promise<void> => {
    signal?.removeEventListener('abort', onAbort);
    await Promise.all(clients.map(closeClient));
  };
  const onAbort = (): void => void close();
  signal?.addEventListener('abort', onAbort);
  try {
    const writer = await openClient(patient);
    clients.push(writer);
    const reader = await openClient(patient);
    clients.push(reader);
    signal?.throwIfAborted();
    const changes = await beginInOneSnapshot(reader, writer, day, signal);
    return { reader, writer, changes, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** In this order: whose turn it is, changes noticed from here on, the snapshot. */
async function beginInOneSnapshot(
  reader: pg.Client,
  writer: pg.Client,
  day: string,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  await takeTurn(writer);
  const changes = await withLockTries(
    async (timeout) => {
      await reader.query(`BEGIN; SET LOCAL lock_timeout = ${timeout}`);
      const { rows } = await reader.query<{ changes: string | null }>(BEGIN_SEALING, [day]);
      await reader.query('COMMIT');
      return rows[0]?.changes ?? undefined;
    },
    () => reader.query('ROLLBACK'),
    { tries: BEGIN_TRIES, signal },
  );
  const { rows } = await writer.query<{ snapshot: string }>(EXPORT_SNAPSHOT);
  await writer.query(KEEP_ROLLUPS);
  await reader.query(`BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET TRANSACTION SNAPSHOT '${rows[0]?.snapshot}';
    SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL work_mem = '64MB'`);
  return changes;
}

/** Begins a transaction that alone seals or unseals. @throws SealingTurnError */
export async function takeTurn(client: pg.ClientBase): Promise<void> {
  try {
    await client.query(BEGIN_TURN);
  } catch (error) {
    if (!isLockTimeout(error)) throw error;
    await client.query('ROLLBACK');
    throw new SealingTurnError();
  }
}
