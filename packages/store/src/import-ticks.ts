import { formatMicros, nowMicros, type SequencedTick, type Tick } from '@tickwatch/core';
import type pg from 'pg';
import { coverFinished, type Span, spansAsJson } from './import-coverage.ts';
import { readTail, storeHoles } from './import-holes.ts';
import { type ImportProgress, readImport } from './known-imports.ts';
import { keepWhole, WrongNodeError } from './nodes/check-node.ts';
import { createPartitions, isNearNow } from './partitions.ts';
import { ADVANCE_IMPORT, INSERT_CHECKPOINTS, INSERT_PORTION, RESERVE_NUMBERS } from './statements/import-statements.ts';
import { BEGIN_WRITING } from './statements/write-statements.ts';
import { isAnswer } from './store-errors.ts';
import type { OnStoreEvent } from './store-event.ts';
import type { RejectedMessage } from './tick-store.ts';
import { takeBackLast } from './undo-import.ts';
import { type FileTail, fileHoles, type RejectedLines, refusedHole } from './write/file-holes.ts';
import { insertRejected } from './write/rejected-rows.ts';
import { asRejected, storeTicks, ticksByDay } from './write/store-ticks.ts';

/** A portion of a source, stored in one transaction together with the place that it reaches. */
export interface ImportPortion {
  /** The import's name. */
  readonly source: string;
  /** Where the portion begins: the position that the portion before it was committed with, or 0. */
  readonly from: number;
  /** Where it ends. */
  readonly to: number;
  readonly ticks: readonly Tick[];
  readonly rejected: readonly RejectedMessage[];
  /** Where in the file those rejected lines are that may have been ticks, in its order. */
  readonly rejectedLines?: readonly RejectedLines[];
  /** True for the last portion. */
  readonly finished: boolean;
  /** With the last portion: a time of which the source is said to hold everything. */
  readonly covers?: Span | undefined;
  readonly content?: PortionContent;
}

/** How the source is recognised again. */
export interface PortionContent {
  /** Rows of the source in front of the portion, and up to its end. */
  readonly fromRow: number;
  readonly toRow: number;
  /** Of everything up to the portion's end. */
  readonly digest: string;
  readonly checkpoints: readonly Checkpoint[];
  /** The smallest hashes of the source's lines so far. */
  readonly sketch: readonly number[];
  readonly options: string;
  /** True: a last line without an end, which may be half of one. */
  readonly isOpen: boolean;
  /** True: the portion begins with the line that an earlier run stored as an open one. */
  readonly replacesOpen: boolean;
}

export interface Checkpoint {
  readonly row: number;
  /** Of the source up to the end of that row. */
  readonly digest: string;
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

/** A day in the past gets a partition of its own from so many ticks on; fewer are late ticks. */
const MIN_TICKS_FOR_A_PARTITION = 1000;
/** What nodes don't do: a file has stocks of all of them. */
const IMPORTED = 'files are imported';
/** A portion of more stocks is found by its times alone. */
const MAX_LISTED_STOCKS = 1000;

export async function importPortion(
  client: pg.ClientBase,
  portion: ImportPortion,
  onEvent: OnStoreEvent,
  rejectedPerMinute: number,
): Promise<ImportResult> {
  await keepWhole(client, IMPORTED);
  const days = [...ticksByDay(portion.ticks)]
    .filter(([day, ticks]) => ticks.length >= MIN_TICKS_FOR_A_PARTITION || isNearNow(day))
    .map(([day]) => day);
  if (days.length > 0) await createPartitions(client, days, onEvent);
  const after = await reserveNumbers(client, portion.ticks.length, await readImport(client, portion.source));
  if (portion.content?.replacesOpen === true) await takeBackLast(client, portion.source, (last) => last.isOpen);
  await client.query(BEGIN_WRITING);
  try {
    await keepWhole(client, IMPORTED);
    const ticks = numbered(portion.ticks, after);
    const refused = ticks.length === 0 ? [] : await storeTicks(client, ticks);
    const rejected = [...portion.rejected, ...refused.map((one) => asRejected(one, nowMicros()))];
    await insertRejected(client, rejected, { lane: '', perMinute: rejectedPerMinute });
    const stored = portion.ticks.length - refused.length;
    const before = await readTail(client, portion.source, portion.from);
    const { holes, tail } = fileHoles(ticks, portion.rejectedLines ?? [], before);
    await advance(client, portion, { stored, rejected: rejected.length, after, tail });
    const refusedHoles = refused.map(({ tick, detail }) => refusedHole(tick, detail));
    await storeHoles(client, portion.source, [...holes, ...refusedHoles], before);
    if (portion.finished) await coverFinished(client, portion.source, portion.covers);
    await client.query('COMMIT');
    return { stored, refusedByDatabase: refused.length };
  } catch (error) {
    if (isAnswer(error) || error instanceof ImportMovedError || error instanceof WrongNodeError) {
      await client.query('ROLLBACK');
    }
    throw error;
  }
}

/** Numbers that no other import has, behind the source's own and the clock. Those of a portion that fails are lost. */
async function reserveNumbers(client: pg.ClientBase, count: number, { seq }: ImportProgress): Promise<number> {
  const { rows } = await client.query<{ after: string }>(RESERVE_NUMBERS, [count, Math.max(seq, nowMicros())]);
  return Number(rows[0]?.after);
}

interface Outcome {
  readonly stored: number;
  readonly rejected: number;
  readonly after: number;
  readonly tail: FileTail;
}

async function advance(client: pg.ClientBase, portion: ImportPortion, outcome: Outcome): Promise<void> {
  const { source, from, to, ticks, finished, content } = portion;
  const { stored, rejected, after, tail } = outcome;
  const last = after + ticks.length;
  const known = [content?.toRow ?? 0, content?.digest ?? null, content?.options ?? '', content?.sketch ?? []];
  const { rowCount } = await client.query(ADVANCE_IMPORT, [
    source,
    from,
    to,
    stored,
    rejected,
    finished,
    last,
    ...known,
  ]);
  if (rowCount !== 1) throw new ImportMovedError(`${source} is not imported up to ${from} exactly`);
  // A source that only ends here, without another row.
  if (content === undefined || to === from) return;
  const { checkpoints } = content;
  const digests = checkpoints.map(({ digest }) => digest);
  await client.query(INSERT_CHECKPOINTS, [source, checkpoints.map(({ row }) => row), digests]);
  const [first, end] = timesOf(ticks);
  const stocks = [...new Set(ticks.map(({ stock }) => stock))];
  await client.query(INSERT_PORTION, [
    source,
    from,
    to,
    content.fromRow,
    content.toRow,
    after + 1,
    last,
    first,
    end,
    stocks.length > MAX_LISTED_STOCKS ? null : stocks,
    stored,
    rejected,
    content.isOpen,
    spansAsJson(ticks),
    JSON.stringify(tail),
  ]);
}

function timesOf(ticks: readonly Tick[]): readonly (string | null)[] {
  const [first] = ticks;
  if (first === undefined) return [null, null];
  let [low, high] = [first.time, first.time];
  for (const { time } of ticks) {
    if (time < low) low = time;
    else if (time > high) high = time;
  }
  return [formatMicros(low), formatMicros(high)];
}

/** In the order of the source, so that it decides among equal times. */
function numbered(ticks: readonly Tick[], after: number): readonly SequencedTick[] {
  return ticks.map(({ stock, exchange, price, time }, i) => ({ stock, exchange, price, time, seq: after + 1 + i }));
}
