import { MICROS_PER_DAY } from '@tickwatch/core';
import type pg from 'pg';
import { copyStamps, stampsOf } from '../statements/seal-statements.ts';
import { CopyOut } from './copy-out.ts';
import { KeptRanks } from './kept-ranks.ts';
import { NameTable } from './name-table.ts';
import type { Pace } from './pace.ts';
import { rankStamps } from './rank-stamps.ts';
import { StampRows } from './stamp-rows.ts';
import { MOST_STAMPS, StampWindow } from './stamp-window.ts';

const ROWS_A_LOOK = 64;
/** Of the room; PostgreSQL guesses, and the next span may be a livelier one. */
const AIMED_AT = 0.6;
const MOST_GROWTH = 8;

export interface RankOptions {
  readonly pace: Pace;
  /** Only stocks of this name and of those before it. */
  readonly upTo?: string | undefined;
  /** Ticks in memory at once. */
  readonly mostStamps?: number | undefined;
  /** Bytes of ranks in memory at once. */
  readonly mostBytes?: number | undefined;
}

/**
 * Finds the ranks of a day's ticks that lie outside of blocks: span by span of time, each in a scan of its own, so that only the
 * ticks of a span and the ranks are in memory. Each tick is read once; of a day's partition, whose rows lie in about the order of
 * time, the index on time finds a span. Where there is no room for all ranks, those of the stocks that are packed first are kept.
 */
export async function findRanks(client: pg.Client, day: string, options: RankOptions): Promise<KeptRanks> {
  const { pace, mostStamps = MOST_STAMPS } = options;
  const names = new NameTable();
  const kept = new KeptRanks(names, options.mostBytes, options.upTo);
  const window = new StampWindow(mostStamps);
  const aim = mostStamps * AIMED_AT;
  const end = Date.parse(day) * 1000 + MICROS_PER_DAY;
  let from = end - MICROS_PER_DAY;
  let span = MICROS_PER_DAY * Math.min(1, aim / (await guessedTicks(client, day)));
  while (from < end) {
    window.begin(from, Math.min(end, from + Math.max(1, Math.round(span))));
    await readSpan(client, window, names, pace);
    pace.begin();
    for (const _ of rankStamps(window, names, kept)) if (pace.isOver) await pace.rest();
    await pace.rest();
    const read = window.until - from;
    span = read * Math.min(MOST_GROWTH, aim / Math.max(1, window.count));
    from = window.until;
  }
  return kept;
}

async function guessedTicks(client: pg.Client, day: string): Promise<number> {
  const from = Date.parse(day) * 1000;
  const { rows } = await client.query<{ 'QUERY PLAN': readonly { readonly Plan: { readonly 'Plan Rows': number } }[] }>(
    `EXPLAIN (FORMAT JSON) ${stampsOf(from, from + MICROS_PER_DAY)}`,
  );
  return Math.max(1, rows[0]?.['QUERY PLAN'][0]?.Plan['Plan Rows'] ?? 1);
}

async function readSpan(client: pg.Client, window: StampWindow, names: NameTable, pace: Pace): Promise<void> {
  const rows = new StampRows(names, window);
  const copy = client.query(new CopyOut(copyStamps(window.from, window.until)));
  for await (const chunk of copy) {
    pace.begin();
    for (const _ of rows.write(chunk, ROWS_A_LOOK)) if (pace.isOver) await pace.rest();
    await pace.rest();
  }
  if (copy.rows !== rows.count) throw new Error(`of ${copy.rows} time stamps ${rows.count} were read`);
}
