import { createWriteStream } from 'node:fs';
import { lstat, realpath, rename, rm } from 'node:fs/promises';
import type { Writable } from 'node:stream';

/** Where an export goes. */
export interface ExportTarget {
  readonly stream: Writable;
  /** Puts what was written in its place. */
  finish(): Promise<void>;
  /** Leaves nothing behind; what was there before stays. */
  giveUp(): Promise<void>;
}

/**
 * A file is written beside its place and moved there when it is whole, so that half a file is never taken for all of it.
 * Stdout (`-`), devices and pipes are written to at once.
 */
export async function exportTarget(path: string): Promise<ExportTarget> {
  const nothing = async (): Promise<void> => {};
  if (path === '-') return { stream: process.stdout, finish: nothing, giveUp: nothing };
  const there = await realpath(path).catch(() => path);
  const isFile = await lstat(there).then(
    (found) => found.isFile(),
    () => true,
  );
  if (!isFile) return { stream: createWriteStream(there), finish: nothing, giveUp: nothing };
  const beside = `${there}.part-${process.pid}`;
  return {
    stream: createWriteStream(beside),
    finish: () => rename(beside, there),
    giveUp: () => rm(beside, { force: true }),
  };
}
