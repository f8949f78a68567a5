import type { FeedEvent } from '@tickwatch/feed';
import type { LiveEvent } from '@tickwatch/live';
import type { Logger } from '@tickwatch/runtime';
import type { StoreEvent } from '@tickwatch/store';
import type { Ledger, LedgerEntry } from './ledger.ts';
import type { SubscriberMetrics } from './metrics.ts';
import type { OwnershipState } from './ownership.ts';

const BAD_FEED_EVENTS: ReadonlySet<FeedEvent['type']> = new Set([
  'feed_disconnected',
  'feed_command_failed',
  'spool_set_aside',
  'spool_problem',
  'spool_unreadable',
  'messages_refused',
  'messages_overtaken',
]);

const BAD_STORE_EVENTS: ReadonlySet<StoreEvent['type']> = new Set([
  'waiting_for_database',
  'partition_failed',
  'maintenance_failed',
  'lease_lost',
  'commit_outcome_unknown',
]);

/** What happens while ticks are ingested; each is told to the log and to the metrics here, in one place. */
export class IngestEvents {
  readonly #log: Logger;
  readonly #metrics: SubscriberMetrics;
  /** Seconds that live batches took since the last flush. */
  #liveSeconds: number[] = [];
  #ledger: Ledger | undefined;

  constructor(log: Logger, metrics: SubscriberMetrics) {
    this.#log = log;
    this.#metrics = metrics;
  }

  /** What the feed itself had to refuse is entered here. */
  refusals(ledger: Ledger): void {
    this.#ledger = ledger;
  }

  /** A batch is committed. `rows` ticks, `age` seconds since the oldest of its messages was received. */
  inserted(rows: number, seconds: number, age: number, ledger: Ledger): void {
    this.#metrics.insertSeconds.observe(seconds);
    this.#metrics.flushRows.observe(rows);
    const total = ledger.total();
    const { received, stored, rejected, refused, waiting } = total;
    this.#log.info(
      {
        ...measure('insert_success', 'insert_latency', seconds, 'seconds'),
        rows,
        ledger: { received, stored, rejected, refused, waiting },
      },
      `stored ${rows} rows`,
    );
    this.#measure('flush', 'flush_rows', rows, 'rows');
    this.#measure('flush', 'end_to_end_age', age, 'seconds');
    this.#measure('ledger', 'ticks_received', received, 'ticks');
    this.#measure('ledger', 'ticks_stored', stored, 'ticks');
    this.#measure('ledger', 'ticks_rejected', rejected, 'ticks');
    this.#measure('ledger', 'ticks_refused', refused, 'ticks');
    this.#measure('ledger', 'ticks_waiting', waiting, 'ticks');
    this.#reportLive();
  }

  /** A try to store failed; the batch is kept and tried again. */
  insertFailure(error: unknown, seconds: number): void {
    this.#metrics.insertFailures.inc();
    this.#log.error(
      { ...measure('insert_failure', 'insert_failures', 1, 'failures'), seconds, error: message(error) },
      'the batch could not be stored; it is kept and tried again',
    );
  }

  /** Nothing below expected this; ingesting starts again from what is committed. */
  ingestFailed(error: unknown): void {
    const stack = error instanceof Error ? error.stack : undefined;
    this.#log.error({ event: 'ingest_failed', error: message(error), stack }, 'ingesting failed and starts again');
  }

  /** What was left to the log could not be read now. */
  replayFailure(error: unknown): void {
    this.#log.warn({ event: 'replay_failure', error: message(error) }, 'the log could not be read; later');
  }

  trimFailure(error: unknown): void {
    this.#log.warn({ event: 'trim_failure', error: message(error) }, 'the log could not be trimmed; later');
  }

  /** The log does not hold any more what had been left to it. */
  logLost(exchange: string, messages: number): void {
    this.#log.error(
      { event: 'log_lost', exchange, messages },
      `${messages} messages are gone from the log of ${exchange}`,
    );
  }

  ownership(state: OwnershipState, exchanges: readonly string[], detail: string): void {
    const sentences: Record<OwnershipState, string> = {
      starting: 'starting',
      owner: `this subscriber stores ${exchanges.join(', ')}`,
      standby: `another subscriber stores ${exchanges.join(', ')}; standing by`,
      'store-away': `PostgreSQL can't be used: ${detail}`,
    };
    const level = state === 'store-away' ? 'error' : 'info';
    this.#log[level]({ event: `ownership_${state.replace('-', '_')}`, exchanges }, sentences[state]);
  }

  finished({ waiting, stored }: LedgerEntry, durability: 'log' | 'spool' | 'memory'): void {
    const kept =
      durability === 'memory'
        ? 'are lost with this process'
        : `are kept in the ${durability} and stored at the next start`;
    const sentence = waiting === 0 ? 'everything is stored' : `${waiting} messages are not stored yet; they ${kept}`;
    this.#log[waiting === 0 ? 'info' : 'warn']({ event: 'flushed_at_stop', stored, waiting }, sentence);
  }

  feed(event: FeedEvent): void {
    const { type, ...fields } = event;
    const bad = BAD_FEED_EVENTS.has(type);
    this.#metrics.feedEvents.inc({ event: type });
    if (event.type === 'messages_refused') {
      this.#ledger?.add(event.exchange, 'received', event.count);
      this.#ledger?.add(event.exchange, 'refused', event.count);
    }
    this.#log[bad ? 'error' : 'info']({ event: type, ...fields }, type.replaceAll('_', ' '));
  }

  store(event: StoreEvent): void {
    const { type, ...fields } = event;
    // A batch may hold thousands of bad rows; each is kept in rejected_messages, with PostgreSQL's reason.
    const level = type === 'tick_refused' ? 'debug' : BAD_STORE_EVENTS.has(type) ? 'warn' : 'info';
    this.#log[level]({ event: type, ...fields }, type.replaceAll('_', ' '));
  }

  live(event: LiveEvent): void {
    if (event.type === 'sent') {
      this.#metrics.liveSeconds.observe(event.seconds);
      // Bounded: between two flushes only this many tell the percentile.
      if (this.#liveSeconds.length < 10_000) this.#liveSeconds.push(event.seconds);
    } else if (event.type === 'failed') {
      this.#metrics.liveFailures.inc();
      // The first failure and then every tenth: a long outage is one state, not a thousand lines.
      if (event.attempt % 10 === 0) {
        this.#log.warn(
          { event: 'live_failure', error: event.error, attempt: event.attempt, ticks: event.ticks },
          'live ticks could not be sent; the newest of each stock wait',
        );
      }
    } else {
      this.#log.info({ event: 'live_recovered', seconds: event.seconds }, 'live ticks are sent again');
    }
  }

  #reportLive(): void {
    if (this.#liveSeconds.length === 0) return;
    const sorted = this.#liveSeconds.sort((a, b) => a - b);
    this.#liveSeconds = [];
    const p99 = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] ?? 0;
    this.#measure('live', 'live_publish_latency', p99, 'seconds');
  }

  #measure(event: string, metric: string, value: number, unit: string): void {
    this.#log.info(measure(event, metric, value, unit));
  }
}

function measure(event: string, metric: string, value: number, unit: string) {
  return { event, metric, value, unit };
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
