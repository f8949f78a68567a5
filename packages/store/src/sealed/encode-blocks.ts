import type { EpochMicros } from '@tickwatch/core';
import { blockChecksum } from './block-checksum.ts';
import { chooseCode } from './choose-code.ts';
import { codeArray } from './column-code.ts';
import { blockEnd } from './cut-blocks.ts';
import { BLOCK_VERSION } from './damaged-block-error.ts';
import { encodePrices } from './encode-prices.ts';
import type { PageRoom } from './page-room.ts';
import { BLOCK_TICKS, type BlockKey, type SealedBlock } from './sealed-block.ts';
import type { TickColumns } from './tick-columns.ts';
import { tiedPlaces } from './tied-places.ts';
import { writeColumn } from './write-column.ts';
import { zigzagDistances } from './zigzag.ts';

const SEQ_BOUND = 2 ** 52;
/** Codes lie in an `integer[]`, but that of seqs in a `bigint[]`. */
const INTEGER_BOUND = 2 ** 31;

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
    const pack = (most: number): SealedBlock => {
      const end = blockEnd(ticks.times, start, most);
      return encodeBlock(key, ticks, start, end, firstPlace + blocks.length, options);
    };
    const block = room?.nextBlock(ticks.count - start, pack) ?? pack(BLOCK_TICKS);
    blocks.push(block);
    start += block.count;
  }
  return blocks;
}

function encodeBlock(
  { stock, exchange }: BlockKey,
  ticks: TickColumns,
  start: number,
  end: number,
  place: number,
  options: EncodeOptions,
): SealedBlock {
  const times = ticks.times.subarray(start, end);
  const tied = tiedPlaces(times);
  const parts: Buffer[] = [];
  const pack = (column: Float64Array | undefined, bound = INTEGER_BOUND): readonly number[] | null => {
    if (column === undefined || column.length === 0) return null;
    const code = chooseCode(column, bound);
    parts.push(writeColumn(column, code));
    return codeArray(code);
  };
  const timeCode = pack(distances(times));
  const { scale, scaleKind, firstPrice, moves, cut, numbers } = encodePrices(ticks.prices, start, end);
  const priceCode = pack(moves);
  const scaleCode = pack(cut);
  const tieCode = pack(
    zigzagDistances(
      Float64Array.from(tied, (i) => ticks.seqs[start + i] as number),
      0,
    ),
    SEQ_BOUND,
  );
  const block = {
    stock,
    exchange,
    firstTime: times[0] as EpochMicros,
    lastTime: times[times.length - 1] as EpochMicros,
    place,
    count: end - start,
    version: BLOCK_VERSION,
    scale,
    scaleKind,
    firstPrice,
    times: timeCode,
    prices: priceCode,
    scales: scaleCode,
    ties: tieCode,
    origins: encodeOrigins(ticks, start, end, tied, options),
    numbers,
    payload: Buffer.concat(parts),
  };
  return { ...block, checksum: blockChecksum(block) };
}

function distances(times: Float64Array): Float64Array {
  const out = new Float64Array(times.length - 1);
  for (let i = 0; i < out.length; i++) out[i] = (times[i + 1] as number) - (times[i] as number);
  return out;
}

/** Runs {ticks, seq, ...} over the block: what each tick that is alone in its time stamp goes by. `null`: 0, all of them. */
function encodeOrigins(
  { times, seqs }: TickColumns,
  start: number,
  end: number,
  tied: readonly number[],
  { originOf }: EncodeOptions,
): readonly number[] | null {
  const runs: number[] = [];
  let nextTied = 0;
  for (let i = start; i < end; i++) {
    let origin = runs.at(-1) ?? 0;
    if (tied[nextTied] === i - start) nextTied++;
    // Alone in this block only: the others of its time stamp fill the one before.
    else if (times[i] === times[i - 1] || times[i] === times[i + 1]) origin = seqs[i] as number;
    else origin = originOf?.(seqs[i] as number) ?? 0;
    if (runs.length > 0 && origin === runs.at(-1)) runs[runs.length - 2] = (runs.at(-2) as number) + 1;
    else runs.push(1, origin);
  }
  return runs.length === 2 && runs[1] === 0 ? null : runs;
}

function checkTicks({ stock, exchange }: BlockKey, { count, times, seqs, prices }: TickColumns): void {
  const named = `ticks of ${stock} on ${exchange}`;
  const priced = prices.kind === 'texts' ? prices.texts.length : prices.mantissas.length;
  if (times.length !== count || seqs.length !== count || priced !== count)
    throw new RangeError(
      `${named}: ${times.length} times, ${seqs.length} seqs and ${priced} prices for ${count} ticks`,
    );
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
