import type { SequencedTick } from '@tickwatch/core';
import type { DecodedBatch } from './decode-batch.ts';

export interface LaneLimits {
  /** Messages held in memory before newer ones are left to the log. */
  readonly maxMessages: number;
  /** Messages that may wait for the log to keep them; beyond, the newest are refused. */
  readonly maxUnkept: number;
}

/**
 * What waits to be stored of one exchange, oldest first, in three parts:
 * `ready` in memory, then `spilled` (counted here, to be read again from the log), then `unkept` in memory because
 * the log has not (or can't) keep it yet. Memory is bounded; what neither memory nor log can take is refused.
 */
export class PendingLane {
  readonly exchange: string;
  readonly #limits: LaneLimits;
  readonly #isKept: (position: string) => boolean;
  #ready: DecodedBatch[] = [];
  #readyMessages = 0;
  #spilled = 0;
  #unkept: DecodedBatch[] = [];
  #unkeptMessages = 0;

  constructor(exchange: string, limits: LaneLimits, isKept: (position: string) => boolean) {
    this.exchange = exchange;
    this.#limits = limits;
    this.#isKept = isKept;
  }

  /** Messages that wait, wherever they are. */
  get waiting(): number {
    return this.#readyMessages + this.#spilled + this.#unkeptMessages;
  }

  get ready(): readonly DecodedBatch[] {
    return this.#ready;
  }

  get readyMessages(): number {
    return this.#readyMessages;
  }

  get spilled(): number {
    return this.#spilled;
  }

  /** Takes a batch. @returns false: refused, neither memory nor log can hold it */
  add(batch: DecodedBatch): boolean {
    if (this.#spilled === 0 && this.#unkept.length === 0 && this.#readyMessages < this.#limits.maxMessages) {
      this.#push(batch);
      return true;
    }
    this.settle();
    if (this.#unkeptMessages >= this.#limits.maxUnkept) return false;
    this.#unkept.push(batch);
    this.#unkeptMessages += batch.messages;
    return true;
  }

  /** Lets go of what the log keeps by now, and moves up what fits into memory. */
  settle(): void {
    while (this.#unkept[0] !== undefined && this.#isKept(this.#unkept[0].position)) {
      this.#spilled += this.#shiftUnkept()?.messages ?? 0;
    }
    while (this.#spilled === 0 && this.#unkept.length > 0 && this.#readyMessages < this.#limits.maxMessages) {
      const batch = this.#shiftUnkept();
      if (batch !== undefined) this.#push(batch);
    }
  }

  /** Puts back, in order, batches that were read again from the log. */
  refill(batches: readonly DecodedBatch[]): void {
    for (const batch of batches) {
      this.#push(batch);
      this.#spilled -= batch.messages;
    }
    this.settle();
  }

  /** The log no longer holds what was left to it. @returns how many messages are gone */
  forgetSpilled(): number {
    const lost = this.#spilled;
    this.#spilled = 0;
    this.settle();
    return lost;
  }

  /** Removes the oldest batches: they are stored. */
  removeStored(count: number): readonly DecodedBatch[] {
    const stored = this.#ready.splice(0, count);
    for (const batch of stored) this.#readyMessages -= batch.messages;
    this.settle();
    return stored;
  }

  clear(): void {
    this.#ready = [];
    this.#unkept = [];
    this.#readyMessages = 0;
    this.#spilled = 0;
    this.#unkeptMessages = 0;
  }

  /** When the oldest waiting message was received, in µs; `undefined`: nothing waits. */
  get oldestReceivedAt(): number | undefined {
    return (this.#ready[0] ?? this.#unkept[0])?.receivedAt;
  }

  /** Ticks in memory that are next in order (before any gap that only the log can fill). */
  *readyTicks(): Iterable<readonly SequencedTick[]> {
    for (const batch of this.#ready) yield batch.ticks;
    if (this.#spilled === 0) for (const batch of this.#unkept) yield batch.ticks;
  }

  #push(batch: DecodedBatch): void {
    this.#ready.push(batch);
    this.#readyMessages += batch.messages;
  }

  #shiftUnkept(): DecodedBatch | undefined {
    const batch = this.#unkept.shift();
    this.#unkeptMessages -= batch?.messages ?? 0;
    return batch;
  }
}
