import { exchangeOf } from '@tickwatch/core';
import type { LivePublisher } from '@tickwatch/live';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { ClockState } from './clock-state.ts';
import type { Leader } from './lead/leader.ts';
import { mayStore } from './lead/leadership.ts';
import { oldestWaitingSeconds } from './ledger-report.ts';
import { LEDGER_COUNTS } from './log/lane-ledger.ts';
import type { LaneLogs } from './log/lane-logs.ts';
import type { OpenedFeed } from './open-feed.ts';

const SECONDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];

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
  readonly logs: LaneLogs;
  readonly feed: OpenedFeed;
  readonly live: LivePublisher;
  readonly leader: Leader;
  readonly clock: ClockState;
}

/** Figures that are read where they are kept whenever somebody asks. */
export function registerGauges(registry: Registry, sources: GaugeSources): void {
  const { logs, feed, live, leader, clock } = sources;
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
    name: 'tickwatch_ledger_ticks',
    help: 'Ticks since the start by what became of them; received = stored + rejected + refused + lost + waiting',
    labelNames: ['exchange', 'lane', 'state'],
    registers: [registry],
    collect() {
      for (const [lane, entry] of logs.entries) {
        for (const state of LEDGER_COUNTS) this.set({ exchange: exchangeOf(lane), lane, state }, entry[state]);
      }
    },
  });
  new Gauge({
    name: 'tickwatch_lane_leading',
    help: '1 while this process leads the lane',
    labelNames: ['lane'],
    registers: [registry],
    collect() {
      for (const [lane, phase] of leader.state.lanes) this.set({ lane }, Number(mayStore(phase)));
    },
  });
  gauge('oldest_waiting_seconds', 'Age of the oldest message that is not stored', () => oldestWaitingSeconds(logs));
  gauge('log_messages', 'Messages that the durable log keeps', () => feed.logStatus().messages);
  gauge('log_bytes', 'Bytes that the durable log keeps', () => feed.logStatus().bytes);
  gauge('feed_connected', '1 while all lanes are connected', () => Number(feed.states().bad.length === 0));
  gauge('clock_steps', 'How often the clock of the system was set since the start', () => clock.steps);
  gauge('live_up', '1 while live ticks are accepted', () => Number(live.status().live.state === 'up'));
  gauge('live_ticks_sent', 'Live ticks sent', () => live.status().sent);
  gauge('live_ticks_conflated', 'Live ticks replaced by a newer one of their stock', () => live.status().conflated);
  gauge('live_ticks_waiting', 'Live ticks that wait to be sent', () => live.status().waiting);
}
