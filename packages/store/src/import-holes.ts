import type { SequencedTick } from '@tickwatch/core';
import type pg from 'pg';
import {
  DELETE_HOLES_FROM,
  DELETE_OPEN_HOLES,
  INSERT_FILE_HOLES,
  READ_TAIL,
} from './statements/coverage-statements.ts';
import { type FileHole, type FileTail, fileHoles, NO_TAIL } from './write/file-holes.ts';

/** Where the portion that reaches a position ends. All of this runs inside the caller's transaction. */
export async function readTail(client: pg.ClientBase, source: string, position: number): Promise<FileTail> {
  const { rows } = await client.query<{ tail: FileTail | null }>(READ_TAIL, [source, position]);
  return rows[0]?.tail ?? NO_TAIL;
}

/** Notes the holes of a portion; those that the portion before it left open are among them again. */
export async function storeHoles(
  client: pg.ClientBase,
  source: string,
  holes: readonly FileHole[],
  before: FileTail,
): Promise<void> {
  if (before.open.length > 0) await client.query(DELETE_OPEN_HOLES, [source]);
  if (holes.length > 0) await client.query(INSERT_FILE_HOLES, [source, JSON.stringify(holes)]);
}

/** Forgets the holes of a portion that is taken back: what the one before it left open is open again. */
export async function takeBackHoles(
  client: pg.ClientBase,
  source: string,
  portion: { readonly from: number; readonly firstSeq: string },
): Promise<void> {
  await client.query(DELETE_HOLES_FROM, [source, portion.firstSeq]);
  const before = await readTail(client, source, portion.from);
  const none: readonly SequencedTick[] = [];
  await storeHoles(client, source, fileHoles(none, [], before).holes, NO_TAIL);
}
