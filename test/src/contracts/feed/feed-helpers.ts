import { nowMicros } from '@tickwatch/core';
import type { FeedBatch, FeedMessage, ResumePoint, TickFeed } from '@tickwatch/feed';

/** Reads until so many messages are there. @param pause what the consumer does after each batch */
export async function collect(
  feed: TickFeed,
  from: readonly ResumePoint[],
  count: number,
  pause: () => Promise<unknown> = async () => {},
): Promise<readonly FeedBatch[]> {
  const batches: FeedBatch[] = [];
  let messages = 0;
  const signal = AbortSignal.timeout(30_000);
  for await (const batch of feed.read(from, signal)) {
    batches.push(batch);
    messages += batch.messages.length;
    if (messages >= count) return batches;
    await pause();
  }
  throw new Error(`${messages} messages came in time; ${count} were expected`);
}

export function allMessages(batches: readonly FeedBatch[], exchange: string): readonly FeedMessage[] {
  return batches.filter((batch) => batch.exchange === exchange).flatMap((batch) => batch.messages);
}

export function texts(batches: readonly FeedBatch[], exchange: string): readonly string[] {
  return allMessages(batches, exchange).map(({ payload }) => Buffer.from(payload).toString());
}

/** The point to commit with these batches. */
export function pointAfter(feed: TickFeed, batches: readonly FeedBatch[], exchange: string): ResumePoint {
  const last = batches.filter((batch) => batch.exchange === exchange).at(-1);
  return {
    exchange,
    logId: feed.logId(exchange),
    position: last?.position ?? '',
    fingerprint: '',
    receivedAt: last?.messages.at(-1)?.receivedAt ?? nowMicros(),
  };
}
