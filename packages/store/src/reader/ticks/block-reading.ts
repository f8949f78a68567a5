import type { BlockRow } from '../../sealed/block-row.ts';
import { readBlockRow } from '../../sealed/block-row.ts';
import { DamagedBlockError } from '../../sealed/damaged-block-error.ts';
import { decodeBlock } from '../../sealed/decode-block.ts';
import type { SealedBlock } from '../../sealed/sealed-block.ts';
import type { Row } from '../read-pool.ts';
import { type DamagedBlock, type DamagedBlocks, keyOf } from './damaged-blocks.ts';
import type { TickSlice } from './tick-slice.ts';

/** Unpacks the blocks of one answer, and keeps in mind which of them could not be. */
export class BlockReading {
  readonly #known: DamagedBlocks;
  readonly #damaged = new Map<string, DamagedBlock>();

  constructor(known: DamagedBlocks) {
    this.#known = known;
  }

  /** All of this process. */
  get known(): DamagedBlocks {
    return this.#known;
  }

  /** Those that were met for this answer. */
  get damaged(): readonly DamagedBlock[] {
    return [...this.#damaged.values()];
  }

  /** As {@link unpack}. @param row with `BLOCK_COLUMNS` */
  open(row: Row, until: number): TickSlice | undefined {
    return this.unpack(readBlockRow(row as unknown as BlockRow), until, false);
  }

  /**
   * @param until ticks of that time and later are not needed
   * @param wantsRanks false: it is read for its stock alone
   * @returns `undefined`: it is damaged
   */
  unpack(block: SealedBlock, until: number, wantsRanks = true): TickSlice | undefined {
    try {
      const ticks = decodeBlock(block, until, wantsRanks);
      this.#known.delete(block);
      return { ticks, exchange: block.exchange, from: 0, until: ticks.count };
    } catch (error) {
      if (!(error instanceof DamagedBlockError)) throw error;
      const damaged = this.#known.add(block, error);
      this.#damaged.set(keyOf(damaged), damaged);
      return undefined;
    }
  }
}
