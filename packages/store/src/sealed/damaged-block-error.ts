import { formatMicros } from '@tickwatch/core';
import type { SealedBlock } from './sealed-block.ts';

/** The newest way of packing that this program reads, and the one it writes. */
export const BLOCK_VERSION = 1;

type Place = Pick<SealedBlock, 'stock' | 'exchange' | 'firstTime' | 'place' | 'count'>;

/** A block's bytes are not those that were written, or a newer Tickwatch wrote them: its ticks can't be told. */
export class DamagedBlockError extends Error {
  readonly code = 'BLOCK_DAMAGED';
  override readonly name = 'DamagedBlockError';
  readonly stock: string;
  readonly exchange: string;
  /** `2026-06-01`, UTC. */
  readonly day: string;
  readonly place: number;
  /** How many ticks are missing, as far as the block still tells. */
  readonly count: number;

  constructor(block: Place, why: string) {
    const day = formatMicros(block.firstTime).slice(0, 10);
    super(
      `block ${block.place} of ${block.stock} on ${block.exchange}, ${day}, is unreadable: ${why}; its ${block.count} ticks are missing`,
    );
    this.stock = block.stock;
    this.exchange = block.exchange;
    this.day = day;
    this.place = block.place;
    this.count = block.count;
  }
}
