import { formatMicros, type SequencedTick } from '@tickwatch/core';
import type pg from 'pg';
import { createPartitions, isNearNow } from '../partitions.ts';
import { type ConnectionSettings, closeClient, openClient } from '../pg-connection.ts';
import {
  ADVANCE_POSITIONS,
  BEGIN_WRITING,
  END_HOLDERS,
  MARK_AS_WRITER,
  READ_POSITIONS_FOR_UPDATE,
} from '../statements/write-statements.ts';
import { describe, isTooSlow } from '../store-errors.ts';
import type { OnStoreEvent } from '../store-event.ts';
import { type CommitResult, type IngestBatch, LeaseLostError, StoreSlowError } from '../tick-store.ts';
import { insertRejected } from '../write/rejected-rows.ts';
import { asRejected, storeTicks, ticksByDay } from '../write/store-ticks.ts';
import { exchangeKey, WRITER_MARK } from './advisory-keys.ts';
import type { Office } from './postgres-lease.ts';
import { type Counts, emptyCounts, increase, StoredPrefix } from './stored-prefix.ts';

/** A batch whose COMMIT was sent and not answered. */
interface Undecided {
  readonly batch: IngestBatch;
  readonly counts: Counts;
}

/** Writes one batch after the other on a connection of its own, which it opens again after a failure. */
export class BatchWriter {
  readonly #settings: ConnectionSettings;
  readonly #offices: readonly Office[];
  readonly #epochs: ReadonlyMap<string, string>;
  readonly #onEvent: OnStoreEvent;
  readonly #stored: StoredPrefix;
  readonly #knownDays = new Set<string>();
  #client: pg.Client | undefined;
  #undecided: Undecided | undefined;

  constructor(settings: ConnectionSettings, offices: readonly Office[], onEvent: OnStoreEvent) {
    this.#settings = settings;
    this.#offices = offices;
    this.#epochs = new Map(offices.map((office) => [office.exchange, office.epoch]));
    this.#onEvent = onEvent;
    this.#stored = new StoredPrefix(offices);
  }

  async write(batch: IngestBatch): Promise<CommitResult> {
    this.#checkExchanges(batch);
    try {
      const client = await this.#connection();
      if (this.#undecided !== undefined) await this.#decide(client, this.#undecided);
      const { rest, counts } = this.#stored.without(batch);
      await this.#createPartitions(client, rest.ticks);
      const started = performance.now();
      await this.#transaction(client, rest, counts).catch((error: unknown) => {
        // Where an earlier try may have stored a part, the next one has to bring as much: less is not asked for.
        const mayShrink = isTooSlow(error) && rest === batch && this.#undecided === undefined;
        throw mayShrink ? new StoreSlowError(describe(error), { cause: error }) : error;
      });
      return { ...counts, seconds: (performance.now() - started) / 1000 };
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    if (client !== undefined) await closeClient(client);
  }

  async #connection(): Promise<pg.Client> {
    if (this.#client !== undefined) return this.#client;
    const client = await openClient(this.#settings);
    this.#client = client;
    const keys = this.#offices.map((office) => exchangeKey(office.exchange));
    // Whatever an earlier connection of ours still has in flight ends here, one way or the other.
    await client.query(END_HOLDERS, [[WRITER_MARK], keys, 0]);
    await client.query(MARK_AS_WRITER, [WRITER_MARK, keys]);
    return client;
  }

  async #createPartitions(client: pg.Client, ticks: readonly SequencedTick[]): Promise<void> {
    const days = [...ticksByDay(ticks).keys()].filter((day) => !this.#knownDays.has(day) && isNearNow(day));
    if (days.length === 0) return;
    await createPartitions(client, days, this.#onEvent);
    // Asked once: where it failed, the hourly maintenance tries again.
    for (const day of days) this.#knownDays.add(day);
  }

  /** Adds to `counts` what it stored. */
  async #transaction(client: pg.Client, batch: IngestBatch, counts: Counts): Promise<void> {
    await client.query(BEGIN_WRITING);
    const refused = batch.ticks.length === 0 ? [] : await storeTicks(client, batch.ticks);
    const receivedAt = new Map(batch.positions.map((position) => [position.exchange, position.receivedAt]));
    const rejected = [
      ...batch.rejected,
      ...refused.map((one) => asRejected(one, receivedAt.get(one.tick.exchange) || one.tick.time)),
    ];
    await insertRejected(client, rejected);
    const added = emptyCounts();
    for (const tick of batch.ticks) increase(added.stored, tick.exchange, 1);
    for (const { tick } of refused) {
      increase(added.stored, tick.exchange, -1);
      increase(added.refusedByDatabase, tick.exchange, 1);
    }
    const rejectedCount = new Map<string, number>();
    for (const message of rejected) increase(rejectedCount, message.exchange, 1);
    await this.#advance(client, batch, added.stored, rejectedCount);
    try {
      await client.query('COMMIT');
    } catch (error) {
      this.#undecided = { batch, counts: added };
      this.#onEvent({ type: 'commit_outcome_unknown', error: describe(error) });
      throw error;
    }
    this.#stored.advance(batch);
    for (const { tick, detail } of refused) this.#onEvent({ type: 'tick_refused', exchange: tick.exchange, detail });
    for (const [exchange, count] of added.stored) increase(counts.stored, exchange, count);
    for (const [exchange, count] of added.refusedByDatabase) increase(counts.refusedByDatabase, exchange, count);
  }

  async #advance(
    client: pg.Client,
    { positions }: IngestBatch,
    stored: ReadonlyMap<string, number>,
    rejected: ReadonlyMap<string, number>,
  ): Promise<void> {
    const { rowCount } = await client.query(ADVANCE_POSITIONS, [
      positions.map((position) => position.exchange),
      positions.map((position) => this.#epochs.get(position.exchange)),
      positions.map((position) => position.logId),
      positions.map((position) => position.position),
      positions.map((position) => position.fingerprint),
      positions.map((position) => (position.receivedAt === 0 ? null : formatMicros(position.receivedAt))),
      positions.map((position) => position.seq),
      positions.map((position) => stored.get(position.exchange) ?? 0),
      positions.map((position) => rejected.get(position.exchange) ?? 0),
    ]);
    if (rowCount !== positions.length) throw new LeaseLostError('another subscriber took the exchanges over');
  }

  /** Finds out whether the last COMMIT took effect. */
  async #decide(client: pg.Client, { batch, counts }: Undecided): Promise<void> {
    await client.query('BEGIN');
    const { rows } = await client.query<{ exchange_name: string; epoch: string; log_id: string; position: string }>(
      READ_POSITIONS_FOR_UPDATE,
      [batch.positions.map((position) => position.exchange)],
    );
    await client.query('ROLLBACK');
    const found = new Map(rows.map((row) => [row.exchange_name, row]));
    for (const { exchange } of batch.positions) {
      if (found.get(exchange)?.epoch !== this.#epochs.get(exchange)) {
        throw new LeaseLostError('another subscriber took the exchanges over');
      }
    }
    const committed = batch.positions.every(({ exchange, logId, position }) => {
      const row = found.get(exchange);
      return row?.log_id === logId && row.position === position;
    });
    if (committed) this.#stored.remember(batch, counts);
    this.#undecided = undefined;
    this.#onEvent({ type: 'commit_outcome_found', committed });
  }

  #checkExchanges({ ticks, rejected, positions }: IngestBatch): void {
    const named = new Set(positions.map((position) => position.exchange));
    const foreign = [...named].find((exchange) => !this.#epochs.has(exchange));
    if (foreign !== undefined) throw new Error(`${foreign} is not part of this lease`);
    for (const rows of [ticks, rejected]) {
      for (const { exchange } of rows) {
        if (!named.has(exchange)) throw new Error(`the batch has no position for ${exchange}`);
      }
    }
  }
}
