import type { ReadConnection, ReadPool } from './read-pool.ts';
import type { Semaphore } from './semaphore.ts';

/** A connection of the pool together with the permit to use it. Both are given back when the asker leaves. */
export class PooledConnection {
  readonly connection: ReadConnection;
  readonly #signal: AbortSignal | undefined;
  #givePermit: () => void;
  #released = false;

  /** @throws StoreUnavailableError, ReadBusyError, the signal's reason */
  static async take(pool: ReadPool, semaphore: Semaphore, signal: AbortSignal | undefined): Promise<PooledConnection> {
    const givePermit = await semaphore.acquire(signal);
    try {
      signal?.throwIfAborted();
      return new PooledConnection(await pool.connect(), givePermit, signal);
    } catch (error) {
      givePermit();
      throw error;
    }
  }

  private constructor(connection: ReadConnection, givePermit: () => void, signal: AbortSignal | undefined) {
    this.connection = connection;
    this.#givePermit = givePermit;
    this.#signal = signal;
    if (signal?.aborted) this.#drop();
    signal?.addEventListener('abort', this.#drop, { once: true });
  }

  /** Gives everything back. `broken`: a statement still runs or may have failed, so the connection is closed. */
  release(broken = false): void {
    this.#signal?.removeEventListener('abort', this.#drop);
    if (this.#released) return;
    this.#released = true;
    this.connection.client.release(broken);
    this.#givePermit();
  }

  /** Gives everything back once `last` is over; until then it is taken, but an asker who leaves changes nothing. */
  async releaseAfter(last: () => Promise<unknown>): Promise<void> {
    this.#signal?.removeEventListener('abort', this.#drop);
    if (this.#released) return;
    this.#released = true;
    try {
      await last();
      this.connection.client.release();
    } catch {
      this.connection.client.release(true);
    } finally {
      this.#givePermit();
    }
  }

  /** Changes to a permit of another kind. @throws ReadBusyError */
  async changeTo(semaphore: Semaphore): Promise<void> {
    const giveNext = await semaphore.acquire(this.#signal);
    this.#givePermit();
    this.#givePermit = giveNext;
    if (this.#released) giveNext();
  }

  readonly #drop = (): void => this.release(true);
}
