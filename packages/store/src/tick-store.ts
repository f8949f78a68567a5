import type { EpochMicros, RejectionReason, SequencedTick } from '@tickwatch/core';

/** A message that is no tick, as `rejected_messages` keeps it. */
export interface RejectedMessage {
  readonly exchange: string;
  readonly payload: Uint8Array;
  readonly receivedAt: EpochMicros;
  readonly reason: RejectionReason;
  readonly detail: string;
}

/** How far an exchange is ingested: a row of `ingest_positions`. Written with the rows, in one transaction. */
export interface IngestPosition {
  readonly exchange: string;
  /** The log that `position` belongs to, and the place in it; both opaque here. */
  readonly logId: string;
  readonly position: string;
  /** Digest of the last messages before `position`, for another subscriber's log. */
  readonly fingerprint: string;
  /** When the last message up to `position` was received; 0: none yet. */
  readonly receivedAt: EpochMicros;
  /** Number of the last tick up to `position`; live ticks and `X-Position` carry the same numbers. */
  readonly seq: number;
}

/** What one flush stores, atomically. */
export interface IngestBatch {
  readonly positions: readonly IngestPosition[];
  readonly ticks: readonly SequencedTick[];
  readonly rejected: readonly RejectedMessage[];
}

export interface CommitResult {
  /** Rows in `stock_prices`, by exchange. */
  readonly stored: ReadonlyMap<string, number>;
  /** Ticks that PostgreSQL refused for their content, now in `rejected_messages`, by exchange. */
  readonly refusedByDatabase: ReadonlyMap<string, number>;
  /** From the first statement to the commit. */
  readonly seconds: number;
}

/** The right to ingest some exchanges; fenced: a commit with a lease that was lost fails and changes nothing. */
export interface IngestLease extends AsyncDisposable {
  /** As read when the lease was taken; exchanges without a row are missing. */
  readonly positions: readonly IngestPosition[];
  /** Aborts when the lease is known to be lost (connection gone, another owner). */
  readonly lost: AbortSignal;
  /**
   * Stores a batch in one transaction, exactly once: when the outcome of an earlier try is unknown (connection cut
   * during COMMIT), it looks at the positions first.
   * @throws StoreUnavailableError try again later; LeaseLostError another subscriber owns the exchanges
   */
  commit(batch: IngestBatch): Promise<CommitResult>;
}

export interface LeaseRequest {
  readonly exchanges: readonly string[];
  /** Names this process in `ingest_positions.owner` and in logs: host, pid and a random part. */
  readonly owner: string;
  /** A silent owner is taken over after this long. */
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
  /** Takes the exchanges, all or none. `undefined`: another subscriber has them and is alive. */
  acquire(request: LeaseRequest): Promise<IngestLease | undefined>;
  /** How far these exchanges are committed by whoever owns them; a standby trims its own log behind it. */
  positions(exchanges: readonly string[]): Promise<readonly IngestPosition[]>;
  writeMetrics(rows: readonly MetricRow[]): Promise<void>;
  /** @throws StoreUnavailableError naming, in one line and without credentials, what is wrong */
  ping(): Promise<void>;
}

/** PostgreSQL can't take the work now (away, full, read-only, overloaded, too slow). The work may be tried again. */
export class StoreUnavailableError extends Error {
  readonly code = 'STORE_UNAVAILABLE';
  override readonly name = 'StoreUnavailableError';
}

/** PostgreSQL answered that a batch takes longer than a statement may. Nothing of it is stored; less may be in time. */
export class StoreSlowError extends StoreUnavailableError {}

/** Another subscriber took these exchanges over; this process must not write any more. */
export class LeaseLostError extends Error {
  readonly code = 'LEASE_LOST';
  override readonly name = 'LeaseLostError';
}
