import { createHistogram } from 'node:perf_hooks';
import { formatMicros, type LaneName, type LedgerEntry, nowMicros } from '@tickwatch/core';
import type { DurableLog, FeedEvent } from '@tickwatch/feed';
import type { LiveEvent } from '@tickwatch/live';
import type { Logger } from '@tickwatch/runtime';
import type { GapRow, LanePosition, StoreEvent, Survey } from '@tickwatch/store';
import { LoggedAlerts } from './alerts/logged-alerts.ts';
import { type Leadership, roleOf } from './lead/leadership.ts';
import { sumOf } from './log/lane-ledger.ts';
import type { LaneLogs } from './log/lane-logs.ts';
import { measure, messageOf } from './log-fields.ts';
import type { SubscriberMetrics } from './metrics.ts';
import type { QualityReport } from './quality/quality.ts';
import { type RejectedText, type RejectionNotice, RejectionNotices } from './rejection-notices.ts';
import { tellStoreEvent } from './store-events.ts';

const GOOD_FEED_EVENTS: ReadonlySet<FeedEvent['type']> = new Set(['feed_connected', 'feed_lane_recovered']);
/** Refusals come in floods: one line a lane and so many ms. */
const REFUSED_EVERY_MS = 1000;

/** What happens while ticks are ingested; each is told to the log and to the metrics here, in one place. */
export class IngestEvents implements Disposable {
  readonly alerts: LoggedAlerts;
  readonly #log: Logger;
  readonly #metrics: SubscriberMetrics;
  /** What live batches took since the last flush, µs. */
  readonly #liveMicros = createHistogram();
  readonly #refused = new Map<LaneName, { count: number; toldAt: number }>();
  readonly #rejections = new RejectionNotices((notice) => this.#noTicks(notice));
  #phases = '';

  constructor(log: Logger, metrics: SubscriberMetrics) {
    this.#log = log;
    this.#metrics = metrics;
    this.alerts = new LoggedAlerts(log, metrics);
  }

  /** A batch is committed: so many ticks, the oldest of its messages received at `oldest`, µs. */
  inserted(rows: number, seconds: number, oldest: number, logs: LaneLogs): void {
    this.#metrics.insertSeconds.observe(seconds);
    this.#metrics.flushRows.observe(rows);
    const ledger = sumOf(logs.entries.values());
    this.#log.info(
      { ...measure('insert_success', 'insert_latency', seconds, 'seconds'), rows, ledger },
      `stored ${rows} rows`,
    );
    this.#measure('flush', 'flush_rows', rows, 'rows');
    this.#measure('flush', 'end_to_end_age', (nowMicros() - oldest) / 1e6, 'seconds');
    for (const [name, value] of Object.entries(ledger)) this.#measure('ledger', `ticks_${name}`, value, 'ticks');
    if (this.#liveMicros.count === 0) return;
    this.#measure('live', 'live_publish_latency', this.#liveMicros.percentile(99) / 1e6, 'seconds');
    this.#liveMicros.reset();
  }

  /** What is about to be stored was looked at. */
  quality({ outliers, frozenStocks, burst, publisherClockDrift }: QualityReport): void {
    this.#metrics.outliers.inc(outliers);
    this.#metrics.frozenStocks.set(frozenStocks);
    this.#metrics.burst.set(burst);
    this.#measure('quality', 'outliers', outliers, 'ticks');
    this.#measure('quality', 'frozen_stocks', frozenStocks, 'stocks');
    this.#measure('quality', 'burst', burst, 'ticks');
    if (publisherClockDrift === undefined) return;
    this.#metrics.publisherClockDrift.set(publisherClockDrift);
    this.#measure('quality', 'publisher_clock_drift', publisherClockDrift, 'seconds');
  }

  /** A try to store failed; the batch is kept and tried again. */
  insertFailure(error: unknown, seconds: number): void {
    this.#metrics.insertFailures.inc();
    this.#log.error(
      { ...measure('insert_failure', 'insert_failures', 1, 'failures'), seconds, error: messageOf(error) },
      'the batch could not be stored; it is kept and tried again',
    );
  }

  /** PostgreSQL could not be asked who leads. @param isWaited for: ticks wait for it */
  storeAway(error: unknown, isWaited: boolean): void {
    if (isWaited) this.insertFailure(error, 0);
    else this.#log.warn({ event: 'store_away', error: messageOf(error) }, "PostgreSQL can't be used");
  }

  /** Nothing below expected this. */
  ingestFailed(error: unknown): void {
    const stack = error instanceof Error ? error.stack : undefined;
    this.#log.error({ event: 'ingest_failed', error: messageOf(error), stack }, 'ingesting failed and goes on');
  }

  /** What was left to the log could not be read now. */
  replayFailure(error: unknown): void {
    this.#log.warn({ event: 'replay_failure', error: messageOf(error) }, 'the log could not be read; later');
  }

  trimFailure(error: unknown): void {
    this.#log.warn({ event: 'trim_failure', error: messageOf(error) }, 'the log could not be trimmed; later');
  }

  /** Ticks are known to be gone. */
  lost(lane: LaneName, ticks: number, why: string): void {
    this.#log.error({ event: 'ticks_lost', lane, ticks, reason: why }, `${ticks} ticks of ${lane} are lost: ${why}`);
  }

  /** Messages are no ticks. */
  rejected(exchange: string, messages: readonly RejectedText[]): void {
    this.#rejections.add(exchange, messages);
  }

  /** The spool is that of another node's subscriber, or of before the database was divided. */
  lanesOfOtherNodes(lanes: readonly LaneName[]): void {
    this.#log.error(
      { event: 'lanes_of_other_nodes', lanes },
      `the spool has ticks of ${lanes.join(', ')}, which are other nodes': what is not stored of them stays there until a subscriber of their node starts on this folder (DATA_DIR)`,
    );
  }

  /** Neither log nor memory has room for ticks. */
  refused(lane: LaneName, ticks: number): void {
    const told = this.#refused.get(lane) ?? { count: 0, toldAt: Number.NEGATIVE_INFINITY };
    this.#refused.set(lane, told);
    told.count += ticks;
    if (performance.now() - told.toldAt < REFUSED_EVERY_MS) return;
    this.#log.error(
      { event: 'ticks_refused', lane, ticks: told.count },
      `there is no room for ${told.count} ticks of ${lane}: they go live only`,
    );
    Object.assign(told, { count: 0, toldAt: performance.now() });
  }

  /** Messages are known to be missing, and where. */
  holeRecorded({ lane, reason, from, to, messages, detail }: GapRow): void {
    this.#metrics.holes.inc({ reason });
    const span = { from: formatMicros(from), to: formatMicros(to) };
    this.#log.warn(
      { ...measure('hole', 'hole_messages', messages ?? 0, 'messages'), lane, reason, ...span, messages, detail },
      `${messages ?? 'an unknown number of'} messages of ${lane} are missing from ${span.from} to ${span.to}: ${reason.replaceAll('_', ' ')}`,
    );
  }

  /** The database does not hold what it was committed to: it was restored, or replaced. */
  wentBack(lane: LaneName, committed: string, now: LanePosition | undefined, lost: number): void {
    const fields = { lane, committed, found: now?.position ?? null, lost };
    const again = lost === 0 ? 'all of it is stored again' : `${lost} ticks are older than the log remembers`;
    this.#log.error(
      { event: 'store_went_back', ...fields },
      `the database lost what was committed of ${lane}; ${again}`,
    );
  }

  /** Where another's position lies in this log was found by its last messages, or by its time. */
  resumed(lane: LaneName, by: 'fingerprint' | 'time', position: string): void {
    this.#log.info({ event: `resume_by_${by}`, lane, position }, `resuming ${lane} by ${by}`);
  }

  clockStepped(seconds: number): void {
    this.#log.warn(
      { ...measure('clock_stepped', 'clock_step', seconds, 'seconds'), at: formatMicros(nowMicros()) },
      `the system's clock was set ${seconds < 0 ? 'back' : 'forward'} by ${Math.abs(seconds).toFixed(3)} s`,
    );
  }

  role(state: Leadership): void {
    const role = roleOf(state);
    const sentences = {
      starting: 'starting',
      leader: 'this subscriber stores ticks',
      follower: 'other subscribers store; following',
      'store-away': `PostgreSQL can't be used: ${state.store.state === 'away' ? state.store.error : ''}`,
    };
    const level = role === 'store-away' ? 'error' : 'info';
    this.#log[level]({ event: `role_${role.replace('-', '_')}` }, sentences[role]);
  }

  /** Who leads which lane was asked; told when it changed. */
  surveyed({ lanes }: Leadership, { members }: Survey): void {
    const phases = [...lanes].map(([lane, phase]) => `${lane} ${phase}`).join(', ');
    if (phases === this.#phases) return;
    this.#phases = phases;
    this.#log.info({ event: 'lanes', lanes: Object.fromEntries(lanes), members: members.size }, phases);
  }

  /** The last account. @param unsaved of what waits, what no log had room for: it is gone with this process */
  finished(ledger: LedgerEntry, unsaved: number, durability: DurableLog['durability']): void {
    const waiting = ledger.waiting - unsaved;
    const last = { ...ledger, waiting, lost: ledger.lost + unsaved };
    const kept =
      durability === 'memory'
        ? 'are lost with this process'
        : `are kept in the ${durability} and stored at the next start`;
    const sentence = waiting === 0 ? 'everything is stored' : `${waiting} ticks are not stored yet; they ${kept}`;
    const gone = unsaved === 0 ? '' : `; ${unsaved} ticks are lost: neither database nor log could take them`;
    const level = unsaved > 0 ? 'error' : waiting > 0 ? 'warn' : 'info';
    this.#log[level]({ event: 'flushed_at_stop', ...last }, `${sentence}${gone}`);
  }

  feed(event: FeedEvent): void {
    const { type, ...fields } = event;
    this.#metrics.feedEvents.inc({ event: type });
    this.#log[GOOD_FEED_EVENTS.has(type) ? 'info' : 'error']({ event: type, ...fields }, type.replaceAll('_', ' '));
  }

  store(event: StoreEvent): void {
    if (event.type === 'tick_refused') {
      const payload = Buffer.from(event.message);
      this.rejected(event.exchange, [{ reason: 'refused_by_database', detail: event.detail, payload }]);
    } else tellStoreEvent(this.#log, this.#metrics, event);
  }

  live(event: LiveEvent): void {
    if (event.type === 'sent') {
      this.#metrics.liveSeconds.observe(event.seconds);
      this.#liveMicros.record(Math.max(1, Math.round(event.seconds * 1e6)));
    } else if (event.type === 'failed') {
      this.#metrics.liveFailures.inc();
      const { error, attempt, ticks } = event;
      // Every tenth failure: a long outage is one state, not a thousand lines.
      if (attempt % 10 !== 0) return;
      this.#log.warn(
        { event: 'live_failure', error, attempt, ticks },
        'live ticks could not be sent; the newest of each stock wait',
      );
    } else if (event.type === 'switched') {
      const { from, to, error } = event;
      this.#log.warn({ event: 'live_switched', from, to, error }, 'live ticks go to another Centrifugo');
    } else {
      this.#log.info({ event: 'live_recovered', seconds: event.seconds }, 'live ticks are sent again');
    }
  }

  /** Tells what there was no time to tell. */
  [Symbol.dispose](): void {
    this.#rejections[Symbol.dispose]();
  }

  #noTicks({ count, ...fields }: RejectionNotice): void {
    const { exchange, detail, example } = fields;
    this.#log.warn(
      { ...measure('messages_rejected', 'messages_rejected', count, 'messages'), count, ...fields },
      `${count} of what came on ${exchange} ${count === 1 ? 'is no tick' : 'are no ticks'}, such as ${example}: ${detail}`,
    );
  }

  #measure(event: string, metric: string, value: number, unit: string): void {
    this.#log.info(measure(event, metric, value, unit));
  }
}
