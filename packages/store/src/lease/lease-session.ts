import type pg from 'pg';
import { closeClient } from '../pg-connection.ts';
import { isAnswer, toStoreError } from '../store-errors.ts';
import { StoreUnavailableError } from '../tick-store.ts';

/** The connection whose locks are the leases: its statements run in turn, and its end is the end of all of them. */
export class LeaseSession {
  /** The backend that holds the locks. */
  readonly pid: number;
  readonly #client: pg.Client;
  readonly #lost = new AbortController();
  #turn: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(client: pg.Client, pid: number) {
    this.pid = pid;
    this.#client = client;
    client.on('error', (error) => this.#lose(toStoreError(error)));
    client.on('end', () =>
      this.#lose(new StoreUnavailableError('PostgreSQL closed the connection that holds the locks')),
    );
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /**
   * One piece of work after the other. An answer that says no (a lock not granted in time, a table that a restore has not
   * brought back yet) leaves the locks where they are; silence does not, nor does a pooler.
   */
  run<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const result = this.#turn.then(async () => {
      this.#lost.signal.throwIfAborted();
      try {
        return await work(this.#client);
      } catch (error) {
        const translated = toStoreError(error);
        if (translated instanceof StoreUnavailableError && !isAnswer(error)) this.#lose(translated);
        throw translated;
      }
    });
    this.#turn = result.catch(() => {});
    return result;
  }

  /** Ends the session and with it the locks. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await closeClient(this.#client);
  }

  #lose(reason: Error): void {
    if (this.#isClosed || this.#lost.signal.aborted) return;
    this.#lost.abort(reason);
    void this.close();
  }
}
