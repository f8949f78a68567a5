import { randomUUID } from 'node:crypto';
import { access, constants, copyFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { OnFeedEvent } from '../feed-event.ts';
import { SPOOL_VERSION } from './blob-format.ts';
import { DiskReserve } from './disk-reserve.ts';
import { lockFolder } from './folder-lock.ts';
import { inspectSpool } from './inspect-spool.ts';
import { META_KEY, openSpoolDatabase, readMeta, type SpoolDatabase, type SpoolMeta } from './spool-database.ts';
import { SpoolStore } from './spool-store.ts';

/**
 * Opens the spool in a folder, for this process alone. One that can't be used is renamed, never deleted, and an empty
 * one takes its place; one in which some groups are damaged is copied, and goes on without them.
 * @throws SpoolInUseError; Error the folder can't be used at all
 */
export async function openSpool(folder: string, onEvent: OnFeedEvent): Promise<SpoolStore> {
  const absolute = resolve(folder);
  await mkdir(absolute, { recursive: true });
  const lock = await lockFolder(absolute);
  try {
    const file = join(absolute, 'spool.mdb');
    const damaged = await makeUsable(file, onEvent);
    const database = openSpoolDatabase(file);
    for (const key of damaged) await database.remove([...key]);
    const { id } = await metaOf(database);
    const reserve = new DiskReserve(join(absolute, 'spool.reserve'));
    const isReserveHeld = await reserve.hold();
    return new SpoolStore(database, {
      id,
      reserve,
      isReserveHeld,
      onUnreadable: (exchange, position) => onEvent({ type: 'spool_unreadable', exchange, position }),
      release: () => lock[Symbol.asyncDispose]() as Promise<void>,
    });
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}

/** @returns keys of damaged groups */
async function makeUsable(file: string, onEvent: OnFeedEvent): Promise<readonly (readonly (string | number)[])[]> {
  if ((await sizeOf(file)) === 0) return [];
  await access(file, constants.R_OK | constants.W_OK);
  const report = await inspectSpool(file);
  if (report.state === 'usable' && report.damaged.length === 0) return [];
  const movedTo = `${file}.${report.state === 'usable' ? 'damaged' : 'unusable'}-${timeStamp()}`;
  if (report.state === 'usable') {
    await copyFile(file, movedTo, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    const reason = `${report.damaged.length} groups of messages in it are damaged; the others are used`;
    onEvent({ type: 'spool_set_aside', reason, movedTo });
    return report.damaged;
  }
  await rename(file, movedTo);
  await rm(`${file}-lock`, { force: true });
  onEvent({ type: 'spool_set_aside', reason: report.reason, movedTo });
  return [];
}

async function metaOf(database: SpoolDatabase): Promise<SpoolMeta> {
  const existing = readMeta(database);
  if (typeof existing !== 'string') return existing;
  const meta: SpoolMeta = { format: 'tickwatch-spool', version: SPOOL_VERSION, id: randomUUID() };
  await database.put(META_KEY, Buffer.from(JSON.stringify(meta)));
  return meta;
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}

function timeStamp(): string {
  return new Date().toISOString().replace(/[-:]/g, '');
}
