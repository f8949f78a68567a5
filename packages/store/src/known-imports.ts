import type { EpochMicros } from '@tickwatch/core';
import type pg from 'pg';
import type { Checkpoint } from './import-ticks.ts';
import {
  FIND_IMPORTS,
  FIND_OVERLAPS,
  LIST_IMPORTS,
  READ_CHECKPOINTS,
  READ_IMPORT,
} from './statements/import-statements.ts';

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

export interface KnownImport extends ImportProgress {
  readonly source: string;
  /** Rows up to `position`. */
  readonly rows: number;
  /** Of everything up to `position`; `undefined`: not known. */
  readonly digest: string | undefined;
  readonly options: string;
  /** Where its last row begins, if that had no end. */
  readonly open: { readonly from: number; readonly fromRow: number } | undefined;
  readonly checkpoints: readonly Checkpoint[];
}

/** An import as a person looks at it. */
export interface ListedImport {
  readonly source: string;
  readonly rows: number;
  readonly stored: number;
  readonly rejected: number;
  readonly finished: boolean;
  readonly started: EpochMicros;
  /** False: it was made by a version that could not take imports back. */
  readonly canBeUndone: boolean;
}

type Row = Readonly<Record<string, string | null>>;

export async function readImport(client: pg.ClientBase, source: string): Promise<ImportProgress> {
  const { rows } = await client.query<Row & { finished: boolean }>(READ_IMPORT, [source]);
  return progressOf(rows[0]);
}

function progressOf(row: (Row & { readonly finished: boolean }) | undefined): ImportProgress {
  return {
    position: Number(row?.position ?? 0),
    seq: Number(row?.seq ?? 0),
    stored: Number(row?.stored ?? 0),
    rejected: Number(row?.rejected ?? 0),
    finished: row?.finished ?? false,
  };
}

async function readKnown(client: pg.ClientBase, source: string): Promise<KnownImport> {
  const { rows } = await client.query<Row & { finished: boolean }>(READ_IMPORT, [source]);
  const row = rows[0];
  const { rows: points } = await client.query<{ row: string; digest: string }>(READ_CHECKPOINTS, [source]);
  const openFrom = row?.open_from ?? undefined;
  return {
    source,
    ...progressOf(row),
    rows: Number(row?.rows ?? 0),
    digest: row?.digest ?? undefined,
    options: row?.options ?? '',
    open: openFrom === undefined ? undefined : { from: Number(openFrom), fromRow: Number(row?.open_from_row) },
    checkpoints: points.map((point) => ({ row: Number(point.row), digest: point.digest })),
  };
}

/** The imports whose text begins like this, those that share most of it first. */
export async function findImports(client: pg.ClientBase, digests: readonly string[]): Promise<readonly KnownImport[]> {
  const { rows } = await client.query<{ source: string }>(FIND_IMPORTS, [digests]);
  const known: KnownImport[] = [];
  for (const { source } of rows) known.push(await readKnown(client, source));
  return known;
}

/** The imports that have lines of these hashes, each with the smallest hashes of its lines. */
export async function findOverlaps(
  client: pg.ClientBase,
  hashes: readonly number[],
): Promise<readonly { readonly source: string; readonly sketch: readonly number[] }[]> {
  const { rows } = await client.query<{ source: string; sketch: string[] }>(FIND_OVERLAPS, [hashes]);
  return rows.map(({ source, sketch }) => ({ source, sketch: sketch.map(Number) }));
}

export async function listImports(client: pg.ClientBase): Promise<readonly ListedImport[]> {
  const { rows } = await client.query<Row & { source: string; finished: boolean }>(LIST_IMPORTS);
  return rows.map((row) => ({
    source: row.source,
    rows: Number(row.rows),
    stored: Number(row.stored),
    rejected: Number(row.rejected),
    finished: row.finished,
    started: Math.round(Number(row.started)) as EpochMicros,
    canBeUndone: Number(row.undoable) === Number(row.stored),
  }));
}
