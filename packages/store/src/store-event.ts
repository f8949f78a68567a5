import type { LaneName } from '@tickwatch/core';

/** What the store tells its owner, who logs and counts it. */
export type StoreEvent =
  | { readonly type: 'waiting_for_database'; readonly error: string; readonly retryInMs: number }
  | { readonly type: 'migrated'; readonly applied: readonly string[] }
  | { readonly type: 'migration_warned'; readonly warning: string }
  | { readonly type: 'partition_created'; readonly partition: string }
  /** The day's ticks are stored as late ones as long as it has no partition. */
  | { readonly type: 'partition_failed'; readonly day: string; readonly error: string }
  | { readonly type: 'retention_applied'; readonly droppedDays: number; readonly rawFrom: string }
  | { readonly type: 'maintenance_failed'; readonly error: string }
  /** `packed`: of its ticks, those that were packed now. */
  | {
      readonly type: 'day_sealed';
      readonly day: string;
      readonly ticks: number;
      readonly packed: number;
      readonly blocks: number;
      readonly bytes: number;
      readonly seconds: number;
    }
  /** Days that are old enough stay as they are until the next try; the first of them, and why. */
  | { readonly type: 'seal_postponed'; readonly day: string; readonly why: string; readonly days: number }
  /** Found while its day was sealed again, or when its blocks were looked at. */
  | { readonly type: 'block_damaged'; readonly day: string; readonly detail: string }
  /** `endedBackends`: of an earlier leader that was silent, or gone without its writer. */
  | { readonly type: 'lease_taken'; readonly lane: LaneName; readonly endedBackends: number }
  | { readonly type: 'lease_lost'; readonly lanes: readonly LaneName[]; readonly error: string }
  /** The connection broke during COMMIT; the positions tell which way it went. */
  | { readonly type: 'commit_outcome_unknown'; readonly error: string }
  /** `message`: the tick, written as one. */
  | { readonly type: 'tick_refused'; readonly exchange: string; readonly detail: string; readonly message: string }
  /** PostgreSQL refused what a rule fired, or knows, for its content; ticks are stored without it. */
  | { readonly type: 'alert_refused'; readonly rule: string; readonly detail: string }
  /** Whoever waits to hear of changes may hear nothing until the next try. */
  | { readonly type: 'listening_failed'; readonly channel: string; readonly error: string; readonly retryInMs: number };

export type OnStoreEvent = (event: StoreEvent) => void;
