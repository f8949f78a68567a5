import { BLOCK_TICKS, encodeBlocks, PageRoom, type SealedBlock } from '../sealed/index.ts';
import { type DayRanks, NO_RANKS } from './day-ranks.ts';
import type { ImportOrigins } from './import-origins.ts';
import type { RanksOfKey } from './kept-ranks.ts';
import { TickBuffer } from './tick-buffer.ts';
import type { TickSink } from './tick-rows.ts';

interface Line {
  readonly exchange: string;
  readonly buffer: TickBuffer;
  /** Ticks whose time stamp is over. */
  done: number;
  /** Of the next block. */
  place: number;
  /** Of the stock that comes now. */
  ranks: RanksOfKey | undefined;
}

/** In place of a rank that is still to be found. */
const UNKNOWN = -1;

/**
 * Cuts ticks into blocks as they come: stock by stock, each stock's in order of time, those of one time stamp in any order.
 * Holds a block of each exchange at most, or the ticks of one time stamp where they are more.
 */
export class DayCutter implements TickSink {
  readonly #origins: ImportOrigins;
  readonly #ranks: DayRanks;
  readonly #room: PageRoom;
  readonly #lines = new Map<string, Line>();
  #blocks: SealedBlock[] = [];
  #stock: string | undefined;
  #time = Number.NaN;
  /** Ticks of this time, on all exchanges. */
  #tied = 0;
  #line: Line | undefined;
  #ticks = 0;

  /**
   * @param ranks of ticks that come without one
   * @param room of the page that the blocks are inserted into, in the order in which they are taken
   */
  constructor(origins: ImportOrigins, ranks = NO_RANKS, room = new PageRoom()) {
    this.#origins = origins;
    this.#ranks = ranks;
    this.#room = room;
  }

  /** Ticks that were cut. */
  get ticks(): number {
    return this.#ticks;
  }

  add(
    stock: string,
    exchange: string,
    time: number,
    seq: number,
    mantissa: number,
    decimals: number,
    text: string | undefined,
    rank = UNKNOWN,
  ): void {
    if (stock !== this.#stock) {
      this.end();
      this.#stock = stock;
      for (const line of this.#lines.values()) line.ranks = this.#ranks.of(stock, line.exchange);
    }
    if (time !== this.#time) {
      this.#endTime();
      this.#time = time;
    }
    if (this.#line?.exchange !== exchange) this.#line = this.#lineOf(exchange);
    this.#tied++;
    this.#line.buffer.add(time, seq, mantissa, decimals, text, rank);
  }

  /** The blocks that are ready, and no longer held here. */
  take(): readonly SealedBlock[] {
    const blocks = this.#blocks;
    this.#blocks = [];
    return blocks;
  }

  /** The stock has no more ticks. */
  end(): void {
    this.#endTime();
    this.#time = Number.NaN;
    for (const line of this.#lines.values()) {
      this.#cut(line, Number.POSITIVE_INFINITY);
      line.place = 1;
    }
    this.#stock = undefined;
  }

  #lineOf(exchange: string): Line {
    const known = this.#lines.get(exchange);
    if (known !== undefined) return known;
    const line = {
      exchange,
      buffer: new TickBuffer(),
      done: 0,
      place: 1,
      ranks: this.#ranks.of(this.#stock ?? '', exchange),
    };
    this.#lines.set(exchange, line);
    return line;
  }

  /**
   * A tick that no other of the stock shares its time with, on no exchange, goes by its import alone. All others keep their
   * numbers, which their order hangs on.
   */
  #endTime(): void {
    if (this.#tied === 0) return;
    if (this.#tied === 1 && this.#line !== undefined) this.#endAlone(this.#line);
    else for (const line of this.#lines.values()) this.#endTied(line);
    this.#tied = 0;
  }

  #endAlone(line: Line): void {
    const { buffer, done } = line;
    buffer.seqs[done] = this.#origins.of(this.#stock ?? '', this.#time, buffer.seqs[done] as number);
    this.#advance(line);
  }

  #endTied(line: Line): void {
    if (line.buffer.count === line.done) return;
    line.buffer.sortFrom(line.done);
    this.#advance(line);
  }

  #advance(line: Line): void {
    const { buffer, ranks } = line;
    for (let i = line.done; i < buffer.count; i++)
      if (buffer.ranks[i] === UNKNOWN) buffer.ranks[i] = ranks?.next(this.#time) ?? 0;
    line.done = buffer.count;
    while (line.done >= BLOCK_TICKS) this.#cut(line, 1);
  }

  /** Ticks behind so many blocks stay, to fill a page with those that come. */
  #cut(line: Line, atMost: number): void {
    const { buffer, exchange, done, place } = line;
    if (done === 0) return;
    const key = { stock: this.#stock ?? '', exchange };
    const options = { originOf: (seq: number) => seq, firstPlace: place, room: this.#room, atMost };
    for (const block of encodeBlocks(key, buffer.columns(done), options)) {
      this.#blocks.push(block);
      line.place++;
      line.done -= block.count;
    }
    buffer.shift(done - line.done);
    this.#ticks += done - line.done;
  }
}
