import { readCopiedBlock } from '../../sealed/copied-block.ts';
import { BLOCK_TICKS, type SealedBlock } from '../../sealed/sealed-block.ts';
import type { TickColumns } from '../../sealed/tick-columns.ts';
import { CopiedRows } from '../../sealing/copied-rows.ts';
import type { Span } from '../queries/range.ts';
import type { Snapshot } from '../snapshot.ts';
import { firstWhere } from '../ticks/tick-slice.ts';
import type { BlockCache } from './block-cache.ts';
import { copiedMessages } from './copied-messages.ts';
import { IN_BLOCK, type MarketBuffer } from './market-buffer.ts';
import type { MarketKeys } from './market-keys.ts';
import { type BlocksQuestion, blockNames, blocksCopy, type MarketFilter } from './market-sql.ts';

/** Unpacked blocks take at most so much; what is beyond is read and unpacked again for each window that it reaches into. */
const MOST_BYTES = 192 * 2 ** 20;

export interface WindowLimits {
  /** A database that doesn't bring the next rows within this many ms is given up. */
  readonly stallMs: number;
  /** Where what one question unpacks is likely to be of use to the next one. */
  readonly cache?: BlockCache;
  /** Unpacked blocks of one answer take at most so many bytes. */
  readonly blockBytes?: number;
}

interface LiveBlock {
  readonly key: number;
  readonly place: number;
  readonly ticks: TickColumns;
  readonly bytes: number;
  /** The first tick that was not taken yet. */
  at: number;
}

/** The blocks of a sealed day, window after window. */
export class LiveBlocks {
  readonly #snapshot: Snapshot;
  readonly #keys: MarketKeys;
  readonly #filter: MarketFilter;
  readonly #day: Span;
  readonly #limits: WindowLimits;
  /** By what tells them from the others of their day. */
  readonly #live = new Map<string, LiveBlock>();
  readonly #mostBytes: number;
  #bytes = 0;
  /** Blocks that begin before it are there, or over. */
  #readUntil: number;
  /** Some that begin before it are not there: there was no room for them. */
  #lacksSome = false;

  constructor(snapshot: Snapshot, keys: MarketKeys, filter: MarketFilter, day: Span, limits: WindowLimits) {
    this.#snapshot = snapshot;
    this.#keys = keys;
    this.#filter = filter;
    this.#day = day;
    this.#limits = limits;
    this.#mostBytes = limits.blockBytes ?? MOST_BYTES;
    this.#readUntil = day.from;
  }

  /** Adds the ticks from a moment on, as many as the buffer takes. */
  async addTo(buffer: MarketBuffer, from: number): Promise<void> {
    for (const block of this.#live.values()) addBlock(buffer, block, from);
    const begins = this.#lacksSome ? this.#day.from : this.#readUntil;
    const asked = buffer.until;
    if (begins < asked) {
      await this.#read(buffer, from, asked, {
        begins: { from: begins, until: asked },
        reaching: from,
        filter: this.#filter,
      });
      this.#readUntil = Math.max(this.#readUntil, asked);
    }
    for (const [name, block] of this.#live) {
      block.at = firstWhere(block.ticks.times, block.at, block.ticks.count, (time) => time >= buffer.until);
      if (block.at < block.ticks.count) continue;
      this.#live.delete(name);
      this.#bytes -= block.bytes;
    }
  }

  async #read(buffer: MarketBuffer, from: number, asked: number, question: BlocksQuestion): Promise<void> {
    const { cache, stallMs } = this.#limits;
    const places = cache && (await this.#takeKnown(cache, buffer, from, question));
    if (places?.length === 0) return;
    const rows = new BlockRows((block) => this.#take(buffer, block, from, asked));
    for await (const messages of copiedMessages(this.#snapshot, blocksCopy(question, places), stallMs)) {
      for (const _pause of rows.write(messages, Number.POSITIVE_INFINITY));
    }
  }

  /** @returns where those lie that are not known */
  async #takeKnown(
    cache: BlockCache,
    buffer: MarketBuffer,
    from: number,
    question: BlocksQuestion,
  ): Promise<readonly string[]> {
    const unknown: string[] = [];
    for (const row of await this.#snapshot.rows({ text: blockNames(question), values: [] })) {
      const key = this.#keys.numberOf(row.stock_name ?? '', row.exchange_name ?? '');
      const block = { key, firstTime: Number(row.first), place: Number(row.place) };
      const ticks = cache.get(cacheName(this.#keys, block, row.checksum ?? ''));
      if (ticks === undefined) unknown.push(row.at ?? '');
      else if (!this.#live.has(nameOf(block))) this.#add(buffer, from, block, ticks);
    }
    return unknown;
  }

  #take(buffer: MarketBuffer, packed: SealedBlock, from: number, asked: number): void {
    const { cache } = this.#limits;
    const { firstTime, place } = packed;
    const block = { key: this.#keys.numberOf(packed.stock, packed.exchange), firstTime, place };
    if (this.#live.has(nameOf(block))) return;
    const isWhole = this.#bytes < this.#mostBytes || cache !== undefined;
    const slice = this.#snapshot.blocks.unpack(packed, isWhole ? Number.POSITIVE_INFINITY : asked);
    if (slice === undefined) return;
    cache?.add(cacheName(this.#keys, block, packed.checksum.toString('hex')), slice.ticks, bytesOf(slice.ticks));
    this.#add(buffer, from, block, slice.ticks);
  }

  #add(buffer: MarketBuffer, from: number, { key, firstTime, place }: BlockName, ticks: TickColumns): void {
    const block = { key, place, ticks, bytes: bytesOf(ticks), at: 0 };
    addBlock(buffer, block, from);
    // Also one that seems to be over: the buffer may yet find that it has room for fewer.
    if (this.#bytes >= this.#mostBytes) {
      this.#lacksSome = true;
      return;
    }
    this.#live.set(nameOf({ key, firstTime, place }), block);
    this.#bytes += block.bytes;
  }
}

interface BlockName {
  readonly key: number;
  readonly firstTime: number;
  readonly place: number;
}

/** Tells a block from the others of its day. */
function nameOf({ key, firstTime, place }: BlockName): string {
  return `${key} ${firstTime} ${place}`;
}

function cacheName(keys: MarketKeys, { key, firstTime, place }: BlockName, checksum: string): string {
  return JSON.stringify([keys.all[key], firstTime, place, checksum]);
}

function addBlock(buffer: MarketBuffer, block: LiveBlock, from: number): void {
  const { key, place, ticks } = block;
  const { count, times, seqs, ranks, prices } = ticks;
  if ((times[block.at] as number) < from) block.at = firstWhere(times, block.at, count, (time) => time >= from);
  for (let i = block.at; i < count; i++) {
    const time = times[i] as number;
    if (time >= buffer.until) return;
    // The number of a tick that is alone is that of its import.
    const isTied = times[i - 1] === time || times[i + 1] === time;
    const seq = isTied ? (seqs[i] as number) : 0;
    const major = IN_BLOCK + (ranks?.[i] ?? 0);
    const minor = place * BLOCK_TICKS + i;
    if (prices.kind === 'texts') buffer.push(key, time, seq, major, minor, Number.NaN, 0, prices.texts[i]);
    else if (prices.written === undefined)
      buffer.push(key, time, seq, major, minor, prices.mantissas[i] as number, prices.scale, undefined);
    else {
      const written = prices.written[i] as number;
      const mantissa = (prices.mantissas[i] as number) / 10 ** (prices.scale - written);
      buffer.push(key, time, seq, major, minor, mantissa, written, undefined);
    }
  }
}

function bytesOf({ count, prices, seqs, ranks }: TickColumns): number {
  // Those of most blocks are one array of zeros.
  const own = (seqs.buffer.byteLength === seqs.byteLength ? 8 : 0) + (ranks === undefined ? 0 : 8);
  const text = prices.kind === 'texts' ? prices.texts.reduce((sum, one) => sum + 24 + one.length, 0) : 0;
  return 512 + text + count * (8 + own + (prices.kind === 'texts' ? 0 : 9));
}

class BlockRows extends CopiedRows {
  readonly #take: (block: SealedBlock) => void;

  constructor(take: (block: SealedBlock) => void) {
    super();
    this.#take = take;
  }

  protected override read({ buffer, byteOffset }: DataView, row: number, end: number): void {
    this.#take(readCopiedBlock(Buffer.from(buffer, byteOffset + row, end - row)));
  }
}
