import { type EpochMicros, formatMicros } from '@tickwatch/core';
import type { SealedBlock } from './sealed-block.ts';

/** The newest way of packing that this program reads: that of blocks with ranks. */
export const BLOCK_VERSION = 2;
/** That of all others, which any program reads. */
export const PLAIN_VERSION = 1;

type Place = Pick<SealedBlock, 'stock' | 'exchange' | 'firstTime' | 'place' | 'count'>;

/** What is said of a block that is damaged. */
export function damageText({ place, stock, exchange, firstTime, count }: Place, why: string): string {
  return `block ${place} of ${stock} on ${exchange}, ${dayOf(firstTime)}, is unreadable: ${why}; its ${count} ticks are missing`;
}

function dayOf(time: EpochMicros): string {
  return formatMicros(time).slice(0, 10);
}

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
    super(damageText(block, why));
    this.stock = block.stock;
    this.exchange = block.exchange;
    this.day = dayOf(block.firstTime);
    this.place = block.place;
    this.count = block.count;
  }
}
