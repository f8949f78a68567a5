import type { LaneName } from '@tickwatch/core';
import {
  type AlertChanges,
  type CommitResult,
  CommitUnknownError,
  type GapRow,
  type LaneBatch,
  type LanePosition,
  LeaseLostError,
  type Membership,
  PositionMovedError,
  StoreUnavailableError,
  type Survey,
  type TakenLane,
  type TickStore,
} from '@tickwatch/store';
import { type AlertsState, ModelAlerts, NO_ALERTS } from './model-alerts.ts';

/** What becomes of the next commit. */
export type CommitFate = 'works' | 'refused' | 'unknown, stored' | 'unknown, not stored';

interface State {
  readonly alerts: AlertsState;
  readonly rows: ReadonlyMap<string, readonly number[]>;
  readonly rejected: number;
  readonly positions: ReadonlyMap<LaneName, LanePosition>;
  readonly gaps: readonly GapRow[];
}

/** PostgreSQL as far as ingesting sees it: rows and positions change together; sessions hold lanes. */
export class ModelStore {
  isAway = false;
  fate: CommitFate = 'works';
  state: State = { rows: new Map(), rejected: 0, positions: new Map(), gaps: [], alerts: NO_ALERTS };
  readonly alerts: ModelAlerts;
  readonly leaders = new Map<LaneName, ModelSession>();
  readonly sessions = new Set<ModelSession>();

  /** @param clock of the processes; the database's is so many µs ahead of it */
  constructor(clock: () => number, ahead: number) {
    this.alerts = new ModelAlerts(this, clock, ahead);
  }

  /** The store as one process sees it. */
  forProcess(): TickStore {
    return {
      migrate: async () => this.check(),
      join: async ({ owner }) => {
        this.check();
        const session = new ModelSession(this, owner);
        this.sessions.add(session);
        return session;
      },
      positions: async () => {
        this.check();
        return this.state.positions;
      },
      writeMetrics: async () => {},
      alerts: this.alerts.reader,
      ping: async () => this.check(),
      [Symbol.asyncDispose]: async () => {},
    };
  }

  check(): void {
    if (this.isAway) throw new StoreUnavailableError('away');
  }

  end(session: ModelSession): void {
    this.sessions.delete(session);
    for (const [lane, leader] of this.leaders) if (leader === session) this.leaders.delete(lane);
  }

  apply(batches: readonly LaneBatch[], alerts: AlertChanges | undefined): void {
    const rows = new Map(this.state.rows);
    const positions = new Map(this.state.positions);
    let { rejected } = this.state;
    const gaps = [...this.state.gaps];
    for (const { ticks, rejected: bad, position, gaps: found = [] } of batches) {
      for (const { price, seq } of ticks) rows.set(price, [...(rows.get(price) ?? []), seq]);
      rejected += bad.length;
      gaps.push(...found);
      positions.set(position.lane, position);
    }
    this.state = { ...this.state, rows, rejected, positions, gaps };
    this.alerts.write(batches, alerts);
  }
}

export class ModelSession implements Membership {
  readonly owner: string;
  readonly #store: ModelStore;
  readonly #lost = new AbortController();
  #wanted: readonly LaneName[] = [];

  constructor(store: ModelStore, owner: string) {
    this.#store = store;
    this.owner = owner;
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  get wanted(): readonly LaneName[] {
    return this.#wanted;
  }

  get held(): ReadonlySet<LaneName> {
    return new Set([...this.#store.leaders].filter(([, leader]) => leader === this).map(([lane]) => lane));
  }

  lose(): void {
    this.#store.end(this);
    this.#lost.abort(new StoreUnavailableError('the session is lost'));
  }

  async survey(lanes: readonly LaneName[]): Promise<Survey> {
    this.#check();
    this.#wanted = lanes;
    const { leaders, sessions, state } = this.#store;
    return {
      members: new Map([...sessions].map(({ owner, wanted }) => [owner, wanted])),
      lanes: new Map(
        lanes.map((lane) => [lane, { leader: leaders.get(lane)?.owner, position: state.positions.get(lane) }]),
      ),
    };
  }

  async take(lane: LaneName): Promise<TakenLane | undefined> {
    this.#check();
    const leader = this.#store.leaders.get(lane);
    if (leader !== undefined && leader !== this) return undefined;
    this.#store.leaders.set(lane, this);
    return { lane, position: this.#store.state.positions.get(lane) };
  }

  async release(lane: LaneName): Promise<void> {
    if (this.#store.leaders.get(lane) === this) this.#store.leaders.delete(lane);
  }

  async positions(lanes: readonly LaneName[]): Promise<ReadonlyMap<LaneName, LanePosition | undefined>> {
    this.#check();
    return new Map(lanes.map((lane) => [lane, this.#store.state.positions.get(lane)]));
  }

  async recordAlerts(lanes: readonly LaneName[], alerts: AlertChanges): Promise<void> {
    this.#check();
    const store = this.#store;
    if (lanes.some((lane) => store.leaders.get(lane) !== this)) throw new LeaseLostError('another leads');
    store.alerts.check(alerts);
    store.alerts.write([], alerts);
  }

  async commit(batches: readonly LaneBatch[], alerts?: AlertChanges): Promise<CommitResult> {
    this.#check();
    const store = this.#store;
    for (const { position, after } of batches) {
      if (store.leaders.get(position.lane) !== this) throw new LeaseLostError('another leads');
      const at = store.state.positions.get(position.lane);
      if (at?.position !== after?.position || at?.logId !== after?.logId) throw new PositionMovedError('moved');
    }
    if (alerts !== undefined) store.alerts.check(alerts);
    const { fate } = store;
    store.fate = 'works';
    if (fate === 'refused') throw new StoreUnavailableError('refused');
    const result = {
      lanes: new Map(
        batches.map(({ position, ticks }) => [position.lane, { stored: ticks.length, refusedByDatabase: 0 }]),
      ),
      seconds: 0,
    };
    if (fate !== 'unknown, not stored') store.apply(batches, alerts);
    if (fate !== 'works') throw new CommitUnknownError('cut', result);
    return result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#store.end(this);
  }

  #check(): void {
    this.#store.check();
    if (this.#lost.signal.aborted) throw new StoreUnavailableError('the session is lost');
  }
}
