export { createTickFeed, createTickSink } from './create-feed.ts';
export {
  DEFAULT_SPOOL,
  type InProcessFeedConfig,
  type PubSubFeedConfig,
  type SpoolConfig,
  type StreamFeedConfig,
  type TickFeedConfig,
  type TickSinkConfig,
} from './feed-config.ts';
export type { FeedEvent, OnFeedEvent } from './feed-event.ts';
export { FINGERPRINT_MESSAGES, Fingerprint } from './fingerprint.ts';
export { InProcessBus } from './in-process-bus.ts';
export { SpoolInUseError } from './spool/folder-lock.ts';
export {
  type FeedBatch,
  type FeedConnection,
  type FeedMessage,
  type FeedStatus,
  FeedUnavailableError,
  MAX_BATCH_MESSAGES,
  type ResumePoint,
  type TickFeed,
  type TickSink,
} from './tick-feed.ts';
