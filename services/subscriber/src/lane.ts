import { nowMicros, type SequencedTick } from '@tickwatch/core';
import { type FeedBatch, Fingerprint, type TickFeed } from '@tickwatch/feed';
import type { IngestPosition } from '@tickwatch/store';
import { type DecodedBatch, decodeBatch, FINGERPRINT_MESSAGES } from './decode-batch.ts';
import { type LaneLimits, PendingLane } from './pending-lane.ts';
import { RecentTicks } from './recent-ticks.ts';

export interface TailLimits {
  readonly keepMs: number;
  readonly maxTicks: number;
}

export interface LaneTail {
  readonly from: number;
  readonly to: number;
  readonly ticks: Iterable<readonly SequencedTick[]>;
}

/** Everything about one exchange that is on its way into the store: numbering, waiting ticks, the newest stored ones. */
export class Lane {
  readonly exchange: string;
  readonly pending: PendingLane;
  readonly recent: RecentTicks;
  readonly #logId: string;
  #committed: IngestPosition | undefined;
  #seq = 0;
  #numbersNew = true;
  #isPlaced = false;

  constructor(exchange: string, feed: TickFeed, limits: LaneLimits, tail: TailLimits) {
    this.exchange = exchange;
    this.#logId = feed.logId(exchange);
    this.pending = new PendingLane(exchange, limits, (position) => feed.isKept(exchange, position));
    this.recent = new RecentTicks(tail.keepMs, tail.maxTicks);
  }

  get committed(): IngestPosition | undefined {
    return this.#committed;
  }

  /** Number of the last tick that is committed. */
  get committedSeq(): number {
    return this.#committed?.seq ?? 0;
  }

  /** Begins (again) after a committed position; `undefined`: nothing is committed yet. */
  resume(committed: IngestPosition | undefined): void {
    this.release();
    this.#isPlaced = true;
    this.#committed = committed;
    this.#seq = committed?.seq ?? 0;
  }

  /** Forgets what waits; until it is resumed nobody knows what is committed. */
  release(): void {
    this.pending.clear();
    this.recent.clear();
    this.#isPlaced = false;
    this.#committed = undefined;
    this.#seq = 0;
    this.#numbersNew = true;
  }

  /**
   * Reads a batch and numbers its ticks. What the log held keeps counting from the committed number. What arrives
   * new starts, once per process, at the clock's microseconds: numbers that an earlier process gave to ticks that
   * went live but into no log are then never given again (no feed brings a million ticks a second for long).
   */
  decode(batch: FeedBatch): DecodedBatch {
    let first = this.#seq + 1;
    if (!batch.replayed && this.#numbersNew) {
      first = Math.max(first, nowMicros());
      this.#numbersNew = false;
    }
    const decoded = decodeBatch(batch, this.#seq, first);
    this.#seq = decoded.seq;
    return decoded;
  }

  /** Reads batches that were left to the log again; they follow what is ready. */
  refill(batches: readonly FeedBatch[]): void {
    let seq = this.pending.ready.at(-1)?.seq ?? this.committedSeq;
    const decoded = batches.map((batch) => {
      const next = decodeBatch(batch, seq);
      seq = next.seq;
      return next;
    });
    this.pending.refill(decoded);
  }

  /** Where the log is to be read from to follow what is ready in memory. */
  get readyPosition(): string {
    return this.pending.ready.at(-1)?.position ?? this.#committed?.position ?? '';
  }

  /** The position to commit together with these batches (the oldest that are ready, all of one exchange). */
  positionAfter(batches: readonly DecodedBatch[]): IngestPosition | undefined {
    const last = batches.at(-1);
    if (last === undefined) return undefined;
    const fingerprint = Fingerprint.parse(this.#committed?.fingerprint ?? '');
    for (const payload of lastPayloads(batches)) fingerprint.add(payload);
    return {
      exchange: this.exchange,
      logId: this.#logId,
      position: last.position,
      fingerprint: fingerprint.text(),
      receivedAt: last.receivedAt,
      seq: last.seq,
    };
  }

  /** The oldest `count` batches are committed with this position. */
  stored(count: number, position: IngestPosition): void {
    this.recent.add(this.pending.removeStored(count));
    this.#committed = position;
  }

  /**
   * Stored and waiting ticks that are in memory, in order, and the number from which they are complete; `undefined`
   * while this process does not know what is committed.
   */
  tail(): LaneTail | undefined {
    if (!this.#isPlaced) return undefined;
    const { pending, recent } = this;
    const from = recent.from ?? this.committedSeq;
    const to = (pending.spilled > 0 ? pending.ready.at(-1)?.seq : this.#seq) ?? this.committedSeq;
    return { from, to, ticks: concat(recent.ticks(), pending.readyTicks()) };
  }
}

/** The last messages of all batches together, oldest first; only these decide the fingerprint. */
function lastPayloads(batches: readonly DecodedBatch[]): readonly Uint8Array[] {
  let payloads: readonly Uint8Array[] = [];
  for (let i = batches.length - 1; i >= 0 && payloads.length < FINGERPRINT_MESSAGES; i--) {
    payloads = [...(batches[i]?.lastPayloads ?? []), ...payloads];
  }
  return payloads;
}

function* concat<T>(...parts: readonly Iterable<T>[]): Iterable<T> {
  for (const part of parts) yield* part;
}
