import type pg from 'pg';
import { createPartitions, daysAhead } from './partitions.ts';
import { type ConnectionSettings, closeClient, openClient } from './pg-connection.ts';
import { applyRetention, type Retention } from './retention.ts';
import { checkOldDays } from './sealing/check-day.ts';
import { dropMinutes } from './sealing/drop-minutes.ts';
import { daysToSeal, type Sealing, sealDays } from './sealing/seal-old-days.ts';
import { describe } from './store-errors.ts';
import type { OnStoreEvent } from './store-event.ts';
import { summarizeArrival } from './summarize-arrival.ts';

const EVERY_MS = 60 * 60_000;

/**
 * What has to be done now and then: partitions made before they are needed, what is too old dropped, the index of arrival kept up,
 * old days sealed, damaged blocks found.
 */
export class Maintenance implements AsyncDisposable {
  readonly #prompt: ConnectionSettings;
  readonly #patient: ConnectionSettings;
  readonly #retention: Retention;
  readonly #sealing: Sealing | undefined;
  readonly #checksBlocks: boolean;
  readonly #onEvent: OnStoreEvent;
  #timer: NodeJS.Timeout | undefined;
  #dropping: Promise<void> | undefined;
  #dropper: pg.Client | undefined;
  #packing: Promise<void> | undefined;
  #checker: pg.Client | undefined;
  readonly #over = new AbortController();

  /**
   * @param prompt limits for what ticks wait for
   * @param patient for what they don't
   * @param sealing `undefined`: nothing is sealed
   * @param checksBlocks whether damaged blocks are looked for
   */
  constructor(
    prompt: ConnectionSettings,
    patient: ConnectionSettings,
    retention: Retention,
    sealing: Sealing | undefined,
    checksBlocks: boolean,
    onEvent: OnStoreEvent,
  ) {
    this.#prompt = prompt;
    this.#patient = patient;
    this.#retention = retention;
    this.#sealing = sealing;
    this.#checksBlocks = checksBlocks;
    this.#onEvent = onEvent;
  }

  /**
   * Begins, or begins anew. When it resolves the next days have their partitions, or it was told why not. What is too
   * old goes meanwhile: that may take long, and ticks don't wait for it.
   */
  async start(): Promise<void> {
    clearInterval(this.#timer);
    await this.#makePartitions(this.#prompt);
    this.#tidy();
    if (this.#isOver) return;
    this.#timer = setInterval(
      () => void this.#makePartitions(this.#patient).then(() => this.#tidy()),
      EVERY_MS,
    ).unref();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    clearInterval(this.#timer);
    for (const client of [this.#dropper, this.#checker]) if (client !== undefined) await closeClient(client);
    await Promise.all([this.#dropping, this.#packing]);
  }

  async #makePartitions(settings: ConnectionSettings): Promise<void> {
    await this.#try(settings, (client) => createPartitions(client, daysAhead(), this.#onEvent));
  }

  get #isOver(): boolean {
    return this.#over.signal.aborted;
  }

  #tidy(): void {
    void this.#drop().then(() => {
      if (this.#isOver) return;
      this.#packing ??= this.#packAndCheck().finally(() => {
        this.#packing = undefined;
      });
    });
  }

  async #packAndCheck(): Promise<void> {
    await this.#try(this.#patient, summarizeArrival);
    if (this.#isOver) return;
    if (this.#sealing !== undefined) await this.#seal(this.#sealing);
    if (!this.#checksBlocks || this.#isOver) return;
    await this.#try(this.#patient, (client) => {
      this.#checker = client;
      return checkOldDays(client, this.#onEvent, this.#over.signal);
    });
    this.#checker = undefined;
  }

  async #seal({ afterDays, minutes }: Sealing): Promise<void> {
    let days: readonly string[] = [];
    await this.#try(this.#patient, async (client) => {
      days = await daysToSeal(client, { olderThanDays: afterDays });
    });
    await sealDays(this.#patient, days, this.#onEvent, this.#over.signal);
    if (minutes === 'keep' || this.#isOver) return;
    await this.#try(this.#patient, async (client) => {
      await dropMinutes(client, this.#over.signal);
    });
  }

  async #drop(): Promise<void> {
    if (this.#isOver || Object.values(this.#retention).every((days) => days === undefined)) return;
    this.#dropping ??= this.#try(this.#patient, (client) => {
      this.#dropper = client;
      return applyRetention(client, this.#retention, this.#onEvent);
    }).finally(() => {
      this.#dropper = undefined;
      this.#dropping = undefined;
    });
    await this.#dropping;
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
