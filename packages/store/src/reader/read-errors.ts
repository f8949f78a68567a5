import { isLockTableFull, LOCK_TABLE_FULL } from '../store-errors.ts';
import { LockTableFullError, StoreUnavailableError } from '../tick-store.ts';

/** More is asked at once than may run and wait; the question can be asked again in a moment. */
export class ReadBusyError extends Error {
  readonly code = 'READ_BUSY';
  override readonly name = 'ReadBusyError';
}

/** The answer took longer than the statement timeout. */
export class ReadTimeoutError extends Error {
  readonly code = 'READ_TIMEOUT';
  override readonly name = 'ReadTimeoutError';
}

/** The question can't be answered as asked; `parameter` names what is wrong with it. */
export class BadQuestionError extends Error {
  readonly code = 'BAD_QUESTION';
  override readonly name = 'BadQuestionError';
  readonly parameter: string;

  constructor(parameter: string, message: string) {
    super(message);
    this.parameter = parameter;
  }
}

// SQLSTATE classes and codes that speak about the server's state, not about the statement.
const AWAY = /^(?:08|28|53|57P|58|XX|3D000|25006|25P0|40001|42P01|42703|42883|42501|55P03|72)/;
const QUERY_CANCELED = '57014';

/** Turns what `pg` throws into this store's errors; anything else (a bug) comes back as it is. */
export function translateReadError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === QUERY_CANCELED) return new ReadTimeoutError('the database took too long', { cause: error });
  if (error instanceof StoreUnavailableError || code.startsWith('READ_') || code === 'BAD_QUESTION') return error;
  if (isLockTableFull(error)) return new LockTableFullError(LOCK_TABLE_FULL, { cause: error });
  const isSqlState = /^[0-9A-Z]{5}$/.test(code) && 'severity' in error;
  if (isSqlState && !AWAY.test(code)) return error;
  if (!isSqlState && !isConnectionError(error, code)) return error;
  return new StoreUnavailableError('the database is away', { cause: error });
}

function isConnectionError(error: Error, code: string): boolean {
  if (/^E[A-Z]+$/.test(code)) return true;
  return /connection|timeout exceeded|Query read timeout|Client was closed|the pool after calling end/i.test(
    error.message,
  );
}
