import type { EpochMicros, GapReason, LaneLayout, LaneName, RejectionReason, SequencedTick } from '@tickwatch/core';
import type { AlertChanges, AlertReader } from './alerts/alert-rows.ts';

/** Something received that is no tick, as `rejected_messages` keeps it. */
export interface RejectedMessage {
  readonly exchange: string;
  readonly payload: Uint8Array;
  readonly receivedAt: EpochMicros;
  readonly reason: RejectionReason;
  readonly detail: string;
}

/** How far a lane is committed: a row of `ingest_positions`. Written with the rows, in one transaction. */
export interface LanePosition {
  readonly lane: LaneName;
  /** The log that `position` belongs to, and the place in it; both opaque here. */
  readonly logId: string;
  readonly position: string;
  /** Digest of the last messages before `position`, for another subscriber's log. */
  readonly fingerprint: string;
  /** When the last message up to `position` was received; 0: none yet. */
  readonly receivedAt: EpochMicros;
  /** Number of the last tick up to `position`; live ticks and `X-Position` carry the same numbers. */
  readonly seq: number;
  /** `undefined`: written by an earlier version. */
  readonly coverage?: LaneCoverage | undefined;
}

/** What is known of how much of a lane there is; a part of its position. */
export interface LaneCoverage {
  /** How its exchange's stocks are dealt. */
  readonly lanes: LaneLayout;
  /** All that was published up to here, and heard, is stored; 0: not known. */
  readonly until: EpochMicros;
  /** Time of the last tick up to the position; 0: there was none. */
  readonly lastTime: EpochMicros;
  /** Up to which numbers publishers counted that number their messages. */
  readonly numbers: readonly number[];
}

/** A hole in a lane: a row of `gaps`. */
export interface GapRow {
  readonly lane: LaneName;
  /** How its exchange's stocks are dealt: which are meant. */
  readonly lanes: LaneLayout;
  /** The last tick before it. */
  readonly from: EpochMicros;
  /** The first tick behind it. */
  readonly to: EpochMicros;
  readonly fromSeq: number | undefined;
  readonly toSeq: number | undefined;
  /** `undefined`: nobody knows. */
  readonly messages: number | undefined;
  readonly reason: GapReason;
  readonly detail: string;
}

/** A tick far from what its stock cost just before: a row of `outliers`. It is stored like any other. */
export interface OutlierRow {
  readonly tick: SequencedTick;
  /** Of the prices before it. */
  readonly median: number;
  /** Median of their distances from that. */
  readonly deviation: number;
}

/** What one flush stores of one lane. */
export interface LaneBatch {
  /** Where the lane stands when this is stored. */
  readonly position: LanePosition;
  /** Where it must stand before (log and place as they were read or committed last); `undefined`: nothing is committed. */
  readonly after: Pick<LanePosition, 'logId' | 'position'> | undefined;
  readonly ticks: readonly SequencedTick[];
  readonly rejected: readonly RejectedMessage[];
  /** Holes that it closes. */
  readonly gaps?: readonly GapRow[];
  /** Nothing of the lane was stored before: what it is known to have begins here. */
  readonly coveredFrom?: EpochMicros | undefined;
  /** Which of its ticks are far from the usual; not those that came before and are stored already. */
  readonly outliers?: readonly OutlierRow[];
}

export interface LaneCount {
  /** Rows in `stock_prices`. */
  readonly stored: number;
  /** Ticks that PostgreSQL refused for their content, now in `rejected_messages`. */
  readonly refusedByDatabase: number;
}

export interface CommitResult {
  readonly lanes: ReadonlyMap<LaneName, LaneCount>;
  /** From the first statement to the commit. */
  readonly seconds: number;
}

/** Who leads a lane, and how far it is committed, when the survey was made. */
export interface LaneSurvey {
  /** The living member that leads it; `undefined`: nobody. */
  readonly leader: string | undefined;
  readonly position: LanePosition | undefined;
}

export interface Survey {
  /** All living members, this one included: owner → the lanes that it would lead. */
  readonly members: ReadonlyMap<string, readonly LaneName[]>;
  /** Each lane that was asked for. */
  readonly lanes: ReadonlyMap<LaneName, LaneSurvey>;
}

/** A lane's lease as it was taken. */
export interface TakenLane {
  readonly lane: LaneName;
  /** `undefined`: nothing of it is committed yet. */
  readonly position: LanePosition | undefined;
}

/**
 * A subscriber's place among those that share the lanes: one session that holds a lease per lane, each fenced by an epoch
 * of its own. A commit with a lease that was lost fails and changes nothing.
 */
export interface Membership extends AsyncDisposable {
  /** Aborts when the session is lost, and with it every lease; its reason is a StoreUnavailableError or LeaseLostError. */
  readonly lost: AbortSignal;
  /** The lanes that are held now. */
  readonly held: ReadonlySet<LaneName>;
  /**
   * Says that this member is alive and would lead these lanes, and reads who else is there and how far the lanes are.
   * @param heard lanes that it leads of which all is stored that was published up to a moment
   * @throws StoreUnavailableError
   */
  survey(lanes: readonly LaneName[], heard?: ReadonlyMap<LaneName, EpochMicros>): Promise<Survey>;
  /**
   * Takes a lane that nobody leads, or whose leader is silent. `undefined`: another member has it and is alive.
   * Waits for what an earlier leader has in flight. @throws StoreUnavailableError
   */
  take(lane: LaneName): Promise<TakenLane | undefined>;
  /** Gives a lane to whoever wants it. The caller has no commit of it under way. */
  release(lane: LaneName): Promise<void>;
  /**
   * Stores the batches (one a lane) in one transaction, all or none, and with them what their ticks change of alerts. What
   * PostgreSQL refuses of alerts keeps no tick from being stored: an event tells it.
   * @throws StoreUnavailableError nothing is stored, try again; StoreSlowError nothing is stored, try less;
   * RulesChangedError nothing is stored: judge again by the rules as they are now, then try again at once;
   * CommitUnknownError the connection was cut during COMMIT: read the positions by {@link take} or {@link positions};
   * PositionMovedError a lane does not stand where `after` says; LeaseLostError another member leads a lane
   */
  commit(batches: readonly LaneBatch[], alerts?: AlertChanges): Promise<CommitResult>;
  /**
   * Stores what changed of alerts while no tick waits. @param lanes that it was judged for: they have to be led still
   * @throws as {@link commit}; after CommitUnknownError it may be tried again
   */
  recordAlerts(lanes: readonly LaneName[], alerts: AlertChanges): Promise<void>;
  /** How far held lanes are committed, after whatever this member has in flight was decided. @throws as {@link commit} */
  positions(lanes: readonly LaneName[]): Promise<ReadonlyMap<LaneName, LanePosition | undefined>>;
}

export interface JoinRequest {
  /** Names this process in `ingest_positions.owner` and in logs: host, pid and a random part. */
  readonly owner: string;
  /** A silent member is taken for dead after this long. */
  readonly staleAfterMs: number;
}

/** One measurement: a row of `metrics`. */
export interface MetricRow {
  readonly timestamp: EpochMicros;
  readonly service: string;
  readonly event: string;
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
}

/** The side of the store that writes. The reading side is `tick-reader.ts`. */
export interface TickStore extends AsyncDisposable {
  /**
   * Waits for the database with back-off, then brings the schema up to date. Safe in several processes at once.
   * @throws StoreUnavailableError the signal aborted (or was: then it tries once) and the database is not there
   */
  migrate(signal?: AbortSignal): Promise<void>;
  /** Opens a session that can hold leases. @throws StoreUnavailableError, PooledSessionError */
  join(request: JoinRequest): Promise<Membership>;
  /** Lanes that have a row in `ingest_positions`, with how far they are; retired ones have none. */
  positions(): Promise<ReadonlyMap<LaneName, LanePosition | undefined>>;
  writeMetrics(rows: readonly MetricRow[]): Promise<void>;
  /** The rules, and what they need to know. */
  readonly alerts: AlertReader;
  /** @throws StoreUnavailableError naming, in one line and without credentials, what is wrong */
  ping(): Promise<void>;
}

/** PostgreSQL can't take the work now (away, full, read-only, overloaded, too slow). The work may be tried again. */
export class StoreUnavailableError extends Error {
  readonly code: string = 'STORE_UNAVAILABLE';
  override readonly name: string = 'StoreUnavailableError';
}

/** PostgreSQL is there, and has no room for one more lock: a setting of it is too small. */
export class LockTableFullError extends StoreUnavailableError {
  override readonly code = 'LOCK_TABLE_FULL';
  override readonly name = 'LockTableFullError';
}

/** PostgreSQL answered that a batch takes longer than a statement may. Nothing of it is stored; less may be in time. */
export class StoreSlowError extends StoreUnavailableError {}

/** A connection pooler between here and PostgreSQL lends each transaction another session: no lease can be held. */
export class PooledSessionError extends StoreUnavailableError {
  override readonly name = 'PooledSessionError';
}

/** COMMIT was sent and not answered. `result` is what was stored if it took effect. */
export class CommitUnknownError extends StoreUnavailableError {
  override readonly name = 'CommitUnknownError';
  readonly result: CommitResult;

  constructor(message: string, result: CommitResult, options?: ErrorOptions) {
    super(message, options);
    this.result = result;
  }
}

/** Rules changed since these ticks were judged. Nothing is stored. */
export class RulesChangedError extends StoreUnavailableError {
  override readonly name = 'RulesChangedError';
}

/** A lane does not stand where it was left: its database was restored, or somebody changed the row. */
export class PositionMovedError extends StoreUnavailableError {
  override readonly name = 'PositionMovedError';
}

/** Another member leads a lane; this process must not write it any more. */
export class LeaseLostError extends Error {
  readonly code = 'LEASE_LOST';
  override readonly name = 'LeaseLostError';
}
