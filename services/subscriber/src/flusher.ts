import { backoffMs, nowMicros } from '@tickwatch/core';
import type { TickFeed } from '@tickwatch/feed';
import { sleep } from '@tickwatch/runtime';
import { type CommitResult, type IngestLease, LeaseLostError, StoreSlowError } from '@tickwatch/store';
import type { IngestEvents } from './events.ts';
import { cutReady, type FlushCut, isCommitted, isUnmoved } from './flush-cut.ts';
import type { Lane } from './lane.ts';
import type { Ledger } from './ledger.ts';
import type { Ownership } from './ownership.ts';

/** Leaves the rest of the ten seconds that a stop may take to closing connections and files. */
const FINISH_MS = 6500;
/** Giving a lease back waits for what is in flight; a database that hangs is not waited for longer. */
const RELEASE_MS = 1000;
/** A database that was too slow for a batch gets this much more with every commit that it makes in time. */
const GROWTH = 1.125;

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
  /** What one commit takes of a lane for now: less than `maxRows` while the database is too slow for more. */
  #rows: number;

  constructor(parts: FlusherParts, options: FlusherOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#rows = options.maxRows;
  }

  /**
   * Flushes until the turn ends or another subscriber has taken the exchanges over. At a stop it flushes once more,
   * and says what is left in the log when that can't be done in time. Gives the lease back.
   */
  async run(lease: IngestLease, turn: AbortSignal, stop: AbortSignal): Promise<void> {
    this.#lease = lease;
    const overdue = new AbortController();
    try {
      await Promise.race([this.#work(turn, stop, overdue.signal), untilOverdue(stop, overdue.signal)]);
      if (stop.aborted) this.#parts.events.finished(this.#parts.ledger.total(), this.#parts.feed.durability);
    } finally {
      overdue.abort();
      await this.#dropLease();
    }
  }

  /** Tells that a lane has grown. */
  wakeWhenFull(lane: Lane): void {
    if (lane.pending.readyMessages >= this.#options.maxRows) this.#alarm.abort();
  }

  async #work(turn: AbortSignal, stop: AbortSignal, overdue: AbortSignal): Promise<void> {
    const started = nowMicros();
    // What a former turn or process left is stored now, not an interval later.
    let ours = await this.#flushReady(turn);
    let due = started + this.#options.intervalMs * 1000;
    while (ours && !turn.aborted) {
      await this.#untilDue(due, turn);
      if (turn.aborted) break;
      if (nowMicros() >= due) due = Math.max(due + this.#options.intervalMs * 1000, nowMicros());
      ours = await this.#flushReady(turn);
    }
    if (stop.aborted) await this.#flushReady(overdue);
  }

  /** Waits for the time, a full lane, a lost lease or the end of the turn. */
  async #untilDue(due: number, turn: AbortSignal): Promise<void> {
    this.#alarm = new AbortController();
    const isFull = [...this.#parts.lanes.values()].some(
      ({ pending }) => pending.readyMessages >= this.#options.maxRows,
    );
    if (isFull) return;
    const news = [turn, this.#alarm.signal, ...(this.#lease === undefined ? [] : [this.#lease.lost])];
    await sleep((due - nowMicros()) / 1000, AbortSignal.any(news));
  }

  /** Stores all that waits now, in as many transactions as it takes. @returns false when another subscriber owns it */
  async #flushReady(signal: AbortSignal): Promise<boolean> {
    if (!this.#isHeld && (await this.#takeLeaseAgain(signal)) !== 'unmoved') return false;
    let left = this.#parts.ledger.total().waiting;
    do {
      await this.#refill();
      const cut = cutReady(this.#parts.lanes.values(), this.#rows);
      if (cut === undefined) return true;
      const stored = await this.#store(cut, signal);
      if (stored === undefined) return signal.aborted;
      left -= stored;
    } while (left > 0 && !signal.aborted);
    return true;
  }

  /** Tries until the cut, or what is left of it, is stored. @returns messages; `undefined`: taken over, or told to stop */
  async #store(whole: FlushCut, signal: AbortSignal): Promise<number | undefined> {
    let cut = whole;
    for (let attempt = 0; !signal.aborted; attempt++) {
      if (!this.#isHeld) {
        const verdict = await this.#takeLeaseAgain(signal, cut);
        if (verdict !== 'unmoved') return verdict === 'committed' ? cut.messages : undefined;
      }
      const started = nowMicros();
      try {
        const result = await this.#lease?.commit(cut.batch);
        if (result === undefined) return undefined;
        this.#settle(cut, result);
        this.#rows = Math.min(this.#options.maxRows, Math.ceil(this.#rows * GROWTH));
        return cut.messages;
      } catch (error) {
        this.#parts.events.insertFailure(error, (nowMicros() - started) / 1e6);
        if (error instanceof LeaseLostError) await this.#dropLease();
        else this.#parts.ownership.failed(error);
        if (error instanceof StoreSlowError) cut = this.#smaller(cut);
      }
      await sleep(backoffMs(attempt), signal);
    }
    return undefined;
  }

  /** The older half of a cut that takes PostgreSQL too long: tried whole again and again it would never be stored. */
  #smaller(cut: FlushCut): FlushCut {
    this.#rows = Math.ceil(cut.most / 2);
    return cutReady(this.#parts.lanes.values(), this.#rows) ?? cut;
  }

  get #isHeld(): boolean {
    return this.#lease !== undefined && !this.#lease.lost.aborted;
  }

  /** After a lease was lost: has anybody, perhaps our own last COMMIT, moved the positions? */
  async #takeLeaseAgain(signal: AbortSignal, cut?: FlushCut): Promise<'unmoved' | 'committed' | 'taken'> {
    await this.#dropLease();
    const { ownership, ledger, events } = this.#parts;
    const lease = await ownership.takeAgain(signal, (error) => {
      if (ledger.total().waiting > 0) events.insertFailure(error, 0);
    });
    if (lease === undefined) return 'taken';
    this.#lease = lease;
    if (isUnmoved(this.#parts.lanes.values(), lease.positions)) return 'unmoved';
    if (cut === undefined || !isCommitted(cut, lease.positions)) return 'taken';
    const rows = new Map(cut.parts.map(({ lane }) => [lane.exchange, countTicks(cut, lane)]));
    this.#settle(cut, { stored: rows, refusedByDatabase: new Map(), seconds: 0 });
    return 'committed';
  }

  async #dropLease(): Promise<void> {
    const lease = this.#lease;
    this.#lease = undefined;
    // A lease whose connection is gone is as good as given back.
    const release = lease?.[Symbol.asyncDispose]().then(undefined, () => {});
    await Promise.race([release, sleep(RELEASE_MS)]);
  }

  #settle(cut: FlushCut, result: CommitResult): void {
    const { ledger, feed, events, ownership } = this.#parts;
    for (const { lane, count, position } of cut.parts) {
      const messages = lane.pending.ready.slice(0, count).reduce((sum, batch) => sum + batch.messages, 0);
      const stored = result.stored.get(lane.exchange) ?? 0;
      lane.stored(count, position);
      ledger.add(lane.exchange, 'stored', stored);
      ledger.add(lane.exchange, 'rejected', messages - stored);
    }
    ownership.worked();
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
      try {
        const batches = await feed.replay(lane.exchange, lane.readyPosition, wanted);
        if (batches.length > 0) {
          lane.refill(batches);
          continue;
        }
      } catch (error) {
        // Redis is away: what is in memory is stored, the rest waits where it is.
        events.replayFailure(error);
        continue;
      }
      const lost = lane.pending.forgetSpilled();
      ledger.add(lane.exchange, 'refused', lost);
      events.logLost(lane.exchange, lost);
    }
  }
}

/** Resolves some time after a stop; never when the work is `done` before. */
function untilOverdue(stop: AbortSignal, done: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const arm = (): void => void sleep(FINISH_MS, done).then(resolve);
    if (stop.aborted) arm();
    else stop.addEventListener('abort', arm, { once: true, signal: done });
  });
}

function countTicks(cut: FlushCut, lane: Lane): number {
  return cut.batch.ticks.reduce((sum, tick) => sum + (tick.exchange === lane.exchange ? 1 : 0), 0);
}
