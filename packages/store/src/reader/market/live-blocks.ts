import { COPY_END, COPY_HEADER_BYTES, viewOf } from '../../binary-values.ts';
import { readCopiedBlock } from '../../sealed/copied-block.ts';
import { BLOCK_TICKS } from '../../sealed/sealed-block.ts';
import type { TickColumns } from '../../sealed/tick-columns.ts';
import { MESSAGE_HEAD_BYTES } from '../../sealing/copy-out.ts';
import type { Span } from '../queries/range.ts';
import type { Snapshot } from '../snapshot.ts';
import { firstWhere } from '../ticks/tick-slice.ts';
import { copiedMessages } from './copied-messages.ts';
import { IN_BLOCK, type MarketBuffer } from './market-buffer.ts';
import type { MarketKeys } from './market-keys.ts';
import { blocksCopy, type MarketFilter } from './market-sql.ts';

/** Unpacked blocks take at most so much; what is beyond is read and unpacked again for each window that it reaches into. */
const MOST_BYTES = 192 * 2 ** 20;

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
  readonly #stallMs: number;
  /** By what tells them from the others of their day. */
  readonly #live = new Map<string, LiveBlock>();
  #bytes = 0;
  /** Blocks that begin before it are there, or over. */
  #readUntil: number;
  /** Some that begin before it are not there: there was no room for them. */
  #lacksSome = false;

  constructor(snapshot: Snapshot, keys: MarketKeys, filter: MarketFilter, day: Span, stallMs: number) {
    this.#snapshot = snapshot;
    this.#keys = keys;
    this.#filter = filter;
    this.#day = day;
    this.#stallMs = stallMs;
    this.#readUntil = day.from;
  }

  /** Whether windows have to be long because each costs the reading of many blocks. */
  get isCostly(): boolean {
    return this.#lacksSome;
  }

  /** Adds the ticks from a moment on, as many as the buffer takes. */
  async addTo(buffer: MarketBuffer, from: number): Promise<void> {
    for (const block of this.#live.values()) addBlock(buffer, block, from);
    const begins = this.#lacksSome ? this.#day.from : this.#readUntil;
    const asked = buffer.until;
    if (begins < asked) {
      const text = blocksCopy({ from: begins, until: asked }, from, this.#filter);
      for await (const messages of copiedMessages(this.#snapshot, text, this.#stallMs)) {
        for (const row of rowsIn(messages)) this.#take(buffer, row, from, asked);
      }
      this.#readUntil = Math.max(this.#readUntil, asked);
    }
    for (const [name, block] of this.#live) {
      block.at = firstWhere(block.ticks.times, block.at, block.ticks.count, (time) => time >= buffer.until);
      if (block.at < block.ticks.count) continue;
      this.#live.delete(name);
      this.#bytes -= block.bytes;
    }
  }

  #take(buffer: MarketBuffer, row: Buffer, from: number, asked: number): void {
    const packed = readCopiedBlock(row);
    const key = this.#keys.numberOf(packed.stock, packed.exchange);
    const name = `${key} ${packed.firstTime} ${packed.place}`;
    if (this.#live.has(name)) return;
    const hasRoom = this.#bytes < MOST_BYTES;
    const slice = this.#snapshot.blocks.unpack(packed, hasRoom ? Number.POSITIVE_INFINITY : asked);
    if (slice === undefined) return;
    const { ticks } = slice;
    const block = { key, place: packed.place, ticks, bytes: bytesOf(ticks), at: 0 };
    addBlock(buffer, block, from);
    if (packed.lastTime < buffer.until) return;
    if (hasRoom) {
      this.#live.set(name, block);
      this.#bytes += block.bytes;
    } else this.#lacksSome = true;
  }
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

/** The rows of some whole messages. */
function* rowsIn(messages: Buffer): Generator<Buffer> {
  const view = viewOf(messages);
  for (let head = 0; head < view.byteLength; ) {
    const end = head + 1 + view.getInt32(head + 1);
    let row = head + MESSAGE_HEAD_BYTES;
    // The file's header begins with a letter, a row with the number of its columns.
    if (row + 2 <= end && view.getUint8(row) === HEADER_LETTER) row += COPY_HEADER_BYTES;
    if (row < end && view.getUint16(row) !== COPY_END) yield messages.subarray(row, end);
    head = end;
  }
}

/** `PGCOPY…` */
const HEADER_LETTER = 0x50;
