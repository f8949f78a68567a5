import type { LivePublisher } from '@tickwatch/live';
import { sleep } from '@tickwatch/runtime';
import type { IngestEvents } from './events.ts';
import type { Flusher } from './flush/flusher.ts';
import type { Leader } from './lead/leader.ts';
import { sumOf } from './log/lane-ledger.ts';
import type { LaneLogs } from './log/lane-logs.ts';
import type { OpenedFeed } from './open-feed.ts';

/** Leaves the rest of the ten seconds that a stop may take to closing connections and files. */
const FINISH_MS = 6500;

export interface IngestParts {
  readonly feed: OpenedFeed;
  readonly logs: LaneLogs;
  readonly live: LivePublisher;
  readonly leader: Leader;
  readonly flusher: Flusher;
  readonly events: IngestEvents;
}

/**
 * The way of a tick: messages come from the feed and are read into the log of their lane; from there they go live at
 * once, into the spool within milliseconds, and into the database with the next flush, together with their position. One
 * subscriber leads a lane at a time; the others hear and keep what it hears. Ends when the signal aborts and the last
 * flush is done.
 */
export async function ingest(parts: IngestParts, stop: AbortSignal): Promise<void> {
  const { feed, leader, flusher, logs, events } = parts;
  feed.start(logs, () => {
    sendLive(parts);
    feed.write();
    flusher.wakeWhenFull();
  });
  const lastFlush = (lane: string): Promise<unknown> => flusher.storeOnce([lane]);
  await Promise.all([leader.run(stop, () => flusher.wake(), lastFlush), flusher.run(stop)]);
  const overdue = new AbortController();
  await Promise.race([flusher.flush(overdue.signal), sleep(FINISH_MS)]);
  overdue.abort();
  events.finished(sumOf(logs.entries.values()), feed.log.durability);
}

function sendLive({ logs, live }: IngestParts): void {
  for (const log of logs) {
    for (const { ticks } of log.takeUnsent()) if (ticks.length > 0) live.publish(log.lane, ticks);
  }
}
