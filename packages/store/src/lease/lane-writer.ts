import { type EpochMicros, encodeMessage, formatMicros, type LaneName, type SequencedTick } from '@tickwatch/core';
import type pg from 'pg';
import type { AlertChanges } from '../alerts/alert-rows.ts';
import { createPartitions, isNearNow } from '../partitions.ts';
import { type ConnectionSettings, closeClient, openClient, setLimits } from '../pg-connection.ts';
import { LANES_STILL_OURS } from '../statements/alert-statements.ts';
import { ADVANCE_LANES, END_HOLDERS, LOCK, READ_LANES, READ_LANES_FOR_UPDATE } from '../statements/lane-statements.ts';
import { BEGIN_WRITING } from '../statements/write-statements.ts';
import { describe, isAnswer, isTooSlow } from '../store-errors.ts';
import type { OnStoreEvent } from '../store-event.ts';
import {
  type CommitResult,
  CommitUnknownError,
  type LaneBatch,
  RulesChangedError,
  StoreSlowError,
} from '../tick-store.ts';
import { checkRules, writeAlerts } from '../write/alert-changes.ts';
import { insertGaps } from '../write/gap-rows.ts';
import { insertOutliers } from '../write/outlier-rows.ts';
import { insertRejected } from '../write/rejected-rows.ts';
import { StockLanes } from '../write/stock-lanes.ts';
import { storeTicks, ticksByDay } from '../write/store-ticks.ts';
import { type BatchOutcome, outcomeOf } from './batch-outcome.ts';
import type { TermRow } from './position-row.ts';

/** Some lanes were not advanced: they are not ours, or not where they should be. Nothing is stored. */
export class NotAdvancedError extends Error {
  override readonly name = 'NotAdvancedError';
  readonly lanes: readonly LaneName[];
  /** Their rows, where they have one. */
  readonly rows: readonly TermRow[];

  constructor(lanes: readonly LaneName[], rows: readonly TermRow[]) {
    super(`${lanes.join(', ')} were not advanced`);
    this.lanes = lanes;
    this.rows = rows;
  }
}

/** Writes for one member, on a connection of its own, which it opens again after a failure. One call at a time. */
export class LaneWriter {
  readonly #settings: ConnectionSettings;
  readonly #owner: string;
  readonly #onEvent: OnStoreEvent;
  readonly #rejectedPerMinute: number;
  readonly #knownDays = new Set<string>();
  readonly #stockLanes = new StockLanes();
  #client: pg.Client | undefined;

  /** @param rejectedPerMinute messages of an exchange that are no ticks: the most that are kept */
  constructor(settings: ConnectionSettings, owner: string, onEvent: OnStoreEvent, rejectedPerMinute: number) {
    this.#settings = settings;
    this.#owner = owner;
    this.#onEvent = onEvent;
    this.#rejectedPerMinute = rejectedPerMinute;
  }

  /** False while an earlier connection of this member may have something in flight. */
  get isSettled(): boolean {
    return this.#client !== undefined;
  }

  /** Returns when whatever an earlier connection had in flight is decided. */
  async settle(): Promise<void> {
    await this.#orClose(async () => {});
  }

  /** @param epochs of the lanes that are held */
  write(
    batches: readonly LaneBatch[],
    epochs: ReadonlyMap<LaneName, number>,
    alerts: AlertChanges | undefined,
  ): Promise<CommitResult> {
    return this.#orClose(async (client) => {
      const ticks = ([] as SequencedTick[]).concat(...batches.map((batch) => batch.ticks));
      await this.#createPartitions(client, ticks);
      const started = performance.now();
      await client.query(BEGIN_WRITING);
      if (alerts !== undefined) await checkOrEnd(client, alerts);
      const outcome = await this.#store(client, batches, ticks, epochs).catch(tooSlow);
      const noted = await this.#stockLanes.note(client, batches).catch(tooSlow);
      const refused = alerts === undefined ? [] : await writeAlerts(client, alerts).catch(tooSlow);
      const result = (): CommitResult => ({ lanes: outcome.lanes, seconds: (performance.now() - started) / 1000 });
      await this.#commit(client, result);
      noted();
      for (const { tick, detail } of outcome.refused) {
        const message = encodeMessage(tick.stock, tick.price, tick.time);
        this.#onEvent({ type: 'tick_refused', exchange: tick.exchange, detail, message });
      }
      for (const event of refused) this.#onEvent(event);
      return result();
    });
  }

  /** @param epochs of the lanes that it was judged for */
  record(epochs: ReadonlyMap<LaneName, number>, alerts: AlertChanges): Promise<void> {
    return this.#orClose(async (client) => {
      await client.query('BEGIN');
      await checkOrEnd(client, alerts);
      const lanes = [...epochs.keys()];
      const { rows } = await client.query<{ lane: LaneName }>(LANES_STILL_OURS, [
        this.#owner,
        lanes,
        [...epochs.values()],
      ]);
      if (rows.length < lanes.length) await refuse(client, lanes, rows);
      const refused = await writeAlerts(client, alerts).catch(tooSlow);
      await this.#commit(client, () => ({ lanes: new Map(), seconds: 0 }));
      for (const event of refused) this.#onEvent(event);
    });
  }

  read(lanes: readonly LaneName[]): Promise<readonly TermRow[]> {
    return this.#orClose(async (client) => (await client.query<TermRow>(READ_LANES_FOR_UPDATE, [lanes])).rows);
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    if (client !== undefined) await closeClient(client);
  }

  async #orClose<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    try {
      return await work(this.#client ?? (await this.#open()));
    } catch (error) {
      // That was found out before anything was done, and its transaction is over.
      if (!(error instanceof RulesChangedError)) await this.close();
      throw error;
    }
  }

  async #open(): Promise<pg.Client> {
    const client = await openClient(this.#settings);
    try {
      await setLimits(client, this.#settings);
      // Whatever an earlier connection of ours still has in flight ends here, one way or the other: the lock is the
      // last that a backend lets go.
      await client.query(END_HOLDERS, ['writer', this.#owner]);
      await client.query(LOCK, ['writer', this.#owner]);
      this.#client = client;
      return client;
    } catch (error) {
      await closeClient(client);
      throw error;
    }
  }

  async #createPartitions(client: pg.Client, ticks: readonly SequencedTick[]): Promise<void> {
    const days = [...ticksByDay(ticks).keys()].filter((day) => !this.#knownDays.has(day) && isNearNow(day));
    if (days.length === 0) return;
    await createPartitions(client, days, this.#onEvent);
    // Asked once: where it failed, the hourly maintenance tries again.
    for (const day of days) this.#knownDays.add(day);
  }

  /** What of a transaction is about ticks. */
  async #store(
    client: pg.Client,
    batches: readonly LaneBatch[],
    ticks: readonly SequencedTick[],
    epochs: ReadonlyMap<LaneName, number>,
  ): Promise<BatchOutcome> {
    const outcome = outcomeOf(batches, ticks.length === 0 ? [] : await storeTicks(client, ticks));
    for (const [lane, messages] of outcome.rejected) {
      await insertRejected(client, messages, { lane, perMinute: this.#rejectedPerMinute });
    }
    await insertGaps(client, batches);
    await insertOutliers(client, batches, outcome.refused);
    await this.#advance(client, batches, epochs, outcome);
    return outcome;
  }

  async #advance(
    client: pg.Client,
    batches: readonly LaneBatch[],
    epochs: ReadonlyMap<LaneName, number>,
    { lanes, rejected }: BatchOutcome,
  ): Promise<void> {
    const positions = batches.map((batch) => batch.position);
    const { rows } = await client.query<{ lane: LaneName }>(ADVANCE_LANES, [
      this.#owner,
      positions.map(({ lane }) => lane),
      positions.map(({ lane }) => epochs.get(lane)),
      batches.map(({ after }) => after?.logId),
      batches.map(({ after }) => after?.position),
      positions.map(({ logId }) => logId),
      positions.map(({ position }) => position),
      positions.map(({ fingerprint }) => fingerprint),
      positions.map(({ receivedAt }) => timeOrNull(receivedAt)),
      positions.map(({ seq }) => seq),
      positions.map(({ lane }) => lanes.get(lane)?.stored ?? 0),
      positions.map(({ lane }) => rejected.get(lane)?.length ?? 0),
      positions.map(({ coverage }) => coverage?.lanes),
      positions.map(({ coverage }) => timeOrNull(coverage?.until)),
      positions.map(({ coverage }) => timeOrNull(coverage?.lastTime)),
      positions.map(({ coverage }) => coverage && `{${coverage.numbers.join()}}`),
    ]);
    const all = positions.map(({ lane }) => lane);
    if (rows.length < all.length) await refuse(client, all, rows);
  }

  async #commit(client: pg.Client, result: () => CommitResult): Promise<void> {
    try {
      await client.query('COMMIT');
    } catch (error) {
      if (isAnswer(error)) throw error;
      this.#onEvent({ type: 'commit_outcome_unknown', error: describe(error) });
      throw new CommitUnknownError(describe(error), result(), { cause: error });
    }
  }
}

/** @param ours those of the lanes that are still ours @throws NotAdvancedError always */
async function refuse(
  client: pg.Client,
  lanes: readonly LaneName[],
  ours: readonly { readonly lane: LaneName }[],
): Promise<never> {
  const still = new Set(ours.map(({ lane }) => lane));
  const others = lanes.filter((lane) => !still.has(lane));
  throw new NotAdvancedError(others, (await client.query<TermRow>(READ_LANES, [others])).rows);
}

/** @throws RulesChangedError the transaction is over */
async function checkOrEnd(client: pg.Client, alerts: AlertChanges): Promise<void> {
  try {
    await checkRules(client, alerts);
  } catch (error) {
    if (error instanceof RulesChangedError) await client.query('ROLLBACK');
    throw error;
  }
}

function tooSlow(error: unknown): never {
  throw isTooSlow(error) ? new StoreSlowError(describe(error), { cause: error }) : error;
}

/** 0: not known. */
function timeOrNull(time: EpochMicros | undefined): string | null {
  return time === undefined || time === 0 ? null : formatMicros(time);
}
