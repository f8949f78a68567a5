import { backoffMs, type LaneName } from '@tickwatch/core';
import { sleep } from '@tickwatch/runtime';
import {
  type CommitResult,
  CommitUnknownError,
  LeaseLostError,
  PositionMovedError,
  StoreSlowError,
} from '@tickwatch/store';
import type { Alerts } from '../alerts/alerts.ts';
import type { IngestEvents } from '../events.ts';
import type { Leader } from '../lead/leader.ts';
import { type Cut, cutOf } from '../log/cut.ts';
import type { LaneLog } from '../log/lane-log.ts';
import type { LaneLogs } from '../log/lane-logs.ts';
import type { Quality } from '../quality/quality.ts';
import { ChangedLanes } from './changed-lanes.ts';
import { commitJudged, recordJudged } from './judged-commits.ts';
import { refill } from './refill.ts';

/** A database that was too slow for a batch gets this much more with every commit that it makes in time. */
const GROWTH = 1.125;
/** How often it is looked whether there is enough for a flush before its time. */
const LOOK_MS = 10;

/** What a flush is for: all that waits, or the lanes whose alerts wait for it, where the others keep their time. */
type Concern = 'all' | 'alerts';

export interface FlusherOptions {
  readonly intervalMs: number;
  /** So many waiting ticks (of all lanes) are stored before their time; about the most that one commit takes. */
  readonly maxRows: number;
}

export interface FlusherParts {
  readonly logs: LaneLogs;
  /** Who leads is asked, never decided here. */
  readonly leader: Leader;
  readonly events: IngestEvents;
  readonly quality: Quality;
  readonly alerts: Alerts;
  readonly onCommitted: () => void;
}

/** Stores what waits: every interval, or as soon as there is a lot, one transaction. A failed one is tried again. */
export class Flusher {
  readonly #parts: FlusherParts;
  readonly #options: FlusherOptions;
  #alarm = new AbortController();
  #woken: Concern | undefined;
  /** What one commit takes for now: less than `maxRows` while the database is too slow for more. */
  #rows: number;
  #lookAt = 0;
  #commitSeconds: number | undefined;
  readonly #changed = new ChangedLanes();

  constructor(parts: FlusherParts, options: FlusherOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#rows = options.maxRows;
  }

  /** What the last commit took; `undefined`: there was none. */
  get commitSeconds(): number | undefined {
    return this.#commitSeconds;
  }

  /** Flushes until the signal aborts. */
  async run(stop: AbortSignal): Promise<void> {
    let due = performance.now() + this.#options.intervalMs;
    for (let concern: Concern = 'all'; !stop.aborted; ) {
      // What wakes it while it flushes is not missed.
      this.#alarm = new AbortController();
      this.#woken = undefined;
      await this.flush(stop, concern, due);
      if (!this.#isFull) await sleep(due - performance.now(), AbortSignal.any([stop, this.#alarm.signal]));
      const isDue = performance.now() >= due;
      if (isDue) due = Math.max(due + this.#options.intervalMs, performance.now());
      concern = isDue || this.#isFull ? 'all' : (this.#woken ?? 'all');
    }
  }

  /** Tells that a log has grown. */
  wakeWhenFull(): void {
    const now = performance.now();
    if (now < this.#lookAt) return;
    this.#lookAt = now + LOOK_MS;
    if (this.#isFull) this.wake();
  }

  /** Flushes now: lanes were taken whose ticks wait long enough, or something fired. */
  wake(concern: Concern = 'all'): void {
    this.#woken = this.#woken === 'all' ? 'all' : concern;
    this.#alarm.abort();
  }

  /**
   * Stores what waits now, in as many transactions as it takes.
   * @param due when all is to be stored: however much fires, other lanes wait no longer
   */
  async flush(signal: AbortSignal, concern: Concern = 'all', due = Number.POSITIVE_INFINITY): Promise<void> {
    const { leader, alerts } = this.#parts;
    let left = concern === 'all' ? this.#sum(({ waiting }) => waiting) : 0;
    const hasRun = concern === 'all' && this.#logsOf().some(({ list }) => list.run !== undefined);
    const isOver = (): boolean => concern === 'alerts' && performance.now() >= due;
    const isDue = (): boolean => left > 0 || hasRun || (!isOver() && alerts.isDue(this.#logsOf()));
    for (let attempt = 0, idle = 0; isDue() && !signal.aborted; ) {
      const stored = await leader.exclusive(() => this.storeOnce(leader.storable, concern));
      if (stored === undefined && leader.storable.length === 0) return;
      // Rules that were read meanwhile may have found what is to be written soon.
      if (stored === 0 && (idle++ > 0 || !alerts.isDue(this.#logsOf()))) return;
      left -= stored ?? 0;
      if (stored === undefined) await sleep(backoffMs(attempt++), signal);
      else attempt = 0;
    }
  }

  /** One transaction, within {@link Leader.exclusive}. @returns ticks and rejections; `undefined`: it failed */
  async storeOnce(lanes: readonly LaneName[], concern: Concern = 'all'): Promise<number | undefined> {
    const { logs, events, alerts } = this.#parts;
    const ours = lanes.flatMap((lane) => logs.get(lane) ?? []);
    await refill(ours, logs, this.#options.maxRows, events);
    const inOrder = this.#changed.next(ours, alerts.clockAhead);
    for (const log of ours) if (log.before !== undefined && !inOrder.includes(log)) alerts.forget(log);
    const next = concern === 'all' ? inOrder : inOrder.filter((log) => log.before !== undefined || alerts.isDue([log]));
    const cuts = this.#parts.quality.mark(this.#cut(next));
    const others = next.filter((log) => !cuts.some((cut) => cut.log === log) && alerts.isDue([log]));
    const stored = cuts.length === 0 ? 0 : await this.#store(cuts);
    if (stored === undefined || others.length === 0) return stored;
    return (await this.#record(others)) ? stored : undefined;
  }

  async #store(cuts: readonly Cut[]): Promise<number | undefined> {
    const { leader, events, alerts } = this.#parts;
    const started = performance.now();
    const { membership } = leader;
    if (membership === undefined) {
      for (const { log } of cuts) log.list.landed();
      return undefined;
    }
    try {
      this.#settle(cuts, await commitJudged(membership, cuts, alerts));
      this.#rows = Math.min(this.#options.maxRows, Math.ceil(this.#rows * GROWTH));
      return countOf(cuts);
    } catch (error) {
      events.insertFailure(error, (performance.now() - started) / 1000);
      if (error instanceof CommitUnknownError) leader.doubt(cuts, error.result);
      else if (error instanceof LeaseLostError || error instanceof PositionMovedError) leader.doubt(cuts, undefined);
      else {
        for (const { log } of cuts) log.list.landed();
        leader.storeFailed(error);
      }
      // The older half of what takes PostgreSQL too long: tried whole again and again it would never be stored.
      if (error instanceof StoreSlowError) this.#rows = Math.ceil(countOf(cuts) / 2);
      return undefined;
    }
  }

  /** Writes what changed of alerts where no tick waits. @returns false: it is to be tried again */
  async #record(logs: readonly LaneLog[]): Promise<boolean> {
    const { leader, events, alerts } = this.#parts;
    const { membership } = leader;
    if (membership === undefined) return false;
    try {
      await recordJudged(membership, logs, alerts);
      return true;
    } catch (error) {
      events.alerts.alertsNotWritten(error);
      // Who leads is found out by the next survey.
      if (!(error instanceof LeaseLostError)) leader.storeFailed(error);
      return false;
    }
  }

  #cut(logs: readonly LaneLog[]): readonly Cut[] {
    const cuts: Cut[] = [];
    let left = this.#rows;
    let bytes = this.#parts.logs.bytesACommit;
    // Every lane gets its share of a commit; what one leaves is for those behind it.
    const waiting = logs.filter(({ list }) => list.head.length > 0);
    for (const [i, log] of waiting.entries()) {
      const lanes = waiting.length - i;
      const share = Math.max(1, Math.ceil(left / lanes));
      const cut = cutOf(log, share, bytes / lanes, this.#parts.logs.durableLog.id(log.lane));
      if (cut === undefined) continue;
      bytes -= cut.segments.reduce((sum, { cost }) => sum + cost, 0);
      left -= cut.batch.ticks.length + cut.batch.rejected.length;
      cuts.push(cut);
      if (left <= 0) break;
    }
    return cuts;
  }

  #settle(cuts: readonly Cut[], result: CommitResult): void {
    const { leader, events, logs, alerts } = this.#parts;
    let oldest = Number.POSITIVE_INFINITY;
    for (const cut of cuts) {
      oldest = Math.min(oldest, cut.segments[0]?.receivedAt ?? oldest);
      cut.log.settle(cut, result);
    }
    alerts.settle(cuts.map(({ log }) => log));
    for (const { log } of cuts) {
      // What is not stored should not have moved any rule.
      if ((result.lanes.get(log.lane)?.refusedByDatabase ?? 0) > 0) alerts.forget(log);
    }
    leader.stored();
    this.#commitSeconds = result.seconds;
    // Trimming may fail (disk, Redis); the log is then trimmed with the next flush.
    logs.durableLog
      .committed(cuts.map(({ batch }) => batch.position))
      .then(this.#parts.onCommitted, (error: unknown) => events.trimFailure(error));
    const rows = cuts.reduce((sum, { batch }) => sum + batch.ticks.length, 0);
    events.inserted(rows, result.seconds, oldest, logs);
    for (const { batch } of cuts) for (const gap of batch.gaps ?? []) events.holeRecorded(gap);
  }

  get #isFull(): boolean {
    return this.#sum(({ list }) => list.ready) >= this.#options.maxRows;
  }

  #sum(count: (log: LaneLog) => number): number {
    return this.#logsOf().reduce((sum, log) => sum + count(log), 0);
  }

  #logsOf(): readonly LaneLog[] {
    return this.#parts.leader.storable.flatMap((lane) => this.#parts.logs.get(lane) ?? []);
  }
}

function countOf(cuts: readonly Cut[]): number {
  return cuts.reduce((sum, { batch }) => sum + batch.ticks.length + batch.rejected.length, 0);
}
