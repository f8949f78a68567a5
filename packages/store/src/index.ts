export {
  type CommitResult,
  type IngestBatch,
  type IngestLease,
  type IngestPosition,
  LeaseLostError,
  type LeaseRequest,
  type MetricRow,
  type RejectedMessage,
  StoreUnavailableError,
  type TickStore,
} from './tick-store.ts';
