import type pg from 'pg';
import { type CopyToStreamQuery, to as copyTo } from 'pg-copy-streams';
import { copyUnsealed } from '../statements/seal-statements.ts';
import { BlockWriter } from './block-writer.ts';
import { DayCutter } from './day-cutter.ts';
import { ImportOrigins } from './import-origins.ts';
import type { Pace } from './pace.ts';
import type { SealSession } from './seal-session.ts';
import { TickRows } from './tick-rows.ts';

/** Rows between two looks at the clock: a quarter of a millisecond. */
const ROWS_A_SLICE = 1000;

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
  for await (const chunk of chunksOf(reader, day)) {
    pace.begin();
    for (const _ of rows.write(chunk, ROWS_A_SLICE)) {
      await pace.rest();
      pace.begin();
    }
    await pace.rest();
    await blocks.write(cutter.take());
    onProgress(rows.count);
  }
  cutter.end();
  await blocks.write(cutter.take());
  await blocks.flush();
  if (cutter.ticks !== rows.count) throw new Error(`${day}: of ${rows.count} ticks ${cutter.ticks} were packed`);
  return cutter.ticks;
}

/** What {@link TickRows} reads of a day. */
export function chunksOf(client: pg.Client, day: string): AsyncIterable<Buffer> {
  const copy: CopyToStreamQuery & { callback?: () => void } = client.query(copyTo(copyUnsealed(day)));
  // pg stops a query's timer when it calls this, and COPY TO never does: the process would stay for a day.
  copy.once('close', () => copy.callback?.());
  return copy;
}
