import { exchangeOf, type LaneName } from '@tickwatch/core';
import type pg from 'pg';
import { RELEASE_LANE, TAKE_LANE, UNLOCK } from '../statements/lane-statements.ts';
import { describe, isAnswer } from '../store-errors.ts';
import type { OnStoreEvent } from '../store-event.ts';
import { type JoinRequest, LeaseLostError } from '../tick-store.ts';
import { lockLane } from './lane-lock.ts';
import type { LeaseSession } from './lease-session.ts';
import { leavePooler } from './own-session.ts';
import type { TermRow } from './position-row.ts';
import { isForgotten, isSuperseded, type LaneRow } from './survey.ts';

/** The highest epoch that this process ever had, of any lane; outlives sessions, and a database that is restored. */
export interface HighestEpoch {
  value: number;
}

/** The lanes that a session holds, each with the epoch that fences it. */
export class LaneLeases {
  readonly #session: LeaseSession;
  readonly #request: JoinRequest;
  readonly #highest: HighestEpoch;
  readonly #onEvent: OnStoreEvent;
  readonly #epochs = new Map<LaneName, number>();

  constructor(session: LeaseSession, request: JoinRequest, highest: HighestEpoch, onEvent: OnStoreEvent) {
    this.#session = session;
    this.#request = request;
    this.#highest = highest;
    this.#onEvent = onEvent;
    session.lost.addEventListener('abort', () => {
      const lanes = [...this.#epochs.keys()];
      this.#epochs.clear();
      onEvent({ type: 'lease_lost', lanes, error: describe(session.lost.reason) });
    });
  }

  get epochs(): ReadonlyMap<LaneName, number> {
    return this.#epochs;
  }

  /** @returns its row; `undefined`: another member has it and is alive */
  take(lane: LaneName): Promise<TermRow | undefined> {
    const { owner, staleAfterMs } = this.#request;
    return this.#session.run(async (client) => {
      if (this.#epochs.has(lane)) return this.#newTerm(client, lane);
      const endedBackends = await lockLane(client, lane, owner, staleAfterMs);
      if (endedBackends === undefined) return undefined;
      try {
        const row = await this.#newTerm(client, lane);
        this.#onEvent({ type: 'lease_taken', lane, endedBackends });
        return row;
      } catch (error) {
        if (isAnswer(error)) await unlock(client, lane);
        throw error;
      }
    });
  }

  async release(lane: LaneName): Promise<void> {
    if (!this.#epochs.delete(lane)) return;
    await this.#session.run(async (client) => {
      await client.query(RELEASE_LANE, [lane, this.#request.owner]).catch((error: unknown) => {
        // Only a word for whoever is next: the lock decides.
        if (!isAnswer(error)) throw error;
      });
      await unlock(client, lane);
    });
  }

  /** Holds what is held against what a survey found. @returns the row as it is then */
  async check(client: pg.Client, row: LaneRow): Promise<LaneRow> {
    const epoch = this.#epochs.get(row.lane);
    if (epoch === undefined) return row;
    if (row.pid !== this.#session.pid) return leavePooler(client, this.#request.owner, [...this.#epochs.keys()]);
    if (isSuperseded(row, this.#request.owner, epoch)) {
      this.#drop([row.lane]);
      return { ...row, pid: null };
    }
    return isForgotten(row, epoch) ? { ...row, ...(await this.#newTerm(client, row.lane)) } : row;
  }

  /** @throws LeaseLostError some of the lanes are not held */
  checkHeld(lanes: readonly LaneName[]): void {
    const missing = lanes.filter((lane) => !this.#epochs.has(lane));
    if (missing.length > 0) throw new LeaseLostError(`${missing.join(', ')}: no lease is held`);
  }

  /** @throws LeaseLostError their rows say that another member took some of the lanes, which are held no more */
  checkRows(lanes: readonly LaneName[], rows: readonly TermRow[]): void {
    const found = new Map(rows.map((row) => [row.lane, row]));
    const lost = lanes.filter((lane) =>
      isSuperseded(found.get(lane), this.#request.owner, this.#epochs.get(lane) ?? 0),
    );
    if (lost.length === 0) return;
    this.#drop(lost);
    throw new LeaseLostError(`another member leads ${lost.join(', ')}`);
  }

  async #newTerm(client: pg.Client, lane: LaneName): Promise<TermRow> {
    const values = [lane, exchangeOf(lane), this.#request.owner, this.#highest.value];
    const row = (await client.query<TermRow>(TAKE_LANE, values)).rows[0] as TermRow;
    this.#highest.value = Math.max(this.#highest.value, Number(row.epoch));
    this.#epochs.set(lane, Number(row.epoch));
    return row;
  }

  #drop(lanes: readonly LaneName[]): void {
    for (const lane of lanes) {
      this.#epochs.delete(lane);
      this.#session.run((client) => unlock(client, lane)).catch(() => {});
    }
    this.#onEvent({ type: 'lease_lost', lanes, error: 'another member took over' });
  }
}

async function unlock(client: pg.Client, lane: LaneName): Promise<void> {
  await client.query(UNLOCK, ['lane', lane]);
}
