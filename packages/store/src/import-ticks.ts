import { nowMicros, type SequencedTick, type Tick } from '@tickwatch/core';
import type pg from 'pg';
import { createPartitions, isNearNow } from './partitions.ts';
import { ADVANCE_IMPORT, BEGIN_WRITING, READ_IMPORT } from './statements/write-statements.ts';
import { isAnswer } from './store-errors.ts';
import type { OnStoreEvent } from './store-event.ts';
import type { RejectedMessage } from './tick-store.ts';
import { insertRejected } from './write/rejected-rows.ts';
import { asRejected, storeTicks, ticksByDay } from './write/store-ticks.ts';

/** How far a source (a file, say) is imported. */
export interface ImportProgress {
  /** The importer's place in the source after the last committed portion; 0 at the start. */
  readonly position: number;
  /** Number of the last tick that it has; the next portion's come behind it. */
  readonly seq: number;
  readonly stored: number;
  readonly rejected: number;
  readonly finished: boolean;
}

/** A portion of a source, stored in one transaction together with the place that it reaches. */
export interface ImportPortion {
  /** Names the source so that the same file is recognised again (a digest, not a path). */
  readonly source: string;
  /** Where the portion begins: the position that the portion before it was committed with, or 0. */
  readonly from: number;
  /** Where it ends. */
  readonly to: number;
  readonly ticks: readonly Tick[];
  readonly rejected: readonly RejectedMessage[];
  /** True for the last portion. */
  readonly finished: boolean;
}

export interface ImportResult {
  readonly stored: number;
  readonly refusedByDatabase: number;
}

/** The source was imported further in the meantime, by another process: read the progress again. */
export class ImportMovedError extends Error {
  readonly code = 'IMPORT_MOVED';
  override readonly name = 'ImportMovedError';
}

/** A day in the past gets a partition of its own from so many ticks on; fewer stay in the default partition. */
const MIN_TICKS_FOR_A_PARTITION = 1000;

export async function readImport(client: pg.ClientBase, source: string): Promise<ImportProgress> {
  const { rows } = await client.query<{
    position: string;
    seq: string;
    stored: string;
    rejected: string;
    finished: boolean;
  }>(READ_IMPORT, [source]);
  const row = rows[0];
  return {
    position: Number(row?.position ?? 0),
    seq: Number(row?.seq ?? 0),
    stored: Number(row?.stored ?? 0),
    rejected: Number(row?.rejected ?? 0),
    finished: row?.finished ?? false,
  };
}

export async function importPortion(
  client: pg.ClientBase,
  portion: ImportPortion,
  onEvent: OnStoreEvent,
  rejectedPerMinute: number,
): Promise<ImportResult> {
  const days = [...ticksByDay(portion.ticks)]
    .filter(([day, ticks]) => ticks.length >= MIN_TICKS_FOR_A_PARTITION || isNearNow(day))
    .map(([day]) => day);
  if (days.length > 0) await createPartitions(client, days, onEvent);
  await client.query(BEGIN_WRITING);
  try {
    const { seq } = await readImport(client, portion.source);
    const ticks = numbered(portion.ticks, Math.max(seq, nowMicros()));
    const refused = ticks.length === 0 ? [] : await storeTicks(client, ticks);
    const rejected = [...portion.rejected, ...refused.map((one) => asRejected(one, nowMicros()))];
    await insertRejected(client, rejected, { lane: '', perMinute: rejectedPerMinute });
    const stored = portion.ticks.length - refused.length;
    const { rowCount } = await client.query(ADVANCE_IMPORT, [
      portion.source,
      portion.from,
      portion.to,
      stored,
      rejected.length,
      portion.finished,
      ticks.at(-1)?.seq ?? seq,
    ]);
    if (rowCount !== 1) throw new ImportMovedError(`${portion.source} is not imported up to ${portion.from} exactly`);
    await client.query('COMMIT');
    return { stored, refusedByDatabase: refused.length };
  } catch (error) {
    if (isAnswer(error) || error instanceof ImportMovedError) await client.query('ROLLBACK');
    throw error;
  }
}

/** In the order of the source, so that it decides among equal times. */
function numbered(ticks: readonly Tick[], after: number): readonly SequencedTick[] {
  return ticks.map(({ stock, exchange, price, time }, i) => ({ stock, exchange, price, time, seq: after + 1 + i }));
}
