import { randomUUID } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Spool } from '../durable-log.ts';
import type { SpoolConfig } from '../feed-config.ts';
import type { OnFeedEvent } from '../feed-event.ts';
import { CleanMark } from './clean-mark.ts';
import { DiskReserve } from './disk-reserve.ts';
import { lockFolder } from './folder-lock.ts';
import { GuardedTable } from './guarded-table.ts';
import { encodeMeta, LmdbTable, openSpoolDatabase, readMeta } from './lmdb-table.ts';
import { rescueSpool } from './rescue/rescue-spool.ts';
import { SpoolStore } from './spool-store.ts';
import { MemoryTable } from './spool-table.ts';

/** Without a folder, what waits for the database waits in memory: much less than on disk. */
const MAX_MEMORY_BYTES = 32 * 1024 * 1024;

/**
 * Opens the spool in a folder, for this process alone; without a folder, one in memory. What is damaged is salvaged, and told.
 * @throws SpoolInUseError; Error the folder can't be used at all
 */
export async function openSpool(config: SpoolConfig, onEvent: OnFeedEvent): Promise<Spool> {
  const { folder, maxBytes } = config;
  if (folder === undefined) {
    const options = { ...config, id: randomUUID(), durability: 'memory', onEvent, release: async () => {} } as const;
    return new SpoolStore(new GuardedTable(new MemoryTable(), undefined), {
      ...options,
      maxBytes: Math.min(maxBytes, MAX_MEMORY_BYTES),
    });
  }
  const absolute = resolve(folder);
  await mkdir(absolute, { recursive: true });
  const lock = await lockFolder(absolute);
  try {
    const file = join(absolute, 'spool.mdb');
    const mark = new CleanMark(file);
    if (!(await isEmpty(file)) && !(await mark.take())) await rescueSpool(file, onEvent);
    const { id, table } = await openFile(file);
    const reserve = new DiskReserve(join(absolute, 'spool.reserve'));
    const guarded = new GuardedTable(table, {
      reserve,
      isReserveHeld: await reserve.hold(),
      async reopen(damaged, reason) {
        await damaged.close().catch(() => {});
        await rescueSpool(file, onEvent, reason);
        return (await openFile(file)).table;
      },
    });
    const release = async (): Promise<void> => {
      await mark.set().catch(() => {});
      await lock[Symbol.asyncDispose]();
    };
    return new SpoolStore(guarded, { ...config, id, durability: 'spool', onEvent, release });
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}

async function openFile(file: string): Promise<{ readonly id: string; readonly table: LmdbTable }> {
  const database = openSpoolDatabase(file);
  const table = new LmdbTable(database);
  const known = readMeta(database)?.id;
  const id = known ?? randomUUID();
  if (known === undefined) await table.write([encodeMeta(id)], []);
  return { id, table };
}

async function isEmpty(file: string): Promise<boolean> {
  return stat(file).then(
    ({ size }) => size === 0,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return true;
      throw error;
    },
  );
}
