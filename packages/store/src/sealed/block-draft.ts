import type { EpochMicros } from '@tickwatch/core';
import { BitWriter } from './bit-writer.ts';
import { blockChecksum } from './block-checksum.ts';
import { chooseCode } from './choose-code.ts';
import { type ColumnCode, codeArray, fieldBytes } from './column-code.ts';
import { BLOCK_VERSION, PLAIN_VERSION } from './damaged-block-error.ts';
import { encodeOrigins } from './encode-origins.ts';
import { encodePrices } from './encode-prices.ts';
import { rankCodes, rankColumns } from './rank-columns.ts';
import type { BlockKey, SealedBlock } from './sealed-block.ts';
import type { TickColumns } from './tick-columns.ts';
import { tiedPlaces } from './tied-places.ts';
import { writeColumn } from './write-column.ts';
import { zigzagDistances } from './zigzag.ts';

/** Codes lie in an `integer[]`, but that of seqs in a `bigint[]`. */
const INTEGER_BOUND = 2 ** 31;
const SEQ_BOUND = 2 ** 52;

/** Ticks, from `start` to before `end`, that are to be a block. */
export interface BlockTicks {
  readonly key: BlockKey;
  readonly ticks: TickColumns;
  readonly start: number;
  readonly end: number;
  /** The block's number. */
  readonly place: number;
  /** As `EncodeOptions` have it. */
  readonly originOf: ((seq: number) => number | undefined) | undefined;
}

interface CodedColumn {
  readonly values: Float64Array;
  readonly code: ColumnCode;
}

/** A block of which all is known but the bits: how large it is costs less than half of packing it. */
export interface BlockDraft {
  readonly row: Omit<SealedBlock, 'payload' | 'checksum'>;
  /** In the order in which they are packed. */
  readonly columns: readonly CodedColumn[];
  readonly payloadBytes: number;
}

export function draftBlock(block: BlockTicks): BlockDraft {
  const { key, ticks, start, end, place } = block;
  const times = ticks.times.subarray(start, end);
  const tied = tiedPlaces(times);
  const columns: CodedColumn[] = [];
  let payloadBytes = 0;
  const add = (values: Float64Array | undefined, bound = INTEGER_BOUND): readonly number[] | null => {
    if (values === undefined || values.length === 0) return null;
    const code = chooseCode(values, bound);
    columns.push({ values, code });
    payloadBytes += fieldBytes(code, values.length) + code.unaryBytes;
    return codeArray(code);
  };
  const timeCode = add(distances(times));
  const { scale, scaleKind, firstPrice, moves, cut, numbers } = encodePrices(ticks.prices, start, end);
  const priceCode = add(moves);
  const scaleCode = add(cut);
  const tieSeqs = Float64Array.from(tied, (i) => ticks.seqs[start + i] as number);
  const ties = add(zigzagDistances(tieSeqs, 0), SEQ_BOUND);
  const ranked = ticks.ranks && rankColumns(ticks.ranks.subarray(start, end));
  const gapCode = add(ranked?.gaps);
  const rankCode = add(ranked?.ranks);
  const ranks = gapCode && rankCode && rankCodes(ranked?.gaps.length ?? 0, gapCode, rankCode);
  const row = {
    stock: key.stock,
    exchange: key.exchange,
    firstTime: times[0] as EpochMicros,
    lastTime: times[times.length - 1] as EpochMicros,
    place,
    count: end - start,
    version: ranks === null ? PLAIN_VERSION : BLOCK_VERSION,
    scale,
    scaleKind,
    firstPrice,
    times: timeCode,
    prices: priceCode,
    scales: scaleCode,
    ties,
    origins: encodeOrigins(block, tied),
    numbers,
    ranks,
  };
  return { row, columns, payloadBytes };
}

export function packDraft({ row, columns, payloadBytes }: BlockDraft): SealedBlock {
  const payload = Buffer.alloc(payloadBytes);
  const writer = new BitWriter(payload);
  for (const { values, code } of columns) writeColumn(values, code, writer);
  const block = { ...row, payload };
  return { ...block, checksum: blockChecksum(block) };
}

function distances(times: Float64Array): Float64Array {
  const out = new Float64Array(times.length - 1);
  for (let i = 0; i < out.length; i++) out[i] = (times[i + 1] as number) - (times[i] as number);
  return out;
}
