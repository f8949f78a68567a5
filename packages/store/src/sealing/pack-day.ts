import type pg from 'pg';
import { copyUnsealed } from '../statements/seal-statements.ts';
import { BlockWriter } from './block-writer.ts';
import { CopyOut } from './copy-out.ts';
import { DayCutter } from './day-cutter.ts';
import { ImportOrigins } from './import-origins.ts';
import type { Pace } from './pace.ts';
import type { SealSession } from './seal-session.ts';
import { TickRows } from './tick-rows.ts';

/** Rows between two looks at the clock; those of small stocks may be a block each. */
const ROWS_A_LOOK = 64;

export interface PackOptions {
  readonly pace: Pace;
  /** Ticks so far. */
  readonly onProgress: (ticks: number) => void;
}

/** Packs the ticks of a day that has no blocks yet. @returns how many */
export async function packDay({ reader, writer }: SealSession, day: string, options: PackOptions): Promise<number> {
  const { pace, onProgress } = options;
  const cutter = new DayCutter(await ImportOrigins.ofDay(reader, day));
  const rows = new TickRows(cutter);
  const blocks = new BlockWriter(writer);
  for await (const chunk of chunksOf(reader, day, rows)) {
    pace.begin();
    for (const _ of rows.write(chunk, ROWS_A_LOOK)) if (pace.isOver) await pace.rest();
    await pace.rest();
    const ready = cutter.take();
    if (ready.length === 0) continue;
    await blocks.write(ready);
    onProgress(rows.count);
  }
  cutter.end();
  await blocks.write(cutter.take());
  await blocks.flush();
  if (cutter.ticks !== rows.count) throw new Error(`${day}: of ${rows.count} ticks ${cutter.ticks} were packed`);
  return cutter.ticks;
}

/** What `rows` are to read of a day. @throws at the end, where they have not read as many as there were */
export async function* chunksOf(
  client: pg.Client,
  day: string,
  rows: TickRows,
): AsyncGenerator<Buffer, void, undefined> {
  const copy = client.query(new CopyOut(copyUnsealed(day)));
  yield* copy;
  if (copy.rows !== rows.count) throw new Error(`${day}: of ${copy.rows} ticks ${rows.count} were read`);
}
