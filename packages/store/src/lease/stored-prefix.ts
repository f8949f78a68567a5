import type { SequencedTick } from '@tickwatch/core';
import type { IngestBatch, IngestPosition, RejectedMessage } from '../tick-store.ts';
import type { Office } from './postgres-lease.ts';

/** Rows by exchange. */
export interface Counts {
  readonly stored: Map<string, number>;
  readonly refusedByDatabase: Map<string, number>;
}

export function emptyCounts(): Counts {
  return { stored: new Map(), refusedByDatabase: new Map() };
}

/**
 * What of each exchange is known to be stored, so that a batch which is tried again, alone or with more behind it,
 * loses what an earlier try has stored after all. Ticks are told by their `seq`; rejected messages have none and are
 * told by their number: a batch that is tried again begins with the same messages.
 */
export class StoredPrefix {
  readonly #seqs: Map<string, number>;
  readonly #rejected = new Map<string, number>();
  readonly #refused = new Map<string, number>();

  constructor(offices: readonly Office[]) {
    this.#seqs = new Map(offices.map((office) => [office.exchange, office.seq]));
  }

  /** Notes a batch that was committed and answered for. */
  advance({ positions }: IngestBatch): void {
    for (const { exchange, seq } of positions) {
      this.#seqs.set(exchange, Math.max(seq, this.#seqs.get(exchange) ?? 0));
    }
  }

  /** Notes a batch that turned out to be committed, and that will be handed in again. */
  remember(batch: IngestBatch, counts: Counts): void {
    this.advance(batch);
    for (const { exchange } of batch.rejected) increase(this.#rejected, exchange, 1);
    for (const [exchange, count] of counts.refusedByDatabase) increase(this.#refused, exchange, count);
  }

  /** What of a batch is not stored yet, and the counts of what is. */
  without(batch: IngestBatch): { readonly rest: IngestBatch; readonly counts: Counts } {
    const counts = emptyCounts();
    if (!this.#touches(batch)) return { rest: batch, counts };
    const ticks: SequencedTick[] = [];
    for (const tick of batch.ticks) {
      if (tick.seq > (this.#seqs.get(tick.exchange) ?? 0)) ticks.push(tick);
      else increase(takeOne(this.#refused, tick.exchange) ? counts.refusedByDatabase : counts.stored, tick.exchange, 1);
    }
    const rejected: RejectedMessage[] = batch.rejected.filter(({ exchange }) => !takeOne(this.#rejected, exchange));
    const positions: IngestPosition[] = batch.positions.filter(
      ({ exchange, seq }) => seq >= (this.#seqs.get(exchange) ?? 0),
    );
    return { rest: { positions, ticks, rejected }, counts };
  }

  #touches(batch: IngestBatch): boolean {
    if (this.#rejected.size > 0) return true;
    for (const tick of batch.ticks) if (tick.seq <= (this.#seqs.get(tick.exchange) ?? 0)) return true;
    return batch.positions.some(({ exchange, seq }) => seq < (this.#seqs.get(exchange) ?? 0));
  }
}

function takeOne(from: Map<string, number>, exchange: string): boolean {
  const left = from.get(exchange) ?? 0;
  if (left === 0) return false;
  if (left === 1) from.delete(exchange);
  else from.set(exchange, left - 1);
  return true;
}

export function increase(counts: Map<string, number>, exchange: string, by: number): void {
  counts.set(exchange, (counts.get(exchange) ?? 0) + by);
}
