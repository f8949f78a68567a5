import type { EpochMicros, LaneName } from '@tickwatch/core';
import type { FeedMessage, LogEntry } from './durable-log.ts';

/** How one exchange or lane of a source is. */
export type SourceState =
  | { readonly state: 'connected'; readonly since: EpochMicros }
  /** The server is away. */
  | { readonly state: 'disconnected'; readonly since: EpochMicros; readonly error: string }
  /** The server is there and refuses this one (wrong type, no right): tried again for ever, the others go on. */
  | { readonly state: 'failed'; readonly since: EpochMicros; readonly error: string };

/**
 * Takes messages of an exchange, in order.
 * @param messages may be none, when only `since` is told
 * @param since set with the first messages after the source began to listen (again): when that was. What was published before
 * is not among them. The same as {@link SourceState}'s
 * @param lane `since` concerns this lane alone: the others were listened to
 */
export type Hear = (exchange: string, messages: readonly FeedMessage[], since?: EpochMicros, lane?: LaneName) => void;

/** Tells messages as they arrive and forgets them: Redis Pub/Sub, a bus of this process. It never fails, it reconnects. */
export interface PushSource extends AsyncDisposable {
  readonly kind: 'pubsub' | 'in-process';
  start(hear: Hear): void;
  status(lane: LaneName): SourceState;
}

/** Gives what a durable log of others holds, and then what arrives: Redis Streams, NATS JetStream, Kafka. */
export interface PullSource extends AsyncDisposable {
  readonly kind: 'stream' | 'nats' | 'kafka';
  /** Who says which lane a message is in: `laneOfStock`, or the source, by a rule of its own: then a stock may be in any lane. */
  readonly lanesBy: 'stock' | 'source';
  start(): void;
  /**
   * All entries of a lane behind a place, for ever, at the reader's pace. Ends when the signal aborts or the loop is left;
   * never throws: what fails is a state of this lane alone and is tried again.
   */
  follow(lane: LaneName, after: string, signal: AbortSignal): AsyncIterable<LogEntry>;
  status(lane: LaneName): SourceState;
  /** What the clock says by which messages are received: the server's. @throws FeedUnavailableError */
  now(): Promise<EpochMicros>;
}

/** Where a generator puts messages. */
export interface TickSink extends AsyncDisposable {
  /**
   * Sends messages of an exchange in order.
   * @returns how many of them no one heard (Pub/Sub reaches nobody); streams: 0
   * @throws FeedUnavailableError when the source can't be reached; the messages may be sent again
   */
  publish(exchange: string, messages: readonly string[]): Promise<{ readonly unheard: number }>;
}

/** The source of a feed, or a sink's server, can't be reached. */
export class FeedUnavailableError extends Error {
  readonly code = 'FEED_UNAVAILABLE';
  override readonly name = 'FeedUnavailableError';
}
