import type { OutboxReceiver } from '@tickwatch/store';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

const LAG_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300, 3600, 86_400];

const TYPES: readonly OutboxReceiver['type'][] = ['webhook', 'email', 'grafana'];

export type NotifierMetrics = ReturnType<typeof createNotifierMetrics>;

export function createNotifierMetrics(registry: Registry) {
  const options = (name: string, help: string) => ({ name: `tickwatch_${name}`, help, registers: [registry] });
  const labelNames = ['type'] as const;
  const counter = (name: string, help: string) => {
    const made = new Counter({ ...options(name, help), labelNames });
    // What is counted from 0 on shows its first, too.
    for (const type of TYPES) made.inc({ type }, 0);
    return made;
  };
  return {
    delivered: counter('alert_deliveries_total', 'Alerts that a receiver took'),
    failures: counter('alert_delivery_failures_total', 'Tries to deliver an alert that failed'),
    givenUp: counter('alert_deliveries_given_up_total', 'Alerts that a receiver never took, and is not sent any more'),
    lag: new Histogram({
      ...options('alert_delivery_lag_seconds', 'From when a firing is written to when a receiver took it'),
      labelNames,
      buckets: LAG_SECONDS,
    }),
    published: new Counter(options('alerts_published_total', 'Firings that were told on the live channel')),
  } as const;
}

/** What waits, read where it is kept whenever somebody asks. */
export interface WaitingFigures {
  readonly waiting: number;
  /** For so long the oldest of them waits, in seconds; 0: nothing does. */
  readonly oldestSeconds: number;
  readonly unwellReceivers: number;
}

export function registerGauges(registry: Registry, read: () => WaitingFigures): void {
  const gauge = (name: string, help: string, value: (figures: WaitingFigures) => number): void => {
    new Gauge({
      name: `tickwatch_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(value(read()));
      },
    });
  };
  gauge('alert_deliveries_waiting', 'Deliveries that are still to be made', ({ waiting }) => waiting);
  gauge('alert_deliveries_oldest_seconds', 'Age of the oldest of them', ({ oldestSeconds }) => oldestSeconds);
  gauge('alert_receivers_unwell', 'Receivers that take nothing now', ({ unwellReceivers }) => unwellReceivers);
}
