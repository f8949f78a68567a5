import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export interface ReplayMetrics {
  /** Some ticks went out together. @param lagMs later than the first of them was due */
  published(lagMs: number, ticks: number): void;
  /** A tick was left out: it is too long for a message. */
  skipped(): void;
}

/** Figures of replays for `/metrics`. @param running how many run now */
export function measureReplays(registry: Registry, running: () => number): ReplayMetrics {
  new Gauge({
    name: 'replays_running',
    help: 'Replays that there are now',
    registers: [registry],
    collect() {
      this.set(running());
    },
  });
  const ticks = new Counter({
    name: 'replay_ticks_total',
    help: 'Ticks that replays published',
    registers: [registry],
  });
  const skipped = new Counter({
    name: 'replay_ticks_skipped_total',
    help: 'Ticks that replays left out, too long for a message',
    registers: [registry],
  });
  const lag = new Histogram({
    name: 'replay_lag_seconds',
    help: 'Seconds from when the first tick of a message was due to when it went out',
    buckets: [0.001, 0.002, 0.005, 0.01, 0.03, 0.1, 0.3, 1],
    registers: [registry],
  });
  return {
    published(lagMs, count) {
      ticks.inc(count);
      lag.observe(lagMs / 1000);
    },
    skipped: () => skipped.inc(),
  };
}
