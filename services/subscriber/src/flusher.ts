import { backoffMs, nowMicros } from '@tickwatch/core';
import type { TickFeed } from '@tickwatch/feed';
import { sleep } from '@tickwatch/runtime';
import { type CommitResult, type IngestLease, LeaseLostError } from '@tickwatch/store';
import type { IngestEvents } from './events.ts';
import { cutReady, type FlushCut, isCommitted, isUnmoved } from './flush-cut.ts';
import type { Lane } from './lane.ts';
import type { Ledger } from './ledger.ts';
import type { Ownership } from './ownership.ts';

/** Leaves the rest of the ten seconds that a stop may take to closing connections and files. */
const FINISH_MS = 7000;

export interface FlusherOptions {
  readonly intervalMs: number;
  /** A lane with this many waiting messages is flushed before its time; about the most that one commit takes of it. */
  readonly maxRows: number;
}

export interface FlusherParts {
  readonly feed: TickFeed;
  readonly lanes: ReadonlyMap<string, Lane>;
  readonly ledger: Ledger;
  readonly ownership: Ownership;
  readonly events: IngestEvents;
}

/** Stores what waits: every interval, or as soon as a lane is full, one transaction. A failed one is tried again. */
export class Flusher {
  readonly #parts: FlusherParts;
  readonly #options: FlusherOptions;
  #lease: IngestLease | undefined;
  #alarm = new AbortController();

  constructor(parts: FlusherParts, options: FlusherOptions) {
    this.#parts = parts;
    this.#options = options;
  }

  /** Flushes until the signal aborts or another subscriber has taken the exchanges over. */
  async run(lease: IngestLease, signal: AbortSignal): Promise<void> {
    this.#lease = lease;
    const started = nowMicros();
    // What a former turn or process left is stored now, not an interval later.
    let ours = await this.#flushReady(signal);
    let due = started + this.#options.intervalMs * 1000;
    while (ours && !signal.aborted) {
      this.#alarm = new AbortController();
      if (!this.#isFull()) await sleep((due - nowMicros()) / 1000, AbortSignal.any([signal, this.#alarm.signal]));
      if (signal.aborted) return;
      if (nowMicros() >= due) due = Math.max(due + this.#options.intervalMs * 1000, nowMicros());
      ours = await this.#flushReady(signal);
    }
  }

  /** Tells that a lane has grown. */
  wakeWhenFull(lane: Lane): void {
    if (lane.pending.readyMessages >= this.#options.maxRows) this.#alarm.abort();
  }

  /** The last flush of a stop: stores what waits, or says what is left in the log. */
  async finish(): Promise<void> {
    const deadline = AbortSignal.timeout(FINISH_MS);
    const flushed = this.#flushReady(deadline).catch((error: unknown) => this.#parts.events.insertFailure(error, 0));
    await Promise.race([flushed, sleep(FINISH_MS, AbortSignal.any([deadline]))]);
    this.#parts.events.finished(this.#parts.ledger.total(), this.#parts.feed.durability);
    await this.#dropLease();
  }

  #isFull(): boolean {
    return [...this.#parts.lanes.values()].some((lane) => lane.pending.readyMessages >= this.#options.maxRows);
  }

  /** Stores all that waits now, in as many transactions as it takes. @returns false when another subscriber owns it */
  async #flushReady(signal: AbortSignal): Promise<boolean> {
    let left = this.#parts.ledger.total().waiting;
    do {
      await this.#refill();
      const cut = cutReady(this.#parts.lanes.values(), this.#options.maxRows);
      if (cut === undefined) return true;
      if (!(await this.#store(cut, signal))) return false;
      left -= cut.messages;
    } while (left > 0 && !signal.aborted);
    return true;
  }

  /** Tries until the cut is stored. @returns false: taken over, or told to stop */
  async #store(cut: FlushCut, signal: AbortSignal): Promise<boolean> {
    for (let attempt = 0; ; attempt++) {
      if (this.#lease === undefined || this.#lease.lost.aborted) {
        const verdict = await this.#takeLeaseAgain(cut, signal);
        if (verdict !== 'unmoved') return verdict === 'committed';
      }
      const started = nowMicros();
      try {
        const result = await this.#lease?.commit(cut.batch);
        if (result !== undefined) this.#settle(cut, result);
        return result !== undefined;
      } catch (error) {
        this.#parts.events.insertFailure(error, (nowMicros() - started) / 1e6);
        if (error instanceof LeaseLostError) await this.#dropLease();
      }
      if (signal.aborted) return false;
      await sleep(backoffMs(attempt), signal);
      if (signal.aborted) return false;
    }
  }

  /** After the lease's connection was lost: has anybody, perhaps our own last COMMIT, moved the positions? */
  async #takeLeaseAgain(cut: FlushCut, signal: AbortSignal): Promise<'unmoved' | 'committed' | 'taken'> {
    await this.#dropLease();
    const lease = await this.#parts.ownership.take(signal);
    if (lease === undefined) return 'taken';
    this.#lease = lease;
    if (isUnmoved(this.#parts.lanes.values(), lease.positions)) return 'unmoved';
    if (!isCommitted(cut, lease.positions)) {
      await this.#dropLease();
      return 'taken';
    }
    const rows = new Map(cut.parts.map(({ lane }) => [lane.exchange, countTicks(cut, lane)]));
    this.#settle(cut, { stored: rows, refusedByDatabase: new Map(), seconds: 0 });
    return 'committed';
  }

  async #dropLease(): Promise<void> {
    const lease = this.#lease;
    this.#lease = undefined;
    try {
      await lease?.[Symbol.asyncDispose]();
    } catch {
      // A lease whose connection is gone is as good as given back.
    }
  }

  #settle(cut: FlushCut, result: CommitResult): void {
    const { ledger, feed, events } = this.#parts;
    for (const { lane, count, position } of cut.parts) {
      const messages = lane.pending.ready.slice(0, count).reduce((sum, batch) => sum + batch.messages, 0);
      const stored = result.stored.get(lane.exchange) ?? 0;
      lane.stored(count, position);
      ledger.add(lane.exchange, 'stored', stored);
      ledger.add(lane.exchange, 'rejected', messages - stored);
    }
    // Trimming may fail (disk, Redis); the log is then trimmed with the next flush.
    feed.committed(cut.batch.positions).catch((error: unknown) => events.trimFailure(error));
    const age = (nowMicros() - cut.oldestReceivedAt) / 1e6;
    events.inserted(cut.batch.ticks.length, result.seconds, age, ledger);
  }

  /** Reads what was left to the log again, when memory has room for it. */
  async #refill(): Promise<void> {
    const { lanes, feed, ledger, events } = this.#parts;
    for (const lane of lanes.values()) {
      lane.pending.settle();
      const wanted = Math.min(lane.pending.spilled, this.#options.maxRows - lane.pending.readyMessages);
      if (wanted <= 0) continue;
      const batches = await feed.replay(lane.exchange, lane.readyPosition, wanted);
      if (batches.length > 0) {
        lane.refill(batches);
        continue;
      }
      const lost = lane.pending.forgetSpilled();
      ledger.add(lane.exchange, 'refused', lost);
      events.logLost(lane.exchange, lost);
    }
  }
}

function countTicks(cut: FlushCut, lane: Lane): number {
  return cut.batch.ticks.reduce((sum, tick) => sum + (tick.exchange === lane.exchange ? 1 : 0), 0);
}
