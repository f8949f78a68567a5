import { translateReadError } from './read-errors.ts';
import { type ReadConnection, type ReadPool, timed } from './read-pool.ts';
import { type SlotLimits, Slots } from './slots.ts';
import { openSnapshot, type Snapshot } from './snapshot.ts';
import type { GuardedTail } from './tail/guarded-tail.ts';

export interface ReadSessionLimits {
  readonly questions: SlotLimits;
  readonly exports: SlotLimits;
}

export interface SessionRequest {
  /** Whose tail is wanted; `undefined`: every stock's; `false`: none. */
  readonly stock: string | undefined | false;
  /** Aborts when the asker leaves: the running statement is given up. */
  readonly signal?: AbortSignal | undefined;
}

/** A snapshot together with the connection and the slot that it occupies. */
export interface Session extends AsyncDisposable {
  readonly snapshot: Snapshot;
  /** Gives the question's slot back and takes one for an export, which may last long. @throws ReadBusyError */
  becomeExport(): Promise<void>;
  /** Ends the transaction and gives everything back. `broken`: a statement still runs, so the connection goes too. */
  close(broken?: boolean): Promise<void>;
}

const COMMIT_TIMEOUT_MS = 1000;

/** Hands out snapshots, as many at once as the limits say. */
export class ReadSessions {
  readonly #pool: ReadPool;
  readonly #tail: GuardedTail | undefined;
  readonly questions: Slots;
  readonly exports: Slots;

  constructor(pool: ReadPool, tail: GuardedTail | undefined, limits: ReadSessionLimits) {
    this.#pool = pool;
    this.#tail = tail;
    this.questions = new Slots(limits.questions);
    this.exports = new Slots(limits.exports);
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

  /** @throws StoreUnavailableError, ReadBusyError, ReadTimeoutError */
  async open(request: SessionRequest): Promise<Session> {
    const slot = await this.questions.take();
    let connection: ReadConnection;
    try {
      request.signal?.throwIfAborted();
      connection = await this.#pool.connect();
    } catch (error) {
      slot();
      throw error;
    }
    return await this.#begin(request, connection, slot);
  }

  async #begin(request: SessionRequest, connection: ReadConnection, slot: () => void): Promise<Session> {
    const { client } = connection;
    let give = slot;
    let closed = false;
    const drop = (): void => {
      if (closed) return;
      closed = true;
      client.release(true);
      give();
    };
    if (request.signal?.aborted) drop();
    request.signal?.addEventListener('abort', drop, { once: true });
    const close = async (broken = false): Promise<void> => {
      request.signal?.removeEventListener('abort', drop);
      if (closed) return;
      if (broken) return drop();
      closed = true;
      try {
        await client.query(timed({ text: 'COMMIT', values: [] }, COMMIT_TIMEOUT_MS));
        client.release();
      } catch {
        client.release(true);
      } finally {
        give();
      }
    };
    try {
      const snapshot = await openSnapshot(connection, this.#tail, request.stock);
      return {
        snapshot,
        close,
        becomeExport: async () => {
          const next = await this.exports.take();
          give();
          give = next;
          if (closed) give();
        },
        [Symbol.asyncDispose]: () => close(),
      };
    } catch (error) {
      await close(true);
      throw translateReadError(error);
    }
  }
}
