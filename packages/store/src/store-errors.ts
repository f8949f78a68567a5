import pg from 'pg';
import { LeaseLostError, LockTableFullError, StoreUnavailableError } from './tick-store.ts';

const CLEAR_WORDS: Readonly<Record<string, string>> = {
  '08P01':
    'a connection pooler refuses a setting (PgBouncer needs ignore_startup_parameters = statement_timeout, lock_timeout, idle_in_transaction_session_timeout)',
  '25006': 'PostgreSQL is read-only',
  '28000': 'PostgreSQL refuses this user',
  '28P01': 'PostgreSQL refuses this user: wrong password',
  '3D000': 'the database does not exist',
  '40P01': 'PostgreSQL broke a deadlock',
  '42501': 'the database user lacks a right',
  '42703': 'the schema is not up to date',
  '42704': 'the schema is not up to date',
  '42883': 'the schema is not up to date',
  '42P01': 'the schema is not up to date',
  '53100': "PostgreSQL's disk is full",
  '53200': 'PostgreSQL is out of memory',
  '53300': 'PostgreSQL takes no more connections',
  '55P03': 'PostgreSQL did not grant a lock in time',
  '57014': 'PostgreSQL did not finish in time',
  '57P01': 'PostgreSQL ended the connection',
  '57P02': 'PostgreSQL crashed',
  '57P03': 'PostgreSQL is starting or stopping',
};

/** True where PostgreSQL refuses what it was given (class 22: bad data, 23: a constraint), so that trying again is no use. */
export function isContentError(error: unknown): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError && /^2[23]/.test(error.code ?? '');
}

/** The SQLSTATE of what a damaged block does not allow. */
export const DATA_CORRUPTED = 'XX001';

/** SQLSTATEs that PostgreSQL ends a connection with: it fails, is shut down, or was idle for too long. */
const ENDS_CONNECTION = /^(?:08|57P|25P0[34])/;

/** True where the error says nothing about the connection: PostgreSQL answered, and it can be asked again. */
export function isAnswer(error: unknown): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError && !ENDS_CONNECTION.test(error.code ?? '');
}

export const LOCK_TABLE_FULL =
  "PostgreSQL's lock table is full: raise its setting max_locks_per_transaction (256, say) and start it anew";

/** True where PostgreSQL found no room for a lock, which it calls 'out of shared memory'. */
export function isLockTableFull(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError && error.code === '53200')) return false;
  return /max_(?:pred_)?locks_per_transaction/.test(`${error.message} ${error.hint ?? ''}`);
}

/** True where PostgreSQL ended a statement because it took too long. */
export function isTooSlow(error: unknown): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError && error.code === '57014';
}

/**
 * What went wrong as one of the store's own errors. A fault of this program (a TypeError, SQL that does not parse)
 * stays what it is.
 */
export function toStoreError(error: unknown): Error {
  if (error instanceof StoreUnavailableError || error instanceof LeaseLostError) return error;
  if (!(error instanceof Error)) return new Error(String(error));
  if (isLockTableFull(error)) return new LockTableFullError(LOCK_TABLE_FULL, { cause: error });
  if (error instanceof pg.DatabaseError) {
    const state = error.code ?? '';
    const isOurFault = /^42/.test(state) && !(state in CLEAR_WORDS);
    return isOurFault ? error : new StoreUnavailableError(describe(error), { cause: error });
  }
  if (isConnectionError(error)) return new StoreUnavailableError(describe(error), { cause: error });
  return error;
}

/** One line for a person, without credentials. */
export function describe(error: unknown): string {
  if (isLockTableFull(error)) return LOCK_TABLE_FULL;
  if (error instanceof pg.DatabaseError) {
    const clear = CLEAR_WORDS[error.code ?? ''];
    const said = `${oneLine(error.message)} (SQLSTATE ${error.code})`;
    return clear === undefined ? `PostgreSQL says: ${said}` : `${clear}: ${said}`;
  }
  if (error instanceof AggregateError) return describe(error.errors.at(-1));
  if (error instanceof StoreUnavailableError) return error.message;
  return error instanceof Error ? `PostgreSQL is not reachable: ${oneLine(error.message)}` : oneLine(String(error));
}

function isConnectionError(error: Error): boolean {
  if (error instanceof AggregateError)
    return error.errors.every((one) => one instanceof Error && isConnectionError(one));
  if ('syscall' in error) return true;
  return /connection|timeout|timed out|not queryable|SSL|password|socket/i.test(error.message);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 300);
}
