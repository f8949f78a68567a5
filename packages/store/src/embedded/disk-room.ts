import { statfs } from 'node:fs/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';

const MEBIBYTE = 1024 * 1024;
/** New database files, and the log that they are written with. */
export const FIRST_START_BYTES = 80 * MEBIBYTE;
/** What a start writes: two segments of the log at most. */
export const START_BYTES = 34 * MEBIBYTE;

/** @throws EmbeddedPostgresError the disk has less room */
export async function refuseFullDisk(dataDir: string, bytes: number, cause?: unknown): Promise<void> {
  const free = await freeBytes(dataDir);
  if (free >= bytes) return;
  throw new EmbeddedPostgresError(
    `the disk of ${dataDir} is full: it has ${Math.floor(free / MEBIBYTE)} MiB left and PostgreSQL needs ${bytes / MEBIBYTE} to start: free some space, or choose another DATA_DIR`,
    { cause },
  );
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
