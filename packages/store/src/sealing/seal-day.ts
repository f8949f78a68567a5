import type pg from 'pg';
import type { ConnectionSettings } from '../pg-connection.ts';
import { DELETE_LATE, finishSealing, HAS_BLOCKS, RENEW_VIEW, SUM_BLOCKS } from '../statements/seal-statements.ts';
import { describe, isAnswer } from '../store-errors.ts';
import { tryToNoteDamage } from './check-day.ts';
import { isLockTimeout, withLockTries } from './lock-tries.ts';
import { Pace } from './pace.ts';
import { packDay } from './pack-day.ts';
import { type PackedLate, packLate } from './pack-late.ts';
import type { SealOutcome } from './seal-outcome.ts';
import { openSealSession, SealingTurnError, type SealSession } from './seal-session.ts';
import { warmUp } from './warm-up.ts';

export interface SealDayOptions {
  /** Of a core; default 1. */
  readonly share?: number;
  /** Ticks of the day that are packed so far. */
  readonly onProgress?: (ticks: number) => void;
  /** Ends it: the day stays as it was. */
  readonly signal?: AbortSignal;
  /** How often to wait for whoever reads or writes for long; default: for a minute and a half. */
  readonly lockTries?: number;
}

/** A day that is written to while it is sealed is begun again, so often. */
const TRIES = 3;
const VIEW_LOCK_MS = 200;
const SERIALIZATION_FAILURE = '40001';

/**
 * Packs a day (UTC) into blocks, in one transaction with the end of its partition and of its late ticks; of a day that is
 * sealed already, the stocks that have late ticks. Readers wait for moments at the end, writers not for the packing: what
 * they change meanwhile is noticed, and the day begun again. Cut at any instant, the day is as it was or sealed.
 */
export async function sealDay(
  settings: ConnectionSettings,
  day: string,
  options: SealDayOptions = {},
): Promise<SealOutcome> {
  const { share = 1, signal } = options;
  // As fast as it goes, nobody is there who would have to wait.
  if (share < 1) await warmUp(new Pace(share), signal);
  const begun = performance.now();
  for (let i = 1; ; i++) {
    try {
      const { sums, packed, damaged } = await tryToSeal(settings, day, options);
      if (damaged.size > 0) await tryToNoteDamage(settings, day);
      const seconds = (performance.now() - begun) / 1000;
      return { state: 'sealed', day, ...sums, packed, seconds, damaged: [...damaged.values()] };
    } catch (error) {
      const isChanged = isAnswer(error) && error.code === SERIALIZATION_FAILURE;
      const why = whyPostponed(error);
      if (why === undefined) throw error;
      if (error instanceof DamagedStockError) await tryToNoteDamage(settings, day);
      if (!isChanged || i === TRIES) {
        return { state: 'postponed', day, why, isOthersTurn: error instanceof SealingTurnError };
      }
    }
  }
}

/** `undefined`: the error says nothing about the day. */
function whyPostponed(error: unknown): string | undefined {
  if (error instanceof SealingTurnError || error instanceof DamagedStockError) return error.message;
  if (isLockTimeout(error)) return 'others read or write its table all the time';
  if (isAnswer(error) && error.code === SERIALIZATION_FAILURE)
    return `its ticks change all the time: ${describe(error)}`;
  // A seq that somebody gave a tick by hand, say.
  return error instanceof RangeError ? `it can't be packed: ${error.message}` : undefined;
}

class DamagedStockError extends Error {
  readonly code = 'DAMAGED_STOCK';
  override readonly name = 'DamagedStockError';
}

interface Sums {
  readonly ticks: number;
  readonly blocks: number;
  readonly bytes: number;
}

async function tryToSeal(settings: ConnectionSettings, day: string, options: SealDayOptions) {
  const { share = 1, onProgress = () => {}, signal } = options;
  await using session = await openSealSession(settings, day, signal);
  const { reader, writer } = session;
  const { rows } = await writer.query<{ sealed: boolean }>(HAS_BLOCKS, [day]);
  const packing = { pace: new Pace(share), onProgress };
  const { packed, damaged }: PackedLate =
    rows[0]?.sealed === true
      ? await packLate(session, day, packing)
      : { packed: await packDay(session, day, packing), damaged: new Map() };
  // Late ticks of a damaged stock lie beside. A partition would go with them.
  if (damaged.size > 0 && session.changes !== undefined) throw new DamagedStockError([...damaged.values()].join('; '));
  await reader.query('COMMIT');
  await writer.query(DELETE_LATE, [day, [...damaged.keys()]]);
  const sums = await sumBlocks(writer, day);
  if (rows[0]?.sealed !== true && sums.ticks !== packed) {
    throw new Error(`${day}: ${packed} ticks were packed, but its blocks hold ${sums.ticks}`);
  }
  await finish(session, day, sums, options);
  await renewView(reader);
  return { sums, packed, damaged };
}

export async function sumBlocks(client: pg.ClientBase, day: string): Promise<Sums> {
  const { rows } = await client.query<{ ticks: string; blocks: number; bytes: string }>(SUM_BLOCKS, [day]);
  return { ticks: Number(rows[0]?.ticks), blocks: rows[0]?.blocks ?? 0, bytes: Number(rows[0]?.bytes) };
}

/** The end of the partition and the commit go in one message: no lock waits for this process. */
async function finish(
  { writer, changes }: SealSession,
  day: string,
  sums: Sums,
  options: SealDayOptions,
): Promise<void> {
  const { ticks, blocks, bytes } = sums;
  const call = finishSealing(day, changes, ticks, blocks, bytes);
  await writer.query('SAVEPOINT finishing');
  await withLockTries(
    async (timeout) => {
      await writer.query(`SET LOCAL lock_timeout = ${timeout}; ${call}; COMMIT`);
    },
    () => writer.query('ROLLBACK TO SAVEPOINT finishing'),
    { tries: options.lockTries, signal: options.signal },
  );
}

/** Without it questions by SQL take longer, no more: whoever reads the view all the time is not waited for. */
export async function renewView(client: pg.ClientBase): Promise<void> {
  try {
    await client.query(`BEGIN; SET LOCAL lock_timeout = ${VIEW_LOCK_MS}; ${RENEW_VIEW}; COMMIT`);
  } catch (error) {
    if (!isAnswer(error)) throw error;
    await client.query('ROLLBACK');
  }
}
