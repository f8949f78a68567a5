import { type EpochMicros, nowMicros, type SequencedTick } from '@tickwatch/core';
import type { DecodedBatch } from './decode-batch.ts';

interface Stored {
  readonly batch: DecodedBatch;
  readonly storedAt: EpochMicros;
}

/**
 * The newest stored ticks of one exchange. A reader takes its database snapshot first and asks for the tail then;
 * what was committed in between must still be here. Bounded by age and by number.
 */
export class RecentTicks {
  readonly #keepMicros: number;
  readonly #maxTicks: number;
  #stored: Stored[] = [];
  #ticks = 0;

  constructor(keepMs: number, maxTicks: number) {
    this.#keepMicros = keepMs * 1000;
    this.#maxTicks = maxTicks;
  }

  add(batches: readonly DecodedBatch[]): void {
    const storedAt = nowMicros();
    for (const batch of batches) {
      if (batch.ticks.length === 0) continue;
      this.#stored.push({ batch, storedAt });
      this.#ticks += batch.ticks.length;
    }
    let drop = 0;
    for (const { batch, storedAt: at } of this.#stored) {
      if (this.#ticks <= this.#maxTicks && at >= storedAt - this.#keepMicros) break;
      this.#ticks -= batch.ticks.length;
      drop++;
    }
    this.#stored.splice(0, drop);
  }

  clear(): void {
    this.#stored = [];
    this.#ticks = 0;
  }

  /** Everything after this number is here; `undefined`: nothing is. */
  get from(): number | undefined {
    return this.#stored[0]?.batch.seqBefore;
  }

  *ticks(): Iterable<readonly SequencedTick[]> {
    for (const { batch } of this.#stored) yield batch.ticks;
  }
}
