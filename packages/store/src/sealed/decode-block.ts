import { blockChecksum } from './block-checksum.ts';
import type { PackedAs } from './coded-column.ts';
import { readCode } from './column-code.ts';
import { BLOCK_VERSION, DamagedBlockError } from './damaged-block-error.ts';
import { readRankCodes, spreadRanks } from './rank-columns.ts';
import { readColumn, SPARE_BYTES } from './read-column.ts';
import { shortestDecimals } from './scaled-prices.ts';
import { BLOCK_TICKS, type SealedBlock } from './sealed-block.ts';
import type { PriceColumn, TickColumns } from './tick-columns.ts';
import { tiedPlaces } from './tied-places.ts';

/**
 * Unpacks a block. Ticks that are alone in their time stamp have the seq of their origin, or 0.
 * @param until µs; ticks of that time and later are not needed: some of them or none are there
 * @throws DamagedBlockError
 */
export function decodeBlock(block: SealedBlock, until = Number.POSITIVE_INFINITY): TickColumns {
  const { version } = block;
  if (version > BLOCK_VERSION)
    throw new DamagedBlockError(block, `its version is ${version}: a newer Tickwatch wrote it`);
  if (!blockChecksum(block).equals(block.checksum))
    throw new DamagedBlockError(block, 'its bytes do not match its checksum');
  const columns = new PayloadColumns(block);
  const times = decodeTimes(block, columns, until);
  const prices = decodePrices(block, columns, times.length);
  const seqs = decodeSeqs(block, columns, times);
  const ranks = decodeRanks(block, columns, times.length);
  columns.end();
  return { count: times.length, times, seqs, ranks, prices };
}

function decodeTimes(block: SealedBlock, columns: PayloadColumns, until: number): Float64Array {
  const { firstTime, times } = block;
  const out = new Float64Array(enoughUntil(block, until));
  out[0] = firstTime;
  if (times !== null) columns.next(times, block.count - 1, 'distances', firstTime, out.subarray(1));
  if (out.length === block.count || (out.at(-1) as number) >= until) return out;
  columns.restart();
  return decodeTimes(block, columns, Number.POSITIVE_INFINITY);
}

/** So many ticks reach up to a moment, if they come evenly. The places of ties are told by all times. */
function enoughUntil({ count, firstTime, lastTime, ties }: SealedBlock, until: number): number {
  if (ties !== null || until > lastTime) return count;
  const share = Math.max(0, until - firstTime) / (lastTime - firstTime || 1);
  return Math.min(count, Math.ceil(share * count * 1.05) + 32);
}

function decodePrices(block: SealedBlock, columns: PayloadColumns, length: number): PriceColumn {
  const { count, scale, scaleKind, firstPrice, numbers } = block;
  if (numbers !== null) return { kind: 'texts', texts: numbers.slice(0, length) };
  const mantissas = new Float64Array(length);
  mantissas[0] = firstPrice;
  if (block.prices !== null) columns.next(block.prices, count - 1, 'zigzag', firstPrice, mantissas.subarray(1));
  if (scaleKind === 0) return { kind: 'scaled', mantissas, scale, written: undefined };
  if (block.scales === null) return { kind: 'scaled', mantissas, scale, written: shortestDecimals(mantissas, scale) };
  const cut = columns.next(block.scales, count, 'values', 0, new Float64Array(length));
  return { kind: 'scaled', mantissas, scale, written: Uint8Array.from(cut, (zeros) => scale - zeros) };
}

/** Of most blocks. */
const NO_SEQS = new Float64Array(BLOCK_TICKS);

function decodeSeqs({ origins, ties }: SealedBlock, columns: PayloadColumns, times: Float64Array): Float64Array {
  const count = times.length;
  if (origins === null && ties === null && count <= BLOCK_TICKS) return NO_SEQS.subarray(0, count);
  const seqs = new Float64Array(count);
  let at = 0;
  for (let i = 0; origins !== null && i < origins.length; i += 2) {
    const end = at + (origins[i] as number);
    seqs.fill(origins[i + 1] as number, at, end);
    at = end;
  }
  if (ties === null) return seqs;
  const tied = tiedPlaces(times);
  const own = columns.next(ties, tied.length, 'zigzag', 0, new Float64Array(tied.length));
  for (let i = 0; i < tied.length; i++) seqs[tied[i] as number] = own[i] as number;
  return seqs;
}

function decodeRanks(block: SealedBlock, columns: PayloadColumns, ticks: number): Float64Array | undefined {
  if (block.ranks === null) return undefined;
  const { count, gaps, ranks } = readRankCodes(block.ranks);
  if (!(Number.isInteger(count) && count > 0 && count <= block.count)) throw columns.broken();
  const found = {
    gaps: columns.next(gaps, count, 'values', 0, new Float64Array(count)),
    ranks: columns.next(ranks, count, 'values', 0, new Float64Array(count)),
  };
  const spread = spreadRanks(found, ticks, block.count);
  if (spread === undefined) throw columns.broken();
  return spread;
}

/** The columns of a payload, one behind the other. */
class PayloadColumns {
  readonly #block: SealedBlock;
  readonly #bytes: DataView;
  #at = 0;

  constructor(block: SealedBlock) {
    this.#block = block;
    const bytes = new Uint8Array(block.payload.length + SPARE_BYTES);
    bytes.set(block.payload);
    this.#bytes = new DataView(bytes.buffer);
  }

  /** Reads as many of the next column's values as `out` takes. */
  next(array: readonly number[], count: number, packedAs: PackedAs, before: number, out: Float64Array): Float64Array {
    const code = readCode(array);
    const end = code && readColumn(this.#bytes, { code, packedAs, before, count, start: this.#at }, out);
    if (end === undefined) throw this.broken();
    this.#at = end;
    return out;
  }

  restart(): void {
    this.#at = 0;
  }

  end(): void {
    if (this.#at !== this.#block.payload.length) throw this.broken();
  }

  /** Its checksum is right, so it was written like that. */
  broken(): DamagedBlockError {
    return new DamagedBlockError(this.#block, 'its columns do not fill its payload');
  }
}
