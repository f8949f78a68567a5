import { DamagedBlockError, PageRoom } from '../sealed/index.ts';
import { DELETE_STOCK_BLOCKS, STOCK_BLOCKS } from '../statements/seal-statements.ts';
import { blocksOf } from './block-cursor.ts';
import { BlockWriter } from './block-writer.ts';
import { DayCutter } from './day-cutter.ts';
import { type DayRanks, lateRanks } from './day-ranks.ts';
import { findRanks } from './find-ranks.ts';
import { ImportOrigins } from './import-origins.ts';
import { chunksOf, type PackOptions } from './pack-day.ts';
import type { SealSession } from './seal-session.ts';
import { StockMerge } from './stock-merge.ts';
import { TickRows, type TickSink } from './tick-rows.ts';

const ROWS_A_LOOK = 64;

type LateTick = Parameters<TickSink['add']>;

export interface PackedLate {
  readonly packed: number;
  /** What each damaged block said; its stock is as it was. */
  readonly damaged: ReadonlyMap<string, string>;
}

/** Packs the ticks that lie beside a day's blocks together with those of their stocks; the blocks of other stocks stay. */
export async function packLate(session: SealSession, day: string, options: PackOptions): Promise<PackedLate> {
  const origins = await ImportOrigins.ofDay(session.reader, day);
  const ranks = lateRanks(await findRanks(session.reader, day, options));
  const stocks = new LateStocks(session, day, { origins, ranks }, options);
  let ticks: LateTick[] = [];
  const rows = new TickRows({
    add: (stock, exchange, time, seq, mantissa, decimals, text) =>
      void ticks.push([stock, exchange, time, seq, mantissa, decimals, text]),
  });
  for await (const chunk of chunksOf(session.reader, day, rows)) {
    options.pace.begin();
    for (const _ of rows.write(chunk, ROWS_A_LOOK)) if (options.pace.isOver) await options.pace.rest();
    const some = ticks;
    ticks = [];
    for (const [i, tick] of some.entries()) {
      await stocks.add(tick);
      if (i % ROWS_A_LOOK === 0) await options.pace.rest();
    }
  }
  await stocks.end();
  return stocks;
}

/** What late ticks are told by. */
interface Told {
  readonly origins: ImportOrigins;
  readonly ranks: DayRanks;
}

/** One stock at a time. */
class LateStocks implements PackedLate {
  packed = 0;
  readonly damaged = new Map<string, string>();
  readonly #session: SealSession;
  readonly #day: string;
  readonly #told: Told;
  readonly #options: PackOptions;
  readonly #writer: BlockWriter;
  readonly #room = new PageRoom();
  #stock: string | undefined;
  #cutter: DayCutter | undefined;
  #merge: StockMerge | undefined;

  constructor(session: SealSession, day: string, told: Told, options: PackOptions) {
    this.#session = session;
    this.#day = day;
    this.#told = told;
    this.#options = options;
    this.#writer = new BlockWriter(session.writer);
  }

  /** Stock by stock, in order of time. */
  async add(tick: LateTick): Promise<void> {
    const [stock, , time] = tick;
    if (stock !== this.#stock) await this.#begin(stock);
    await this.#orLeave(() => this.#pass(time));
    this.#cutter?.add(...tick);
  }

  async end(): Promise<void> {
    if (this.#stock === undefined) return;
    await this.#orLeave(() => this.#pass(Number.POSITIVE_INFINITY));
    const cutter = this.#cutter;
    if (cutter === undefined) return;
    cutter.end();
    await this.#writer.write(cutter.take());
    await this.#writer.flush();
    this.packed += cutter.ticks;
    this.#options.onProgress(this.packed);
    await this.#session.writer.query('RELEASE SAVEPOINT stock');
    this.#cutter = undefined;
  }

  async #begin(stock: string): Promise<void> {
    await this.end();
    const { writer } = this.#session;
    await writer.query('SAVEPOINT stock');
    this.#stock = stock;
    this.#cutter = new DayCutter(this.#told.origins, this.#told.ranks, this.#room);
    this.#merge = new StockMerge(stock, this.#blocksThatGo(stock), this.#cutter);
  }

  /** The cursor keeps seeing what is deleted behind its beginning. */
  async *#blocksThatGo(stock: string) {
    const { writer } = this.#session;
    const blocks = blocksOf(writer, STOCK_BLOCKS, [this.#day, stock]);
    const first = await blocks.next();
    await writer.query(DELETE_STOCK_BLOCKS, [this.#day, stock]);
    if (first.done === true) return;
    yield first.value;
    yield* blocks;
  }

  async #pass(time: number): Promise<void> {
    const { pace } = this.#options;
    if (this.#merge === undefined || this.#cutter === undefined) return;
    pace.begin();
    for await (const _ of this.#merge.passUntil(time)) {
      await pace.rest();
      await this.#writer.write(this.#cutter.take());
      await this.#writer.pause();
      pace.begin();
    }
  }

  /** A stock with a damaged block stays as it is. */
  async #orLeave(work: () => Promise<void>): Promise<void> {
    if (this.#cutter === undefined) return;
    try {
      await work();
    } catch (error) {
      if (!(error instanceof DamagedBlockError)) throw error;
      await this.#writer.discard();
      await this.#session.writer.query('ROLLBACK TO SAVEPOINT stock; RELEASE SAVEPOINT stock');
      this.damaged.set(error.stock, error.message);
      this.#cutter = undefined;
    }
  }
}
