import type pg from 'pg';
import { PageRoom } from '../sealed/index.ts';
import { copyUnsealed, type StockSpan } from '../statements/seal-statements.ts';
import { BlockWriter } from './block-writer.ts';
import { CopyOut } from './copy-out.ts';
import { DayCutter } from './day-cutter.ts';
import { findRanks, type RankOptions } from './find-ranks.ts';
import { ImportOrigins } from './import-origins.ts';
import type { Pace } from './pace.ts';
import type { SealSession } from './seal-session.ts';
import { TickRows } from './tick-rows.ts';

/** Rows between two looks at the clock; those of small stocks may be a block each. */
const ROWS_A_LOOK = 64;

export interface PackOptions extends Pick<RankOptions, 'mostStamps' | 'mostBytes'> {
  readonly pace: Pace;
  /** Ticks so far. */
  readonly onProgress: (ticks: number) => void;
}

/** Packs the ticks of a day that has no blocks yet. @returns how many */
export async function packDay(session: SealSession, day: string, options: PackOptions): Promise<number> {
  const packing = new Packing(session, day, options);
  let upTo: string | undefined;
  // One round, unless there is no room for the ranks of all stocks at once.
  do upTo = await packing.round(upTo);
  while (upTo !== undefined);
  return packing.ticks;
}

class Packing {
  ticks = 0;
  readonly #session: SealSession;
  readonly #day: string;
  readonly #options: PackOptions;
  readonly #room = new PageRoom();

  constructor(session: SealSession, day: string, options: PackOptions) {
    this.#session = session;
    this.#day = day;
    this.#options = options;
  }

  /** @param upTo where the stocks begin whose turn it is @returns where the next ones begin */
  async round(upTo: string | undefined): Promise<string | undefined> {
    const { reader, writer } = this.#session;
    const { pace, onProgress } = this.#options;
    const ranks = await findRanks(reader, this.#day, { ...this.#options, upTo });
    const cutter = new DayCutter(await ImportOrigins.ofDay(reader, this.#day), ranks, this.#room);
    const rows = new TickRows(cutter);
    const blocks = new BlockWriter(writer);
    for await (const chunk of chunksOf(reader, this.#day, rows, { upTo, behind: ranks.dropped })) {
      pace.begin();
      for (const _ of rows.write(chunk, ROWS_A_LOOK)) if (pace.isOver) await pace.rest();
      await pace.rest();
      const ready = cutter.take();
      if (ready.length === 0) continue;
      await blocks.write(ready);
      onProgress(this.ticks + rows.count);
    }
    cutter.end();
    await blocks.write(cutter.take());
    await blocks.flush();
    if (cutter.ticks !== rows.count)
      throw new Error(`${this.#day}: of ${rows.count} ticks ${cutter.ticks} were packed`);
    this.ticks += cutter.ticks;
    return ranks.dropped;
  }
}

/** What `rows` are to read of a day. @throws at the end, where they have not read as many as there were */
export async function* chunksOf(
  client: pg.Client,
  day: string,
  rows: TickRows,
  stocks: StockSpan = {},
): AsyncGenerator<Buffer, void, undefined> {
  const copy = client.query(new CopyOut(copyUnsealed(day, stocks)));
  yield* copy;
  if (copy.rows !== rows.count) throw new Error(`${day}: of ${copy.rows} ticks ${rows.count} were read`);
}
