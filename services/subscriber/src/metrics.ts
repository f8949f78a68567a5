import { nowMicros } from '@tickwatch/core';
import type { TickFeed } from '@tickwatch/feed';
import type { LivePublisher } from '@tickwatch/live';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Lane } from './lane.ts';
import type { Ledger, LedgerEntry } from './ledger.ts';

const SECONDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];
const LEDGER_COUNTS: readonly (keyof LedgerEntry)[] = ['received', 'stored', 'rejected', 'refused', 'waiting'];

export interface SubscriberMetrics {
  readonly insertSeconds: Histogram;
  readonly insertFailures: Counter;
  readonly flushRows: Histogram;
  readonly liveSeconds: Histogram;
  readonly liveFailures: Counter;
  readonly feedEvents: Counter<'event'>;
}

export function createSubscriberMetrics(registry: Registry): SubscriberMetrics {
  const registers = [registry];
  return {
    insertSeconds: new Histogram({
      name: 'tickwatch_insert_seconds',
      help: 'Time of one batch transaction, first statement to commit',
      buckets: SECONDS,
      registers,
    }),
    insertFailures: new Counter({
      name: 'tickwatch_insert_failures_total',
      help: 'Batch transactions that failed and were kept for another try',
      registers,
    }),
    flushRows: new Histogram({
      name: 'tickwatch_flush_rows',
      help: 'Rows of one batch transaction',
      buckets: [1, 10, 100, 1000, 10_000, 100_000, 1_000_000],
      registers,
    }),
    liveSeconds: new Histogram({
      name: 'tickwatch_live_publish_seconds',
      help: 'Time the live server took for one batch',
      buckets: SECONDS,
      registers,
    }),
    liveFailures: new Counter({
      name: 'tickwatch_live_failures_total',
      help: 'Live batches that could not be sent at a try',
      registers,
    }),
    feedEvents: new Counter({
      name: 'tickwatch_feed_events_total',
      help: 'What happened to the feed and its log',
      labelNames: ['event'],
      registers,
    }),
  };
}

export interface GaugeSources {
  readonly ledger: Ledger;
  readonly feed: TickFeed;
  readonly live: LivePublisher;
  readonly lanes: ReadonlyMap<string, Lane>;
}

/** Figures that are read where they are kept whenever somebody asks. */
export function registerGauges(registry: Registry, sources: GaugeSources): void {
  const { ledger, feed, live, lanes } = sources;
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({
      name: `tickwatch_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  };
  new Gauge({
    name: 'tickwatch_ledger_messages',
    help: 'Messages since the start by what became of them; received = stored + rejected + refused + waiting',
    labelNames: ['exchange', 'state'],
    registers: [registry],
    collect() {
      for (const [exchange, entry] of ledger.entries()) {
        for (const state of LEDGER_COUNTS) this.set({ exchange, state }, entry[state]);
      }
    },
  });
  gauge('oldest_waiting_seconds', 'Age of the oldest message that is not stored', () => oldestWaitingSeconds(lanes));
  gauge('log_messages', 'Messages that the durable log keeps', () => feed.status().log.messages);
  gauge('log_bytes', 'Bytes that the durable log keeps', () => feed.status().log.bytes);
  gauge('feed_connected', '1 while the feed is connected', () =>
    Number(feed.status().connection.state === 'connected'),
  );
  gauge('feed_overtaken_messages', 'Messages that retention removed unread', () => feed.status().overtaken);
  gauge('live_up', '1 while live ticks are accepted', () => Number(live.status().live.state === 'up'));
  gauge('live_ticks_sent', 'Live ticks sent', () => live.status().sent);
  gauge('live_ticks_conflated', 'Live ticks replaced by a newer one of their stock', () => live.status().conflated);
  gauge('live_ticks_waiting', 'Live ticks that wait to be sent', () => live.status().waiting);
}

/** Age in seconds of the oldest message that is received and not stored; 0: nothing waits. */
export function oldestWaitingSeconds(lanes: ReadonlyMap<string, Lane>): number {
  const oldest = [...lanes.values()].flatMap((lane) => lane.pending.oldestReceivedAt ?? []);
  return oldest.length === 0 ? 0 : Math.max(0, (nowMicros() - Math.min(...oldest)) / 1e6);
}
