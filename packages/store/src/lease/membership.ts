import { setTimeout as sleep } from 'node:timers/promises';
import { type EpochMicros, formatMicros, type LaneName } from '@tickwatch/core';
import type { AlertChanges } from '../alerts/alert-rows.ts';
import { BEAT, COVER_LANES, LEAVE, LIVING_MEMBERS, SURVEY_LANES } from '../statements/lane-statements.ts';
import { toStoreError } from '../store-errors.ts';
import {
  type CommitResult,
  type JoinRequest,
  type LaneBatch,
  type LanePosition,
  type Membership,
  PositionMovedError,
  type Survey,
  type TakenLane,
} from '../tick-store.ts';
import { checkBatches } from './batch-outcome.ts';
import type { LaneLeases } from './lane-leases.ts';
import { type LaneWriter, NotAdvancedError } from './lane-writer.ts';
import type { LeaseSession } from './lease-session.ts';
import { leavePooler } from './own-session.ts';
import { type TermRow, toPosition } from './position-row.ts';
import { isForgotten, type LaneRow, type MemberRow, toSurvey } from './survey.ts';

/** How long leaving waits for a commit under way, and for the database to forget this member. */
const FINISH_MS = 2000;
const LEAVE_MS = 500;

export interface MembershipParts {
  readonly request: JoinRequest;
  readonly session: LeaseSession;
  readonly leases: LaneLeases;
  readonly writer: LaneWriter;
}

/** Holds leases on one connection and writes on another. */
export class PostgresMembership implements Membership {
  readonly #parts: MembershipParts;
  #turn: Promise<unknown> = Promise.resolve();
  #isOver = false;

  constructor(parts: MembershipParts) {
    this.#parts = parts;
    this.lost.addEventListener('abort', () => void parts.writer.close());
  }

  get lost(): AbortSignal {
    return this.#parts.session.lost;
  }

  get held(): ReadonlySet<LaneName> {
    return new Set(this.#parts.leases.epochs.keys());
  }

  survey(lanes: readonly LaneName[], heard: ReadonlyMap<LaneName, EpochMicros> = new Map()): Promise<Survey> {
    const { request, session, leases } = this.#parts;
    const { owner, staleAfterMs } = request;
    return session.run(async (client) => {
      const beat = await client.query<{ pid: number }>(BEAT, [owner, lanes]);
      const members = (await client.query<MemberRow>(LIVING_MEMBERS, [staleAfterMs])).rows;
      const backends = [beat.rows[0], ...members.filter((member) => member.owner === owner)];
      if (backends.some((backend) => backend?.pid !== session.pid)) {
        return leavePooler(client, owner, [...this.held]);
      }
      const covered = [...heard].filter(([lane]) => this.held.has(lane));
      if (covered.length > 0) {
        const times = covered.map(([, until]) => formatMicros(until));
        await client.query(COVER_LANES, [owner, covered.map(([lane]) => lane), times]);
      }
      const { rows } = await client.query<LaneRow>(SURVEY_LANES, [[...new Set([...lanes, ...this.held])]]);
      const checked: LaneRow[] = [];
      for (const row of rows) checked.push(await leases.check(client, row));
      return toSurvey(members, checked.slice(0, new Set(lanes).size));
    });
  }

  async take(lane: LaneName): Promise<TakenLane | undefined> {
    const { leases, writer } = this.#parts;
    if (!writer.isSettled) await this.#inTurn(() => writer.settle());
    const row = await leases.take(lane);
    return row && { lane, position: toPosition(row) };
  }

  release(lane: LaneName): Promise<void> {
    return this.#parts.leases.release(lane);
  }

  commit(batches: readonly LaneBatch[], alerts?: AlertChanges): Promise<CommitResult> {
    const { leases, writer } = this.#parts;
    return this.#inTurn(async () => {
      checkBatches(batches);
      leases.checkHeld(batches.map(({ position }) => position.lane));
      return await writer.write(batches, leases.epochs, alerts).catch((error: unknown) => this.#notAdvanced(error));
    });
  }

  recordAlerts(lanes: readonly LaneName[], alerts: AlertChanges): Promise<void> {
    const { leases, writer } = this.#parts;
    return this.#inTurn(async () => {
      leases.checkHeld(lanes);
      const held = new Map([...leases.epochs].filter(([lane]) => lanes.includes(lane)));
      await writer.record(held, alerts).catch((error: unknown) => this.#notAdvanced(error));
    });
  }

  positions(lanes: readonly LaneName[]): Promise<ReadonlyMap<LaneName, LanePosition | undefined>> {
    const { leases, writer } = this.#parts;
    return this.#inTurn(async () => {
      leases.checkHeld(lanes);
      const rows = await writer.read(lanes);
      leases.checkRows(lanes, rows);
      const found = new Map<LaneName, TermRow | undefined>(rows.map((row) => [row.lane, row]));
      for (const lane of lanes) {
        if (isForgotten(found.get(lane), leases.epochs.get(lane) ?? 0)) found.set(lane, await leases.take(lane));
      }
      return new Map([...found].map(([lane, row]) => [lane, row && toPosition(row)]));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    const { request, session, writer } = this.#parts;
    // A commit that hangs is cut off; its outcome is found out from the positions by whoever is next.
    await Promise.race([this.#turn, sleep(FINISH_MS, undefined, { ref: false })]);
    await writer.close();
    const leaving = session.run((client) => client.query(LEAVE, [request.owner])).catch(() => {});
    await Promise.race([leaving, sleep(LEAVE_MS, undefined, { ref: false })]);
    await session.close();
  }

  /** @throws LeaseLostError another member took a lane; PositionMovedError its row is another; the error itself */
  #notAdvanced(error: unknown): never {
    if (!(error instanceof NotAdvancedError)) throw error;
    this.#parts.leases.checkRows(error.lanes, error.rows);
    throw new PositionMovedError(`${error.lanes.join(', ')}: not where it was left; was the database restored?`);
  }

  /** Work with the writer, in the order of the calls. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(async () => {
      if (this.#isOver) throw new Error('the membership was given up');
      this.lost.throwIfAborted();
      return work().catch((error: unknown) => {
        throw toStoreError(error);
      });
    });
    this.#turn = result.catch(() => {});
    return result;
  }
}
