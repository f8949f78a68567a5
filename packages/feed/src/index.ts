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
