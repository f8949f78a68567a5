import type { LivePublisher } from '@tickwatch/live';
import { sleep } from '@tickwatch/runtime';
import type { IngestEvents } from './events.ts';
import type { Flusher } from './flush/flusher.ts';
import type { Leader } from './lead/leader.ts';
import { isLive } from './lead/leadership.ts';
import { sumOf } from './log/lane-ledger.ts';
import type { LaneLogs } from './log/lane-logs.ts';
import type { UnreadLosses } from './log/unread-losses.ts';
import type { OpenedFeed } from './open-feed.ts';

/** Leaves the rest of the ten seconds that a stop may take to closing connections and files. */
const FINISH_MS = 6500;

export interface IngestParts {
  readonly feed: OpenedFeed;
  readonly logs: LaneLogs;
  readonly live: LivePublisher;
  readonly leader: Leader;
  readonly flusher: Flusher;
  readonly losses: UnreadLosses;
  readonly events: IngestEvents;
}

/**
 * The way of a tick: messages come from the feed and are read into the log of their lane; from there they go live at
 * once, into the spool within milliseconds, and into the database with the next flush, together with their position. One
 * subscriber leads a lane at a time; the others hear and keep what it hears. Ends when the signal aborts and the last
 * flush is done.
 */
export async function ingest(parts: IngestParts, stop: AbortSignal): Promise<void> {
  const { feed, leader, flusher, logs, losses, events } = parts;
  feed.start(logs, () => {
    sendLive(parts);
    feed.write();
    flusher.wakeWhenFull();
  });
  const onTaken = (): void => {
    losses.count();
    sendLive(parts);
    flusher.wake();
  };
  const lastFlush = (lane: string): Promise<unknown> => flusher.storeOnce([lane]);
  const overdue = new AbortController();
  const work = async (): Promise<void> => {
    await Promise.all([leader.run(stop, onTaken, lastFlush), flusher.run(stop)]);
    await flusher.flush(overdue.signal);
    await feed.end();
    // What was heard meanwhile.
    await flusher.flush(overdue.signal);
  };
  try {
    await Promise.race([work(), untilOverdue(stop, overdue.signal)]);
  } finally {
    overdue.abort();
    await leader.close();
  }
  await feed.end();
  events.finished(sumOf(logs.entries.values()), logs.unsaved, feed.log.durability);
}

/** Resolves some time after a stop; never when the work is `done` before. */
function untilOverdue(stop: AbortSignal, done: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const arm = (): void => void sleep(FINISH_MS, done).then(resolve);
    if (stop.aborted) arm();
    else stop.addEventListener('abort', arm, { once: true, signal: done });
  });
}

function sendLive({ logs, live, leader }: IngestParts): void {
  for (const log of logs) {
    if (!isLive(leader.state, log.lane)) continue;
    for (const { ticks } of log.takeUnsent()) if (ticks.length > 0) live.publish(log.lane, ticks);
  }
}
