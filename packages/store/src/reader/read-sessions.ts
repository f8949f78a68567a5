import type { CalendarOf, StoreNode } from '@tickwatch/core';
import type { DatabaseHead } from './database-head.ts';
import { checkPlace } from './nodes/check-place.ts';
import { PooledConnection } from './pooled-connection.ts';
import { translateReadError } from './read-errors.ts';
import { ask, type ReadConnection, type ReadPool } from './read-pool.ts';
import { Semaphore, type SemaphoreLimits } from './semaphore.ts';
import { openSnapshot, type Snapshot } from './snapshot.ts';
import type { GuardedTail } from './tail/guarded-tail.ts';
import type { DamagedBlocks } from './ticks/damaged-blocks.ts';

export interface ReadSessionLimits {
  readonly questions: SemaphoreLimits;
  readonly exports: SemaphoreLimits;
}

export interface SessionRequest {
  /** Whose tail is wanted; `undefined`: every stock's; `false`: none. */
  readonly stock: string | undefined | false;
  /** Aborts when the asker leaves: the running statement is given up. */
  readonly signal?: AbortSignal | undefined;
}

/** A snapshot together with the connection and the permit that it takes. */
export interface Session extends AsyncDisposable {
  readonly snapshot: Snapshot;
  /** Gives the question's permit back and takes one for an export, which may last long. @throws ReadBusyError */
  becomeExport(): Promise<void>;
  /** Ends the transaction and gives everything back. `broken`: a statement still runs, so the connection goes too. */
  close(broken?: boolean): Promise<void>;
}

const COMMIT_TIMEOUT_MS = 1000;

/** Hands out snapshots, as many at once as the limits say. */
export class ReadSessions {
  readonly #pool: ReadPool;
  readonly #tails: readonly GuardedTail[];
  readonly #calendarOf: CalendarOf;
  readonly #damaged: DamagedBlocks;
  readonly #node: StoreNode | undefined;
  readonly questions: Semaphore;
  readonly exports: Semaphore;
  /** What the last snapshot said of the database; `undefined`: there was none yet. */
  lastHead: DatabaseHead | undefined;

  constructor(
    pool: ReadPool,
    tails: readonly GuardedTail[],
    calendarOf: CalendarOf,
    damaged: DamagedBlocks,
    { limits, node }: { readonly limits: ReadSessionLimits; readonly node?: StoreNode | undefined },
  ) {
    this.#pool = pool;
    this.#tails = tails;
    this.#calendarOf = calendarOf;
    this.#damaged = damaged;
    this.#node = node;
    this.questions = new Semaphore(limits.questions);
    this.exports = new Semaphore(limits.exports);
  }

  async run<T>(request: SessionRequest, work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
    const session = await this.open(request);
    try {
      return await work(session.snapshot);
    } finally {
      // The answer is there; ending the transaction is nothing that it has to wait for. Never fails.
      void session.close();
    }
  }

  /**
   * For work that is one statement, which is a snapshot by itself: without a transaction around it.
   * @throws StoreUnavailableError, ReadBusyError, ReadTimeoutError
   */
  async runAlone<T>(
    signal: AbortSignal | undefined,
    work: (connection: ReadConnection, tails: readonly GuardedTail[]) => Promise<T>,
  ): Promise<T> {
    const pooled = await PooledConnection.take(this.#pool, this.questions, signal);
    let failed = true;
    try {
      const result = await work(pooled.connection, this.#tails);
      failed = false;
      return result;
    } finally {
      pooled.release(failed);
    }
  }

  /** @throws StoreUnavailableError, ReadBusyError, ReadTimeoutError */
  async open({ stock, signal }: SessionRequest): Promise<Session> {
    const pooled = await PooledConnection.take(this.#pool, this.questions, signal);
    try {
      const snapshot = await openSnapshot(pooled.connection, this.#tails, stock, this.#calendarOf, this.#damaged);
      checkPlace(snapshot.head.node, this.#node);
      this.lastHead = snapshot.head;
      const close = async (broken = false): Promise<void> => {
        if (broken) pooled.release(true);
        else await pooled.releaseAfter(() => commit(pooled.connection));
      };
      return {
        snapshot,
        close,
        becomeExport: () => pooled.changeTo(this.exports),
        [Symbol.asyncDispose]: () => close(),
      };
    } catch (error) {
      pooled.release(true);
      throw translateReadError(error);
    }
  }
}

function commit(connection: ReadConnection): Promise<unknown> {
  return ask({ ...connection, answerTimeoutMs: COMMIT_TIMEOUT_MS }, { text: 'COMMIT', values: [] });
}
