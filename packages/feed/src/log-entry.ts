import type { FeedBatch, FeedMessage } from './tick-feed.ts';

/** Consecutive messages of one exchange in a log; message `i` has position `first + i`. */
export interface LogEntry {
  readonly exchange: string;
  readonly first: number;
  readonly messages: readonly FeedMessage[];
}

export function lastPosition(entry: LogEntry): number {
  return entry.first + entry.messages.length - 1;
}

/** The part of an entry after a position, at most `limit` messages of it. */
export function entryAfter(entry: LogEntry, position: number, limit = Number.POSITIVE_INFINITY): LogEntry {
  const skip = Math.max(0, position + 1 - entry.first);
  if (skip === 0 && entry.messages.length <= limit) return entry;
  return { exchange: entry.exchange, first: entry.first + skip, messages: entry.messages.slice(skip, skip + limit) };
}

export function toBatch(entry: LogEntry, replayed: boolean): FeedBatch {
  return { exchange: entry.exchange, messages: entry.messages, position: String(lastPosition(entry)), replayed };
}

/** A position that {@link toBatch} wrote; anything else (another kind of log, nothing yet) is `undefined`. */
export function parsePosition(text: string): number | undefined {
  return /^\d{1,16}$/.test(text) ? Number(text) : undefined;
}

export function payloadBytes(messages: readonly FeedMessage[]): number {
  let bytes = 0;
  for (const message of messages) bytes += message.payload.length;
  return bytes;
}
