import type pg from 'pg';
import { createPartitions, daysAhead } from './partitions.ts';
import { type ConnectionSettings, closeClient, openClient } from './pg-connection.ts';
import { applyRetention, type Retention } from './retention.ts';
import { describe } from './store-errors.ts';
import type { OnStoreEvent } from './store-event.ts';

const EVERY_MS = 60 * 60_000;

/** What has to be done now and then: partitions made before they are needed, and what is too old dropped. */
export class Maintenance implements AsyncDisposable {
  readonly #prompt: ConnectionSettings;
  readonly #patient: ConnectionSettings;
  readonly #retention: Retention;
  readonly #onEvent: OnStoreEvent;
  #timer: NodeJS.Timeout | undefined;
  #dropping: Promise<void> | undefined;
  #dropper: pg.Client | undefined;
  #isOver = false;

  /** @param prompt limits for what ticks wait for @param patient for what they don't */
  constructor(prompt: ConnectionSettings, patient: ConnectionSettings, retention: Retention, onEvent: OnStoreEvent) {
    this.#prompt = prompt;
    this.#patient = patient;
    this.#retention = retention;
    this.#onEvent = onEvent;
  }

  /**
   * Begins, or begins anew. When it resolves the next days have their partitions, or it was told why not. What is too
   * old goes meanwhile: that may take long, and ticks don't wait for it.
   */
  async start(): Promise<void> {
    clearInterval(this.#timer);
    await this.#makePartitions(this.#prompt);
    this.#drop();
    if (this.#isOver) return;
    this.#timer = setInterval(
      () => void this.#makePartitions(this.#patient).then(() => this.#drop()),
      EVERY_MS,
    ).unref();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    clearInterval(this.#timer);
    if (this.#dropper !== undefined) await closeClient(this.#dropper);
    await this.#dropping;
  }

  async #makePartitions(settings: ConnectionSettings): Promise<void> {
    await this.#try(settings, (client) => createPartitions(client, daysAhead(), this.#onEvent));
  }

  #drop(): void {
    if (this.#isOver || Object.values(this.#retention).every((days) => days === undefined)) return;
    this.#dropping ??= this.#try(this.#patient, (client) => {
      this.#dropper = client;
      return applyRetention(client, this.#retention, this.#onEvent);
    }).finally(() => {
      this.#dropper = undefined;
      this.#dropping = undefined;
    });
  }

  /** Never rejects. */
  async #try(settings: ConnectionSettings, work: (client: pg.Client) => Promise<void>): Promise<void> {
    let client: pg.Client | undefined;
    try {
      client = await openClient(settings);
      if (!this.#isOver) await work(client);
    } catch (error) {
      if (!this.#isOver) this.#onEvent({ type: 'maintenance_failed', error: describe(error) });
    } finally {
      if (client !== undefined) await closeClient(client);
    }
  }
}
