export type * from './alerts/alert-admin.ts';
export { AlertConflictError } from './alerts/alert-conflict-error.ts';
export * from './alerts/alert-outbox.ts';

export type * from './alerts/alert-rows.ts';
export { type AlertOutboxOptions, createAlertOutbox } from './alerts/create-outbox.ts';
export type { ClearedRejected, RejectedSelection } from './clear-rejected.ts';
export type { ClosedHole, ClosedHoles } from './closed-holes.ts';
export { EmbeddedPostgresError } from './embedded/embedded-postgres-error.ts';
export { POSTGRES_ENVIRONMENT } from './embedded/postmaster.ts';
export { type EmbeddedPostgresOptions, startEmbeddedPostgres } from './embedded/start-embedded-postgres.ts';
export type { EmbeddedPostgres } from './embedded/start-server.ts';
export { type CoveredSpan, type Span, spansOf } from './import-coverage.ts';
export {
  type Checkpoint,
  ImportMovedError,
  type ImportPortion,
  type ImportResult,
  type PortionContent,
} from './import-ticks.ts';
export type { ImportProgress, KnownImport, ListedImport } from './known-imports.ts';
export { type LaneStatus, RetireError } from './lease/operate-lanes.ts';
export { WrongNodeError } from './nodes/check-node.ts';
export type { DivideProgress } from './nodes/delete-others.ts';
export { type Divided, type DividedNode, type DivideOptions, divideStore } from './nodes/divide-store.ts';
export { DivideError } from './nodes/node-client.ts';
export type { PostgresStore, RollupDifference } from './operator-store.ts';
export { createPostgresStore, type PostgresStoreOptions } from './postgres-store.ts';
export type * from './reader/alerts/alert-answers.ts';
export * from './reader/index.ts';
export type { Retention } from './retention.ts';
export { priceText } from './sealed/price-texts.ts';
export type { PriceColumn, TickChunk } from './sealed/tick-columns.ts';
export type { SealDayOptions } from './sealing/seal-day.ts';
export type { DaysToSeal, Sealing } from './sealing/seal-old-days.ts';
export type { PostponedDay, SealedDay, SealedDayOutcome, SealOutcome } from './sealing/seal-outcome.ts';
export { SealingTurnError } from './sealing/seal-session.ts';
export { UnsealError, type Unsealed, type UnsealOptions } from './sealing/unseal-day.ts';
export type { SealedCheck } from './sealing/verify-day.ts';
export type { TotalsDifference } from './stock-totals.ts';
export type { OnStoreEvent, StoreEvent } from './store-event.ts';
export * from './tick-store.ts';
export { UndoError, type Undone } from './undo-import.ts';
export { type FileTail, fileHoles, NO_TAIL, type RejectedLines } from './write/file-holes.ts';
export { joinTwo as joinRejected } from './write/rejected-lines.ts';
export { DEFAULT_REJECTED_PER_MINUTE } from './write/rejected-rows.ts';
