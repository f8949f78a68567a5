import { type BlockDraft, draftBlock, packDraft } from './block-draft.ts';
import { blockEnd } from './cut-blocks.ts';
import type { PageRoom } from './page-room.ts';
import { BLOCK_TICKS, type BlockKey, type SealedBlock } from './sealed-block.ts';
import type { TickColumns } from './tick-columns.ts';

const SEQ_BOUND = 2 ** 52;
const RANK_BOUND = 2 ** 31;

export interface EncodeOptions {
  /** The seq that stands for all ticks that came with this one, by an import, say; `undefined` or 0: it need not be known. */
  readonly originOf?: (seq: number) => number | undefined;
  /** Of the page that the blocks are inserted into, in the order in which they are packed; without one they are as large as may be. */
  readonly room?: PageRoom;
  /** Number of the first block, where others come before it. Default 1. */
  readonly firstPlace?: number;
  /** No more blocks than this: the ticks behind them are left. */
  readonly atMost?: number;
}

/**
 * Packs the ticks of a stock on an exchange within one day, in order. Of a tick that is alone in its time stamp only the
 * origin of its seq is kept.
 * @throws RangeError for ticks out of order, and for a time or seq that is no integer or too large
 */
export function encodeBlocks(key: BlockKey, ticks: TickColumns, options: EncodeOptions = {}): SealedBlock[] {
  checkTicks(key, ticks);
  const blocks: SealedBlock[] = [];
  const { room, firstPlace = 1, atMost = Number.POSITIVE_INFINITY } = options;
  for (let start = 0; start < ticks.count && blocks.length < atMost; ) {
    const place = firstPlace + blocks.length;
    const draft = (most: number): BlockDraft => {
      const end = blockEnd(ticks.times, start, most);
      return draftBlock({ key, ticks, start, end, place, originOf: options.originOf });
    };
    const chosen = room?.nextBlock(ticks.count - start, draft) ?? draft(BLOCK_TICKS);
    blocks.push(packDraft(chosen));
    start += chosen.row.count;
  }
  return blocks;
}

function checkTicks({ stock, exchange }: BlockKey, { count, times, seqs, ranks, prices }: TickColumns): void {
  const named = `ticks of ${stock} on ${exchange}`;
  const priced = prices.kind === 'texts' ? prices.texts.length : prices.mantissas.length;
  if (times.length !== count || seqs.length !== count || priced !== count)
    throw new RangeError(
      `${named}: ${times.length} times, ${seqs.length} seqs and ${priced} prices for ${count} ticks`,
    );
  if (ranks !== undefined && (ranks.length !== count || !ranks.every(isRank)))
    throw new RangeError(`${named}: their ranks are not ${count} integers from 0 to 2^31`);
  for (let i = 0; i < count; i++) {
    const time = times[i] as number;
    const seq = seqs[i] as number;
    if (!Number.isSafeInteger(time)) throw new RangeError(`${named}: tick ${i} has the time ${time}, which is no µs`);
    if (!(Number.isInteger(seq) && seq >= 0 && seq < SEQ_BOUND))
      throw new RangeError(`${named}: tick ${i} has the seq ${seq}; it has to be an integer from 0 to 2^52`);
    if (i > 0 && time < (times[i - 1] as number))
      throw new RangeError(`${named}: tick ${i} at ${time} µs lies behind the one at ${times[i - 1]} µs`);
  }
}

function isRank(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < RANK_BOUND;
}
