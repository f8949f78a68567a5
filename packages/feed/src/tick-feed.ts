import type { EpochMicros } from '@tickwatch/core';

/** One message as it came from a channel, not yet read. */
export interface FeedMessage {
  readonly payload: Uint8Array;
  /** When the feed's source received it; the same again when the message is replayed. */
  readonly receivedAt: EpochMicros;
}

/** Messages of one exchange, in order, at most {@link MAX_BATCH_MESSAGES} of them. */
export interface FeedBatch {
  readonly exchange: string;
  readonly messages: readonly FeedMessage[];
  /** Where the log stands after the last message: what to commit with these messages' rows. Opaque. */
  readonly position: string;
  /** True for what the log held before this process read it; false for what arrived just now. */
  readonly replayed: boolean;
}

export const MAX_BATCH_MESSAGES = 4096;

/** How far an exchange is committed, as the store keeps it. */
export interface ResumePoint {
  readonly exchange: string;
  /** Which log {@link position} belongs to (a spool's own id; the stream's key). */
  readonly logId: string;
  readonly position: string;
  /**
   * Digest of the last messages before `position` (see fingerprint.ts), by which another subscriber's log finds
   * the same place in what it heard itself. Empty: none.
   */
  readonly fingerprint: string;
  /** When the last committed message was received; 0 where nothing is committed. */
  readonly receivedAt: EpochMicros;
}

export type FeedConnection =
  | { readonly state: 'connected'; readonly since: EpochMicros }
  | { readonly state: 'disconnected'; readonly since: EpochMicros; readonly error: string };

export interface FeedStatus {
  readonly connection: FeedConnection;
  /** What the log keeps now (spool: on disk; stream: behind the committed position). */
  readonly log: {
    readonly messages: number;
    readonly bytes: number;
    readonly maxBytes: number | undefined;
    /** Set while the log takes nothing more: full, or its disk fails. */
    readonly problem: string | undefined;
  };
  /** Messages that retention removed before they were read, as far as it can be counted. */
  readonly overtaken: number;
  /** Messages that neither the log nor the reader could take, because both were full; they are gone. */
  readonly refused: number;
}

/**
 * Where messages come from, in order, each with a position in a durable log.
 *
 * Left out on purpose: parsing (core does that), sequence numbers and counters (the subscriber's ledger).
 * One reader at a time.
 */
export interface TickFeed extends AsyncDisposable {
  readonly kind: 'pubsub' | 'stream' | 'in-process';
  /**
   * `log`: the source itself keeps messages while nobody listens. `spool`: the source forgets; what was heard is
   * kept on this machine's disk. `memory`: what was heard lives as long as the process.
   */
  readonly durability: 'log' | 'spool' | 'memory';
  /**
   * Begins to listen and to keep what is heard; resolves at once, also while the source is away (it reconnects for
   * ever). A standby starts its feed and reads only when it takes over.
   */
  start(): Promise<void>;
  /**
   * All messages after the resume points: first what the log holds (`replayed`), then what arrives, at once and
   * without waiting for the log. Exchanges without a point begin at what the log holds. Leaving the loop ends it, and
   * so does the signal: the iterable then finishes (it does not throw), also while it waits for a message. `read` may
   * be called again afterwards.
   * The consumer's pace is the backpressure: what it has not asked for waits in the log, not in memory.
   */
  read(from: readonly ResumePoint[], signal: AbortSignal): AsyncIterable<FeedBatch>;
  /** Up to `limit` messages of an exchange after a position this feed gave, again from the log, in order. */
  replay(exchange: string, after: string, limit: number): Promise<readonly FeedBatch[]>;
  /** True when the log surely holds everything up to this position: the reader may drop its copy from memory. */
  isKept(exchange: string, position: string): boolean;
  /** Tells that the store holds everything up to these points: the log may trim behind them. */
  committed(points: readonly ResumePoint[]): Promise<void>;
  /** The log's name for {@link ResumePoint.logId}. */
  logId(exchange: string): string;
  status(): FeedStatus;
}

/** Where a generator puts messages. */
export interface TickSink extends AsyncDisposable {
  /**
   * Sends messages in order.
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
