export { createFeed, createTickSink, type Feed } from './create-feed.ts';
export * from './durable-log.ts';
export { DEFAULT_SPOOL, type FeedConfig, type SpoolConfig, type TickSinkConfig } from './feed-config.ts';
export type { FeedEvent, LostMessages, OnFeedEvent } from './feed-event.ts';
export { FINGERPRINT_MESSAGES, Fingerprint, hashPayload } from './fingerprint.ts';
export { InProcessBus } from './in-process.ts';
export { type AddressedMessage, OrderedRedisSink } from './ordered-redis-sink.ts';
export { SpoolInUseError } from './spool/spool-in-use-error.ts';
export * from './tick-source.ts';
