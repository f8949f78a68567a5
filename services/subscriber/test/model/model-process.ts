import { type EpochMicros, type LedgerEntry, type SequencedTick, WHOLE_STORE } from '@tickwatch/core';
import type { FeedMessage, Hear } from '@tickwatch/feed';
import { createMetrics, type Logger } from '@tickwatch/runtime';
import type { TickStore } from '@tickwatch/store';
import { Alerts } from '../../src/alerts/alerts.ts';
import { IngestEvents } from '../../src/events.ts';
import { Flusher } from '../../src/flush/flusher.ts';
import { Leader } from '../../src/lead/leader.ts';
import { isLive } from '../../src/lead/leadership.ts';
import { hearInto } from '../../src/log/hear.ts';
import { sumOf } from '../../src/log/lane-ledger.ts';
import { LaneLogs } from '../../src/log/lane-logs.ts';
import { SpoolWriter } from '../../src/log/spool-writer.ts';
import { createSubscriberMetrics } from '../../src/metrics.ts';
import { Quality } from '../../src/quality/quality.ts';
import type { ModelSpool } from './model-spool.ts';
import type { ModelSession } from './model-store.ts';

export const LANE = 'X/0';
const silent = (): void => {};
const LOG = { info: silent, warn: silent, error: silent, debug: silent } as unknown as Logger;
const METRICS = createSubscriberMetrics(createMetrics('model'));
const NEVER = new AbortController().signal;
/** About twenty segments of one tick: eviction and refusal happen all the time. */
const MEMORY_BYTES = 20_000;

/** One subscriber between a database (or a model of one) and a model of the disk: the parts that ship, driven by hand. */
export class ModelProcess {
  readonly spool: ModelSpool;
  readonly logs: LaneLogs;
  readonly leader: Leader;
  readonly flusher: Flusher;
  readonly alerts: Alerts;
  readonly live: SequencedTick[] = [];
  readonly refused: string[] = [];
  /** It is not connected to the source. */
  isDeaf = false;
  #since: EpochMicros | undefined;
  readonly #writer: SpoolWriter;
  readonly #hear: Hear;

  private constructor(store: TickStore, spool: ModelSpool, owner: string, clock: () => number) {
    this.spool = spool;
    const events = new IngestEvents(LOG, METRICS);
    this.logs = new LaneLogs({
      log: spool,
      lanes: new Map([['X', 1]]),
      budget: { limit: MEMORY_BYTES, used: 0 },
      toleranceMicros: 1e15,
      tailKeepMs: 0,
      tailMaxTicks: 10,
      onRefused: (_log, { ticks }) => this.refused.push(...ticks.map(({ price }) => price)),
    });
    const parts = { store, node: WHOLE_STORE, logs: this.logs, events, reader: undefined, heard: () => new Map() };
    this.leader = new Leader(parts, [LANE], { owner, staleAfterMs: 60_000 });
    this.alerts = new Alerts(store, events.alerts, async () => clock() as EpochMicros);
    this.flusher = new Flusher(
      {
        logs: this.logs,
        leader: this.leader,
        events,
        quality: new Quality(silent),
        alerts: this.alerts,
        onCommitted: silent,
      },
      { intervalMs: 1000, maxRows: 8 },
    );
    this.#writer = new SpoolWriter(this.logs, spool, 0);
    this.#hear = hearInto(this.logs, new Map([['X', 1]]), silent);
  }

  static async start(
    store: TickStore,
    spool: ModelSpool,
    owner: string,
    clock: () => number = Date.now,
  ): Promise<ModelProcess> {
    const process = new ModelProcess(store, spool, owner, clock);
    await process.logs.open(LANE);
    return process;
  }

  /** It is connected (again), and hears what comes from now on. */
  listen(now: number): void {
    this.isDeaf = false;
    this.#since = now as EpochMicros;
  }

  hear(messages: readonly FeedMessage[]): void {
    if (this.isDeaf) return;
    this.#hear('X', messages, this.#since);
    this.#since = undefined;
    this.#sendLive();
    this.alerts.hear(0);
  }

  #sendLive(): void {
    if (!isLive(this.leader.state, LANE)) return;
    for (const log of this.logs) for (const { ticks } of log.takeUnsent()) this.live.push(...ticks);
  }

  write(): Promise<void> {
    return this.#writer.close();
  }

  /** As the loop of the leader does, without waiting. */
  async round(): Promise<void> {
    try {
      await this.leader.round(NEVER);
      this.#sendLive();
    } catch (error) {
      this.leader.storeFailed(error);
    }
  }

  async flush(): Promise<void> {
    await this.flusher.storeOnce(this.leader.storable);
  }

  loseSession(): void {
    (this.leader.membership as ModelSession | undefined)?.lose();
  }

  /** What is heard, not durable and not committed: it ends with the process. */
  get volatile(): readonly string[] {
    return [...this.logs].flatMap(({ queue }) =>
      queue.segments.flatMap(({ ticks }) => ticks.map(({ price }) => price)),
    );
  }

  get ledger(): LedgerEntry {
    return sumOf(this.logs.entries.values());
  }
}
