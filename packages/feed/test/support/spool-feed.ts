import {
  createTickFeed,
  DEFAULT_SPOOL,
  type FeedBatch,
  type FeedEvent,
  InProcessBus,
  type ResumePoint,
  type SpoolConfig,
  type TickFeed,
} from '@tickwatch/feed';
import { eventually } from './eventually.ts';

export interface SpoolFeed extends AsyncDisposable {
  readonly feed: TickFeed;
  readonly events: readonly FeedEvent[];
  publish(exchange: string, ...messages: readonly string[]): void;
  /** Waits until all that was published is in the spool. */
  settled(): Promise<void>;
}

/** A started in-process feed of NASDAQ and NYSE with a spool in a folder. */
export async function openSpoolFeed(folder: string, options: Partial<SpoolConfig> = {}): Promise<SpoolFeed> {
  const bus = new InProcessBus();
  const events: FeedEvent[] = [];
  const spool = { ...DEFAULT_SPOOL, groupCommitMs: 1, ...options, folder };
  const feed = await createTickFeed({ kind: 'in-process', exchanges: ['NASDAQ', 'NYSE'], bus, spool }, (event) =>
    events.push(event),
  );
  await feed.start();
  return {
    feed,
    events,
    publish(exchange, ...messages) {
      bus.publish(
        exchange,
        messages.map((message) => Buffer.from(message)),
      );
    },
    settled: () => eventually(() => isAllKept(feed), 'the spool has everything'),
    [Symbol.asyncDispose]: () => feed[Symbol.asyncDispose]() as Promise<void>,
  };
}

async function isAllKept(feed: TickFeed): Promise<boolean> {
  for (const exchange of ['NASDAQ', 'NYSE']) {
    const last = (await feed.replay(exchange, '', Number.MAX_SAFE_INTEGER)).at(-1);
    if (last !== undefined && !feed.isKept(exchange, last.position)) return false;
  }
  return true;
}

/** Everything the feed holds after a point, and what comes until then, as batches. */
export async function readHeld(feed: TickFeed, from: readonly ResumePoint[], count: number): Promise<FeedBatch[]> {
  const batches: FeedBatch[] = [];
  let messages = 0;
  if (count === 0) return batches;
  for await (const batch of feed.read(from, AbortSignal.timeout(20_000))) {
    batches.push(batch);
    messages += batch.messages.length;
    if (messages >= count) return batches;
  }
  throw new Error(`${messages} of ${count} messages came`);
}

export function textsOf(batches: readonly FeedBatch[], exchange = 'NASDAQ'): string[] {
  return batches
    .filter((batch) => batch.exchange === exchange)
    .flatMap((batch) => batch.messages.map(({ payload }) => Buffer.from(payload).toString()));
}

export function pointOf(feed: TickFeed, batch: FeedBatch): ResumePoint {
  const { exchange, position, messages } = batch;
  const receivedAt = messages.at(-1)?.receivedAt;
  if (receivedAt === undefined) throw new Error('an empty batch');
  return { exchange, logId: feed.logId(exchange), position, fingerprint: '', receivedAt };
}
