import { once } from 'node:events';
import { backoffMs } from '@tickwatch/core';
import { sleep } from '@tickwatch/runtime';
import type { AlertClock } from './alerts/alert-clock.ts';
import type { IngestEvents } from './events.ts';
import type { Flusher } from './flush/flusher.ts';
import { isLive } from './lead/leadership.ts';
import { sumOf } from './log/lane-ledger.ts';
import type { UnreadLosses } from './log/unread-losses.ts';
import type { Quality } from './quality/quality.ts';
import type { SubscriberState } from './report.ts';

/** Leaves the rest of the ten seconds that a stop may take to closing connections and files. */
const FINISH_MS = 6500;

export interface IngestParts extends SubscriberState {
  readonly flusher: Flusher;
  readonly losses: UnreadLosses;
  readonly events: IngestEvents;
  readonly quality: Quality;
  readonly alertClock: Pick<AlertClock, 'wake'>;
}

/**
 * The way of a tick: messages come from the feed and are read into the log of their lane; from there they go live at
 * once, into the spool within milliseconds, and into the database with the next flush, together with their position. One
 * subscriber leads a lane at a time; the others hear and keep what it hears. Ends when the signal aborts and the last
 * flush is done.
 */
export async function ingest(parts: IngestParts, stop: AbortSignal): Promise<void> {
  const { feed, leader, flusher, logs, losses, events, quality, alerts, alertClock } = parts;
  feed.start(() => {
    sendLive(parts);
    feed.writer?.wake();
    flusher.wakeWhenFull();
    quality.hear(logs);
    if (alerts.hear(quality.outliers)) alertClock.wake();
  });
  const onTaken = (): void => {
    losses.count();
    sendLive(parts);
    flusher.wake();
  };
  const lastFlush = (lane: string): Promise<unknown> => flusher.storeOnce([lane]);
  const overdue = new AbortController();
  stop.addEventListener('abort', async () => {
    await sleep(FINISH_MS, overdue.signal);
    overdue.abort();
  });
  const work = async (): Promise<void> => {
    await Promise.all([
      goOn(() => leader.run(stop, onTaken, lastFlush), stop, events),
      goOn(() => flusher.run(stop), stop, events),
    ]);
    await flusher.flush(overdue.signal);
    await feed.end();
    // What was heard meanwhile.
    await flusher.flush(overdue.signal);
  };
  try {
    await Promise.race([work(), once(overdue.signal, 'abort')]);
  } finally {
    overdue.abort();
    await leader.close();
  }
  await feed.end();
  events.finished(sumOf(logs.entries.values()), logs.unsaved, logs.durableLog.durability);
}

/** A fault that nothing below expected is told, and the work begins again. */
async function goOn(work: () => Promise<void>, stop: AbortSignal, events: IngestEvents): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      events.ingestFailed(error);
      if (stop.aborted) return;
      await sleep(backoffMs(attempt, { minMs: 500, maxMs: 30_000 }), stop);
    }
  }
}

function sendLive({ logs, live, leader }: IngestParts): void {
  for (const log of logs) {
    if (!isLive(leader.state, log.lane)) continue;
    for (const { ticks } of log.takeUnsent()) if (ticks.length > 0) live.publish(log.lane, ticks);
  }
}
