import { AlertConflictError, type PostgresStore, RetireError, StoreUnavailableError } from '@tickwatch/store';
import { ConflictError, NotFoundError, NotWritableError } from '../http/problem-reply.ts';

/** What an administrator does to the database; whoever adds a change adds a method. */
export type Operator = Pick<PostgresStore, 'lanes' | 'retire' | 'clearRejected' | 'alertAdmin'>;

const NOT_WRITABLE =
  'This backend can only read: set ADMIN_DATABASE_URL to its database for a user who may change something. Several databases (DATABASE_NODE_URLS) are changed one by one, by the commands.';
/** The user lacks a right; the database is a replica. */
const MAY_NOT_WRITE: ReadonlySet<unknown> = new Set(['42501', '25006']);
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Asks the operator, and says for whoever asked over HTTP what is in the way.
 * @param operator `undefined`: there is no database to write to
 * @throws NotWritableError, ConflictError, NotFoundError; StoreUnavailableError the database is away
 */
export async function operate<T>(operator: Operator | undefined, work: (operator: Operator) => Promise<T>): Promise<T> {
  if (operator === undefined) throw new NotWritableError(NOT_WRITABLE);
  try {
    return await work(operator);
  } catch (error) {
    if (error instanceof RetireError) {
      throw error.why === 'unknown' ? new NotFoundError(error.message) : new ConflictError(error.message);
    }
    if (error instanceof AlertConflictError) throw new ConflictError(sentenceOf(error.message));
    if (!(error instanceof StoreUnavailableError)) throw error;
    const code = (error.cause as { readonly code?: unknown } | undefined)?.code;
    if (MAY_NOT_WRITE.has(code)) throw new NotWritableError(NOT_WRITABLE, { cause: error });
    if (code === LOCK_NOT_AVAILABLE)
      throw new ConflictError('The database is busy with it: try again.', { cause: error });
    throw error;
  }
}

function sentenceOf(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
