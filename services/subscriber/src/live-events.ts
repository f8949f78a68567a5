import type { LiveEvent } from '@tickwatch/live';
import type { Logger } from '@tickwatch/runtime';
import type { SubscriberMetrics } from './metrics.ts';

/** Between two flushes only so many batches tell the percentile. */
const MAX_SECONDS = 10_000;

/** What happens to live batches, told to the log and to the metrics. */
export class LiveEvents {
  readonly #log: Logger;
  readonly #metrics: SubscriberMetrics;
  /** What batches took since the last flush. */
  #seconds: number[] = [];

  constructor(log: Logger, metrics: SubscriberMetrics) {
    this.#log = log;
    this.#metrics = metrics;
  }

  take(event: LiveEvent): void {
    if (event.type === 'sent') {
      this.#metrics.liveSeconds.observe(event.seconds);
      if (this.#seconds.length < MAX_SECONDS) this.#seconds.push(event.seconds);
    } else if (event.type === 'failed') {
      this.#metrics.liveFailures.inc();
      const { error, attempt, ticks } = event;
      // Every tenth failure: a long outage is one state, not a thousand lines.
      if (attempt % 10 !== 0) return;
      this.#log.warn(
        { event: 'live_failure', error, attempt, ticks },
        'live ticks could not be sent; the newest of each stock wait',
      );
    } else {
      this.#log.info({ event: 'live_recovered', seconds: event.seconds }, 'live ticks are sent again');
    }
  }

  /** Seconds within which 99 of 100 batches since the last call were sent; `undefined`: there was none. */
  takePercentile(): number | undefined {
    const sorted = this.#seconds.sort((a, b) => a - b);
    this.#seconds = [];
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))];
  }
}
