import type pg from 'pg';
import { takeBackHoles } from './import-holes.ts';
import { readImport } from './known-imports.ts';
import { DamagedBlockError } from './sealed/index.ts';
import { noteDamage } from './sealing/check-day.ts';
import { type PortionKey, unsealPortion } from './sealing/unseal-portion.ts';
import { FORGET_COVERS, UNCOVER_IMPORT } from './statements/coverage-statements.ts';
import {
  COUNT_PORTION,
  DELETE_PORTION,
  FORGET_CHECKPOINTS,
  FORGET_IMPORT,
  FORGET_PORTION,
  LAST_PORTION,
  STEP_BACK,
} from './statements/import-statements.ts';
import { DATA_CORRUPTED, isAnswer } from './store-errors.ts';

/** What was taken back. */
export interface Undone {
  readonly deleted: number;
  /** Ticks that were not there any more: retention dropped them, or somebody deleted them. */
  readonly missing: number;
}

/** An import can't be taken back; the message says why. */
export class UndoError extends Error {
  readonly code = 'UNDO';
  override readonly name = 'UndoError';
}

interface Portion {
  readonly from: number;
  readonly to: number;
  readonly fromRow: number;
  readonly stored: number;
  readonly rejected: number;
  readonly isOpen: boolean;
  /** How its ticks are found. */
  readonly key: PortionKey;
}

/**
 * Takes an import back, the last portion first, each in a transaction with its rollups and the place that is left: one
 * that was cut goes on when it is started again.
 * @throws UndoError there is no such import, or its ticks can't be told from others
 */
export async function undoImport(
  client: pg.ClientBase,
  source: string,
  onPortion: (sofar: Undone) => void,
): Promise<Undone> {
  let done: Undone = { deleted: 0, missing: 0 };
  for (;;) {
    const portion = await takeBackLast(client, source, () => true, FORGET_COVERS);
    if (portion === undefined) break;
    done = { deleted: done.deleted + portion.deleted, missing: done.missing + portion.missing };
    onPortion(done);
  }
  const { stored } = await readImport(client, source);
  if (stored > 0) {
    throw new UndoError(`${source}: ${stored} ticks were stored by a version that did not note which; they stay`);
  }
  const { rowCount } = await client.query(FORGET_IMPORT, [source]);
  if (rowCount === 0) throw new UndoError(`there is no import named ${JSON.stringify(source)}`);
  return done;
}

/**
 * Takes the last portion of an import back, if it is as asked. What is left covers nothing until the import is finished again:
 * a file that is not in the order of time has ticks of any time in any portion.
 * @param also a statement about the import
 * @returns `undefined`: it is not as asked, or there is none
 */
export async function takeBackLast(
  client: pg.ClientBase,
  source: string,
  isMeant: (portion: Portion) => boolean,
  also?: string,
): Promise<Undone | undefined> {
  await client.query('BEGIN');
  try {
    const portion = await lastPortion(client, source);
    const undone = portion === undefined || !isMeant(portion) ? undefined : await takeBack(client, source, portion);
    if (undone !== undefined && also !== undefined) await client.query(also, [source]);
    await client.query('COMMIT');
    return undone;
  } catch (error) {
    if (isAnswer(error) || error instanceof UndoError) await client.query('ROLLBACK');
    const cause = error instanceof UndoError ? error.cause : undefined;
    if (cause instanceof DamagedBlockError) await noteDamage(client, cause.day).catch(() => {});
    throw error;
  }
}

async function takeBack(client: pg.ClientBase, source: string, portion: Portion): Promise<Undone> {
  const { stored, from, fromRow, rejected } = portion;
  await unseal(client, source, portion);
  const { firstSeq, lastSeq, ...bounds } = portion.key;
  const key = [firstSeq, lastSeq, bounds.from, bounds.to, bounds.stocks];
  const { rows } = await client.query<{ count: string }>(COUNT_PORTION, key);
  const found = Number(rows[0]?.count);
  if (found > stored) {
    const others = `${found - stored} of them came another way, with the same numbers and stocks, at times between theirs`;
    throw new UndoError(
      `${source}: ${found} ticks fit the ${stored} of rows ${fromRow + 1} …, ${others}; none of these is deleted`,
    );
  }
  if (found > 0) await deleteTicks(client, source, key);
  await client.query(UNCOVER_IMPORT, [source]);
  await takeBackHoles(client, source, { from, firstSeq: String(firstSeq) });
  await client.query(FORGET_PORTION, [source, portion.to]);
  await client.query(FORGET_CHECKPOINTS, [source, fromRow]);
  await client.query(STEP_BACK, [source, from, fromRow, stored, rejected]);
  return { deleted: found, missing: stored - found };
}

async function deleteTicks(client: pg.ClientBase, source: string, key: unknown[]): Promise<void> {
  try {
    await client.query(DELETE_PORTION, key);
  } catch (error) {
    if (!isAnswer(error) || error.code !== DATA_CORRUPTED) throw error;
    throw new UndoError(`${source}: ${error.message}; nothing of this portion is deleted. ${error.hint}`);
  }
}

async function unseal(client: pg.ClientBase, source: string, { key }: Portion): Promise<void> {
  try {
    await unsealPortion(client, key);
  } catch (error) {
    if (!(error instanceof DamagedBlockError)) throw error;
    throw new UndoError(`${source}: ${error.message}, and may be of this import; nothing of this portion is deleted`, {
      cause: error,
    });
  }
}

interface PortionRow {
  readonly from_position: string;
  readonly to_position: string;
  readonly from_row: string;
  readonly stored: string;
  readonly rejected: string;
  readonly is_open: boolean;
  readonly first_seq: string;
  readonly last_seq: string;
  readonly from_time: string | null;
  readonly to_time: string | null;
  readonly stocks: readonly string[] | null;
}

async function lastPortion(client: pg.ClientBase, source: string): Promise<Portion | undefined> {
  const { rows } = await client.query<PortionRow>(LAST_PORTION, [source]);
  const row = rows[0];
  if (row === undefined) return undefined;
  return {
    from: Number(row.from_position),
    to: Number(row.to_position),
    fromRow: Number(row.from_row),
    stored: Number(row.stored),
    rejected: Number(row.rejected),
    isOpen: row.is_open,
    key: {
      firstSeq: Number(row.first_seq),
      lastSeq: Number(row.last_seq),
      from: row.from_time,
      to: row.to_time,
      stocks: row.stocks,
    },
  };
}
