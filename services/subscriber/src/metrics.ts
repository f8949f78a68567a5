import { exchangeOf } from '@tickwatch/core';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { mayStore } from './lead/leadership.ts';
import { LEDGER_COUNTS } from './log/lane-ledger.ts';
import { oldestWaitingSeconds, type SubscriberState } from './report.ts';

const SECONDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];

export type SubscriberMetrics = ReturnType<typeof createSubscriberMetrics>;

export function createSubscriberMetrics(registry: Registry) {
  const options = (name: string, help: string) => ({ name: `tickwatch_${name}`, help, registers: [registry] });
  const seconds = (name: string, help: string) => new Histogram({ ...options(name, help), buckets: SECONDS });
  const counter = (name: string, help: string) => new Counter(options(name, help));
  const gauge = (name: string, help: string) => new Gauge(options(name, help));
  return {
    insertSeconds: seconds('insert_seconds', 'Time of one batch transaction, first statement to commit'),
    insertFailures: counter('insert_failures_total', 'Batch transactions that failed and were kept for another try'),
    frozenStocks: gauge('frozen_stocks', 'Stocks that tick on for long at one price'),
    burst: gauge('burst_ticks', 'Most ticks in one second of the last flush'),
    publisherClockDrift: gauge('publisher_clock_drift_seconds', "From a tick's own time to its arrival, at worst"),
    outliers: counter('outliers_total', 'Ticks far from what their stock cost just before'),
    alertsFired: counter('alerts_fired_total', 'Alerts that fired and are written'),
    alertSeconds: seconds('alert_write_seconds', 'From the arrival of what fires an alert until that is written'),
    judgingFailures: counter(
      'alert_judging_failures_total',
      'How often ticks could not be judged by rules for a while',
    ),
    flushRows: new Histogram({
      ...options('flush_rows', 'Rows of one batch transaction'),
      buckets: [1, 10, 100, 1000, 10_000, 100_000, 1_000_000],
    }),
    liveSeconds: seconds('live_publish_seconds', 'Time the live server took for one batch'),
    liveFailures: counter('live_failures_total', 'Live batches that could not be sent at a try'),
    daysSealed: counter('days_sealed_total', 'Days that were packed, once or again with what came late'),
    sealsPostponed: counter('seals_postponed_total', 'Rounds of sealing that left days as they are; the log says why'),
    damagedBlocks: counter('damaged_blocks_total', 'Damaged blocks that were found; the log names them'),
    holes: new Counter({
      ...options('holes_total', 'Holes that were recorded, by why messages are missing'),
      labelNames: ['reason'],
    }),
    feedEvents: new Counter({
      ...options('feed_events_total', 'What happened to the feed and its log'),
      labelNames: ['event'],
    }),
  } as const;
}

/** Figures that are read where they are kept whenever somebody asks. */
export function registerGauges(registry: Registry, state: SubscriberState): void {
  const { logs, feed, live, leader, clock, alerts } = state;
  const gauge = (name: string, help: string, read: () => number): void =>
    labelled(name, help, [], (figure) => figure.set(read()));
  const labelled = (name: string, help: string, labelNames: string[], collect: (figure: Gauge) => void): void => {
    new Gauge({
      name: `tickwatch_${name}`,
      help,
      labelNames,
      registers: [registry],
      collect() {
        collect(this);
      },
    });
  };
  const sums = 'received = stored + rejected + refused + lost + waiting';
  labelled(
    'ledger_ticks',
    `Ticks since the start by what became of them; ${sums}`,
    ['exchange', 'lane', 'state'],
    (figure) => {
      for (const [lane, entry] of logs.entries) {
        for (const state of LEDGER_COUNTS) figure.set({ exchange: exchangeOf(lane), lane, state }, entry[state]);
      }
    },
  );
  labelled('lane_leading', '1 while this process leads the lane', ['lane'], (figure) => {
    for (const [lane, phase] of leader.state.lanes) figure.set({ lane }, Number(mayStore(phase)));
  });
  gauge('oldest_waiting_seconds', 'Age of the oldest message that is not stored', () => oldestWaitingSeconds(logs));
  gauge('log_messages', 'Messages that the durable log keeps', () => logs.durableLog.status().messages);
  gauge('log_bytes', 'Bytes that the durable log keeps', () => logs.durableLog.status().bytes);
  gauge('feed_connected', '1 while all lanes are connected', () => Number(feed.states().bad.length === 0));
  gauge('alert_rules', 'Rules that are judged', () => alerts.status.rules);
  gauge('clock_steps', 'How often the clock of the system was set since the start', () => clock.steps);
  gauge('live_up', '1 while live ticks are accepted', () => Number(live.status().live.state === 'up'));
  gauge('live_ticks_sent', 'Live ticks sent', () => live.status().sent);
  gauge('live_ticks_conflated', 'Live ticks replaced by a newer one of their stock', () => live.status().conflated);
  gauge(
    'live_board_forgotten',
    'Changed stocks that boards were not told of, for want of room',
    () => live.status().boardForgot ?? 0,
  );
  gauge('live_ticks_waiting', 'Live ticks that wait to be sent', () => live.status().waiting);
}
