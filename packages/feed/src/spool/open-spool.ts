import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, statfs } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { FolderInUseError, type FolderLock, lockFolder, makeFolder } from '@tickwatch/folders';
import type { Spool } from '../durable-log.ts';
import type { SpoolConfig } from '../feed-config.ts';
import type { LostMessages, OnFeedEvent } from '../feed-event.ts';
import { EndMark } from './end-mark.ts';
import { loadSpool, NewerSpoolError } from './load-spool.ts';
import { MemoryFiles } from './memory-files.ts';
import { scanRecords } from './record-format.ts';
import { FolderFiles, type SpoolFile } from './spool-files.ts';
import { SpoolInUseError } from './spool-in-use-error.ts';
import { SpoolLog } from './spool-log.ts';
import { SpoolStore } from './spool-store.ts';
import { openVersion1, removeVersion1 } from './version-1.ts';

/** Without a folder, what waits for the database waits in memory: much less than on disk. */
const MAX_MEMORY_BYTES = 32 * 1024 * 1024;

/**
 * Opens the spool in a folder, for this process alone; without a folder, one in memory. What is damaged in it is told, and
 * all the rest is there.
 * @throws SpoolInUseError; FolderError the folder can't be used at all
 */
export async function openSpool(config: SpoolConfig, onEvent: OnFeedEvent): Promise<Spool> {
  const { folder, maxBytes } = config;
  if (folder === undefined) {
    const bounded = { ...config, maxBytes: Math.min(maxBytes, MAX_MEMORY_BYTES) };
    const options = {
      id: randomUUID(),
      maxBytes: bounded.maxBytes,
      store: new MemoryFiles(),
      end: undefined,
      told: [],
    };
    const release = async (): Promise<void> => {};
    return new SpoolStore(new SpoolLog(new Map(), [], options), { ...bounded, durability: 'memory', onEvent, release });
  }
  const absolute = await makeFolder(folder, "the spool's folder in DATA_DIR");
  const lock = await lockSpool(absolute);
  try {
    const { blocks, bsize } = await statfs(absolute);
    const log = await openFolder(absolute, Math.min(maxBytes, blocks * bsize), onEvent);
    const release = (): Promise<void> => lock[Symbol.asyncDispose]() as Promise<void>;
    return new SpoolStore(log, { ...config, durability: 'spool', onEvent, release });
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}

async function lockSpool(folder: string): Promise<FolderLock> {
  try {
    return await lockFolder(folder, 'spool');
  } catch (error) {
    throw error instanceof FolderInUseError ? new SpoolInUseError(folder, error.pid) : error;
  }
}

async function openFolder(folder: string, maxBytes: number, onEvent: OnFeedEvent): Promise<SpoolLog> {
  const file = join(folder, 'spool.mdb');
  const old = await openVersion1(file);
  if (typeof old === 'string') {
    onEvent({ type: 'spool_set_aside', reason: old, movedTo: await removeVersion1(file, true) });
  }
  if (old === undefined || typeof old === 'string') return await openLog({ folder, maxBytes, onEvent });
  // Begun anew, should it have been begun already.
  for (const path of await ownFiles(folder)) await rm(path);
  const log = await openLog({ folder, maxBytes, onEvent, id: old.id });
  const lost: LostMessages[] = [];
  let kept = 0;
  for (const group of old.groups) {
    if ('position' in group) await log.append([group]);
    else lost.push(group);
    kept += 'position' in group ? group.messages.length : 0;
  }
  for (const [lane, last] of old.ends) log.lane(lane).advance({ ...log.lane(lane).state, last });
  for (const loss of lost) log.lane(loss.lane).lacks(loss);
  await log.begin();
  await old.close();
  const movedTo = await removeVersion1(file, lost.length > 0);
  const reason = `${lost.length} groups of messages in it are damaged`;
  if (lost.length > 0) onEvent({ type: 'spool_salvaged', reason, kept, lost, movedTo });
  return log;
}

interface OpenOptions {
  readonly folder: string;
  readonly maxBytes: number;
  readonly onEvent: OnFeedEvent;
  /** Of a new one. */
  readonly id?: string;
}

async function openLog({ folder, maxBytes, onEvent, id: newId }: OpenOptions): Promise<SpoolLog> {
  const store = new FolderFiles(folder);
  const end = new EndMark(join(folder, 'end'));
  const [files, ends] = [await store.list(), await end.read()];
  const id = newId ?? ends?.id ?? idIn(files) ?? randomUUID();
  try {
    const { lanes, lost, damages, damagedFiles, found } = await loadSpool(files, ends, id);
    const log = new SpoolLog(lanes, files, { id, maxBytes, store, end, told: found });
    if (lost.length + damages.length === 0) return log;
    for (const loss of lost) log.lane(loss.lane).lacks(loss);
    let movedTo = '';
    for (const file of damagedFiles) movedTo = await store.keepDamaged(file);
    // On a full disk it is told again at the next start.
    await log.begin().catch(() => {});
    const kept = [...lanes.values()].reduce((sum, { waiting }) => sum + waiting.messages, 0);
    const reason = damages.join('; ') || 'messages that it had are missing';
    onEvent({ type: 'spool_salvaged', reason, kept, lost, movedTo });
    return log;
  } catch (error) {
    if (!(error instanceof NewerSpoolError)) throw error;
    const movedTo = join(folder, `unusable-${new Date().toISOString().replace(/[-:]/g, '')}`);
    await mkdir(movedTo);
    for (const path of await ownFiles(folder)) await rename(path, join(movedTo, basename(path)));
    onEvent({ type: 'spool_set_aside', reason: error.message, movedTo });
    return await openLog({ folder, maxBytes, onEvent });
  }
}

/** The name of the spool that the files are of, where nothing else says it. */
function idIn(files: readonly SpoolFile[]): string | undefined {
  for (const file of files) {
    for (const { head } of scanRecords(file.read(0, file.size))) if (head !== undefined) return head.id;
  }
  return undefined;
}

async function ownFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder);
  return names.filter((name) => /^(\d{12}\.log|end\.[01])$/.test(name)).map((name) => join(folder, name));
}
