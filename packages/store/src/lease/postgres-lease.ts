import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { type ConnectionSettings, closeClient } from '../pg-connection.ts';
import { BEAT } from '../statements/write-statements.ts';
import { describe, isAnswer, toStoreError } from '../store-errors.ts';
import type { OnStoreEvent } from '../store-event.ts';
import {
  type CommitResult,
  type IngestBatch,
  type IngestLease,
  type IngestPosition,
  LeaseLostError,
  StoreUnavailableError,
} from '../tick-store.ts';
import { BatchWriter } from './batch-writer.ts';

/** One exchange's term: `epoch` fences it, `seq` is the last tick that is known to be stored. */
export interface Office {
  readonly exchange: string;
  readonly epoch: string;
  readonly seq: number;
}

const HEARTBEAT_MS = 1000;
/** How long giving the lease back waits for a commit under way. */
const FINISH_MS = 2000;

/** Holds the exchanges' locks on one connection and writes batches on another. */
export class PostgresLease implements IngestLease {
  readonly positions: readonly IngestPosition[];
  readonly #client: pg.Client;
  readonly #writer: BatchWriter;
  readonly #offices: readonly Office[];
  readonly #onEvent: OnStoreEvent;
  readonly #lost = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #beating = false;
  #turn: Promise<unknown> = Promise.resolve();
  #released = false;

  constructor(
    client: pg.Client,
    settings: ConnectionSettings,
    offices: readonly Office[],
    positions: readonly IngestPosition[],
    onEvent: OnStoreEvent,
  ) {
    this.#client = client;
    this.#offices = offices;
    this.positions = positions;
    this.#onEvent = onEvent;
    this.#writer = new BatchWriter(settings, offices, onEvent);
    client.on('error', (error) => this.#lose(toStoreError(error)));
    client.on('end', () =>
      this.#lose(new StoreUnavailableError('PostgreSQL closed the connection that holds the lock')),
    );
    this.#timer = setInterval(() => void this.#beat(), HEARTBEAT_MS);
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Batches are written one after the other, in the order of the calls. */
  commit(batch: IngestBatch): Promise<CommitResult> {
    const result = this.#turn.then(() => this.#commit(batch));
    this.#turn = result.catch(() => {});
    return result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    clearInterval(this.#timer);
    // A commit that hangs is cut off; its outcome is found out from the positions by whoever is next.
    await Promise.race([this.#turn, sleep(FINISH_MS, undefined, { ref: false })]);
    await this.#writer.close();
    // Ends the session and with it the locks: a standby need not wait for silence.
    await closeClient(this.#client);
  }

  async #commit(batch: IngestBatch): Promise<CommitResult> {
    if (this.#released) throw new Error('commit after the lease was given back');
    if (this.#lost.signal.aborted) throw this.#lost.signal.reason;
    try {
      return await this.#writer.write(batch);
    } catch (error) {
      const translated = toStoreError(error);
      if (translated instanceof LeaseLostError) this.#lose(translated);
      throw translated;
    }
  }

  async #beat(): Promise<void> {
    if (this.#beating || this.#lost.signal.aborted) return;
    this.#beating = true;
    try {
      const { rowCount } = await this.#client.query(BEAT, [
        this.#offices.map((office) => office.exchange),
        this.#offices.map((office) => office.epoch),
      ]);
      if (rowCount !== this.#offices.length)
        this.#lose(new LeaseLostError('another subscriber took the exchanges over'));
    } catch (error) {
      // An answer (a lock not granted in time, say) leaves the lock where it is; silence does not.
      if (!isAnswer(error)) this.#lose(toStoreError(error));
    } finally {
      this.#beating = false;
    }
  }

  #lose(reason: Error): void {
    if (this.#released || this.#lost.signal.aborted) return;
    clearInterval(this.#timer);
    this.#onEvent({
      type: 'lease_lost',
      exchanges: this.#offices.map((office) => office.exchange),
      error: describe(reason),
    });
    this.#lost.abort(reason);
    void Promise.all([this.#writer.close(), closeClient(this.#client)]);
  }
}
