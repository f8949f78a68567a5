export { POSTGRES_ENVIRONMENT } from './embedded/postmaster.ts';
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from './embedded/start-embedded-postgres.ts';
export { ImportMovedError, type ImportPortion, type ImportProgress, type ImportResult } from './import-ticks.ts';
export { type LaneStatus, RetireError } from './lease/operate-lanes.ts';
export {
  createPostgresStore,
  type PostgresStore,
  type PostgresStoreOptions,
  type RollupDifference,
} from './postgres-store.ts';
export * from './reader/index.ts';
export type { Retention } from './retention.ts';
export type { TotalsDifference } from './stock-totals.ts';
export type { OnStoreEvent, StoreEvent } from './store-event.ts';
export * from './tick-store.ts';
export { DEFAULT_REJECTED_PER_MINUTE } from './write/rejected-rows.ts';
