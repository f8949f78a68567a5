import { nowMicros } from '@tickwatch/core';
import type { Logger } from '@tickwatch/runtime';
import type { OutboxReceiver, StoredFiring, StoreEvent } from '@tickwatch/store';
import type { NotifierMetrics } from './metrics.ts';

/** What is delivered comes in floods: one line a figure and so many ms. */
const TOLD_EVERY_MS = 1000;

/** What happens while firings are delivered; each is told to the log and to the metrics here, in one place. */
export class NotifierEvents implements Disposable {
  readonly #log: Logger;
  readonly #metrics: NotifierMetrics;
  #since = { delivered: 0, failures: 0, givenUp: 0, longestSeconds: 0 };
  readonly #timer: NodeJS.Timeout;

  constructor(log: Logger, metrics: NotifierMetrics) {
    this.#log = log;
    this.#metrics = metrics;
    this.#timer = setInterval(() => this.#tell(), TOLD_EVERY_MS);
    this.#timer.unref();
  }

  /** A receiver took firings. */
  delivered({ type }: OutboxReceiver, firings: readonly StoredFiring[]): void {
    this.#metrics.delivered.inc({ type }, firings.length);
    const now = nowMicros();
    for (const { recordedAt } of firings) {
      const seconds = Math.max(0, (now - recordedAt) / 1e6);
      this.#metrics.lag.observe({ type }, seconds);
      this.#since.longestSeconds = Math.max(this.#since.longestSeconds, seconds);
    }
    this.#since.delivered += firings.length;
  }

  /** A receiver did not. @param givenUp so many of them for good */
  failed({ type, name }: OutboxReceiver, deliveries: number, givenUp: number, error: string): void {
    this.#metrics.failures.inc({ type }, deliveries);
    this.#since.failures += deliveries;
    if (givenUp === 0) return;
    this.#metrics.givenUp.inc({ type }, givenUp);
    this.#since.givenUp += givenUp;
    this.#log.error(
      { event: 'alerts_given_up', receiver: name, type, deliveries: givenUp, error },
      `${givenUp} alerts are not delivered to ${name}: ${error}`,
    );
  }

  unwell({ name, type }: OutboxReceiver, error: string): void {
    this.#log.warn(
      { event: 'receiver_unwell', receiver: name, type, error },
      `alerts don't get through to ${name}: ${error}; they wait and are tried again`,
    );
  }

  wellAgain({ name, type }: OutboxReceiver): void {
    this.#log.info({ event: 'receiver_well', receiver: name, type }, `alerts get through to ${name} again`);
  }

  storeAway(error: unknown): void {
    // In the words of the subscriber: in one process it is told once.
    this.#log.error({ event: 'store_away', error: messageOf(error) }, "PostgreSQL can't be used");
  }

  storeBack(): void {
    this.#log.info({ event: 'store_back' }, 'PostgreSQL can be used again');
  }

  /** What happened to a connection of the outbox. That the database is away is told by {@link storeAway}. */
  store({ type, ...fields }: StoreEvent): void {
    this.#log.info({ event: type, ...fields }, type.replaceAll('_', ' '));
  }

  /** Told on the live channel. */
  published(firings: number): void {
    this.#metrics.published.inc(firings);
  }

  liveAway(error: unknown): void {
    this.#log.warn(
      { event: 'alerts_live_failure', error: messageOf(error) },
      'alerts could not be told live; they are tried again',
    );
  }

  liveTooLate(): void {
    this.#log.warn(
      { event: 'alerts_live_too_late' },
      'alerts that could not be told live for ten minutes are not told live any more; the API has them',
    );
  }

  liveBack(): void {
    this.#log.info({ event: 'alerts_live_recovered' }, 'alerts are told live again');
  }

  /** Nothing below expected this. */
  unexpected(error: unknown): void {
    const stack = error instanceof Error ? error.stack : undefined;
    this.#log.error({ event: 'notify_failed', error: messageOf(error), stack }, 'notifying failed and goes on');
  }

  /** Tells what there was no time to tell. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#tell();
  }

  #tell(): void {
    const { delivered, failures, givenUp, longestSeconds } = this.#since;
    this.#since = { delivered: 0, failures: 0, givenUp: 0, longestSeconds: 0 };
    if (delivered > 0) {
      this.#measure('alerts_delivered', delivered, 'deliveries');
      this.#measure('alert_delivery_lag', longestSeconds, 'seconds');
    }
    if (failures > 0) this.#measure('alert_delivery_failures', failures, 'deliveries');
    if (givenUp > 0) this.#measure('alerts_given_up', givenUp, 'deliveries');
  }

  #measure(metric: string, value: number, unit: string): void {
    this.#log.info({ event: 'alert_delivery', metric, value, unit });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
