export { POSTGRES_ENVIRONMENT } from './embedded/postmaster.ts';
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from './embedded/start-embedded-postgres.ts';
export { ImportMovedError, type ImportPortion, type ImportProgress, type ImportResult } from './import-ticks.ts';
export {
  createPostgresStore,
  type PostgresStore,
  type PostgresStoreOptions,
  type RollupDifference,
} from './postgres-store.ts';
export * from './reader/index.ts';
export type { Retention } from './retention.ts';
export type { OnStoreEvent, StoreEvent } from './store-event.ts';
export {
  type CommitResult,
  type IngestBatch,
  type IngestLease,
  type IngestPosition,
  LeaseLostError,
  type LeaseRequest,
  type MetricRow,
  type RejectedMessage,
  StoreSlowError,
  StoreUnavailableError,
  type TickStore,
} from './tick-store.ts';
