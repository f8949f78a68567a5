import { formatMicros } from '@tickwatch/core';
import type { DamagedBlockError } from '../../sealed/damaged-block-error.ts';
import type { SealedBlock } from '../../sealed/sealed-block.ts';
import type { AnswerHole } from '../coverage/completeness.ts';
import type { Span } from '../queries/range.ts';

/** A block that could not be read; its ticks are in no answer. */
export type DamagedBlock = Pick<SealedBlock, 'stock' | 'exchange' | 'firstTime' | 'lastTime' | 'place' | 'count'>;

/** An answer that was said to be complete turned out not to be: it is cut off, and the next one says so from the start. */
export class LateDamageError extends Error {
  readonly code = 'READ_DAMAGED';
  override readonly name = 'LateDamageError';

  constructor({ stock, exchange, firstTime, place }: DamagedBlock) {
    super(`block ${place} of ${stock} on ${exchange}, ${formatMicros(firstTime).slice(0, 10)}, is damaged`);
  }
}

/** More are logged and not remembered. */
const MOST_KNOWN = 10_000;

/** The damaged blocks that this process has met. */
export class DamagedBlocks {
  readonly #known = new Map<string, DamagedBlock>();
  readonly #onDamaged: (error: DamagedBlockError) => void;

  /** @param onDamaged is called once for each block */
  constructor(onDamaged: (error: DamagedBlockError) => void) {
    this.#onDamaged = onDamaged;
  }

  add({ stock, exchange, firstTime, lastTime, place, count }: SealedBlock, error: DamagedBlockError): DamagedBlock {
    const block = { stock, exchange, firstTime, lastTime, place, count };
    const key = keyOf(block);
    if (!this.#known.has(key)) {
      if (this.#known.size < MOST_KNOWN) this.#known.set(key, block);
      this.#onDamaged(error);
    }
    return block;
  }

  /** It was read: somebody has mended it. */
  delete(block: DamagedBlock): void {
    if (this.#known.size > 0) this.#known.delete(keyOf(block));
  }

  all(): readonly DamagedBlock[] {
    return [...this.#known.values()];
  }
}

/** What an answer over a range lacks because of a block. */
export function holeOfBlock({ exchange, firstTime, lastTime, count }: DamagedBlock, span: Span): AnswerHole {
  const from = Math.max(firstTime, span.from);
  const until = Math.min(lastTime + 1, span.until);
  // How many of them are in a part of it, nobody knows.
  const isAll = from === firstTime && until === lastTime + 1;
  return { from, until, exchange, reason: 'block_damaged', messages: isAll ? count : undefined };
}

/** The same of the same block. */
export function keyOf({ stock, exchange, firstTime, place }: DamagedBlock): string {
  return JSON.stringify([stock, exchange, firstTime, place]);
}
