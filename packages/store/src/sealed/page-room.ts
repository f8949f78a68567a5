import type { BlockDraft } from './block-draft.ts';
import { BLOCK_TICKS } from './sealed-block.ts';

/** Of 8192 bytes, those that rows and the pointers to them share. */
const PAGE_BYTES = 8168;
const POINTER_BYTES = 4;
/** Less is left empty: a row takes some 200 bytes before its first tick. */
const LEAST_ROOM = 1000;
/** A block that fills this much of the room is not drafted anew for the rest. */
const FULL = 0.985;
const MOST_TRIES = 4;
/** Until a block was seen. */
const BYTES_A_TICK = 3.2;
const BYTES_A_ROW = 240;

/**
 * The room in a page of `sealed_blocks`. Blocks that are cut by it and inserted in the order in which they were packed fill page
 * after page: nothing lies in toast, which would cost an index, a header every 2,000 bytes and half of such a piece a block.
 */
export class PageRoom {
  #free = PAGE_BYTES;
  #bytesATick = BYTES_A_TICK;
  #bytesARow = BYTES_A_ROW;

  /**
   * The next block of ticks of which `left` are left.
   * @param draft a block of as many ticks as it is told, or a few less or more, so as not to cut between ticks of one time stamp
   */
  nextBlock(left: number, draft: (ticks: number) => BlockDraft): BlockDraft {
    const most = Math.min(left, BLOCK_TICKS);
    let fitting: BlockDraft | undefined;
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const ticks = Math.min(most, this.#ticksThatFit());
      if (ticks < most && this.#free < LEAST_ROOM) {
        this.#free = PAGE_BYTES;
        continue;
      }
      if (fitting !== undefined && fitting.row.count >= ticks) break;
      const block = draft(Math.max(1, ticks));
      // Numbers of any length: PostgreSQL packs and moves them as it does any row.
      if (block.row.numbers !== null) return block.row.count >= most ? block : draft(most);
      const bytes = this.#learn(block);
      if (bytes > this.#free) continue;
      fitting = block;
      if (block.row.count >= most || bytes > FULL * this.#free) break;
    }
    if (fitting === undefined) {
      // Ticks of one time stamp, mostly: they stay together, in toast if they must.
      this.#free = PAGE_BYTES;
      fitting = draft(Math.min(most, this.#ticksThatFit()));
    }
    this.#free = Math.max(0, this.#free - this.#learn(fitting));
    return fitting;
  }

  #ticksThatFit(): number {
    return Math.floor((this.#free - this.#bytesARow) / this.#bytesATick);
  }

  /** @returns bytes of the block's row in a page */
  #learn(block: BlockDraft): number {
    const bytes = rowBytes(block);
    // Origins grow with the ticks, where live and imported ones alternate.
    const ofTicks = block.payloadBytes + 8 * (block.row.origins?.length ?? 0);
    this.#bytesATick = Math.max(ofTicks / block.row.count, 1 / 8);
    // A little more, for what differs from block to block.
    this.#bytesARow = bytes - ofTicks + 0.003 * PAGE_BYTES;
    return bytes;
  }
}

/** Of a row without numbers, with its pointer. */
function rowBytes({ row, payloadBytes }: BlockDraft): number {
  const { stock, exchange, times, prices, scales, ties, origins, ranks } = row;
  // Header and bits of NULLs, two times, place, count, version, scales, first price, checksum.
  const fixed = 32 + 16 + 8 + 8 + 8 + 9;
  const names = Buffer.byteLength(stock) + Buffer.byteLength(exchange) + 2 + 7;
  const codes =
    [times, prices, scales, ranks].reduce((sum, code) => sum + arrayBytes(code, 4), 0) +
    arrayBytes(ties, 8) +
    arrayBytes(origins, 8);
  const bytes = fixed + names + codes + payloadBytes + 7;
  return Math.ceil(bytes / 8) * 8 + POINTER_BYTES;
}

function arrayBytes(array: readonly number[] | null, width: number): number {
  if (array === null) return 0;
  const bytes = 24 + width * array.length;
  // Short ones have a header of one byte and lie anywhere.
  return bytes < 127 ? bytes - 3 : bytes + width - 1;
}
