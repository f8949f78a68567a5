import { crc32 } from 'node:zlib';
import { open, type RootDatabase } from 'lmdb';
import { SPOOL_VERSION, type SpoolKey } from './record-format.ts';
import type { SpoolTable } from './spool-table.ts';

export type SpoolDatabase = RootDatabase<Buffer, SpoolKey>;

const META_KEY: SpoolKey = ['meta'];

/**
 * Opens the database file. Each commit waits for the disk, in LMDB's own thread. Writes are batches that are asked
 * for one by one: in its default mode the library leaves a promise behind that no one can catch when the disk is full.
 * @param noSync it is a file that the caller syncs himself when it is whole
 */
export function openSpoolDatabase(path: string, noSync = false): SpoolDatabase {
  return open<Buffer, SpoolKey>({
    path,
    noSubdir: true,
    encoding: 'binary',
    compression: false,
    overlappingSync: false,
    eventTurnBatching: false,
    noMemInit: false,
    noSync,
  } as Parameters<typeof open>[0] & { path: string });
}

export interface SpoolMeta {
  readonly format: 'tickwatch-spool';
  readonly version: number;
  readonly id: string;
}

/** What the spool says of itself; every version so far, and every later one, keeps it in this form. */
export function encodeMeta(id: string, version = SPOOL_VERSION): readonly [SpoolKey, Buffer] {
  const crc = crc32(`${version} ${id}`);
  return [META_KEY, Buffer.from(JSON.stringify({ format: 'tickwatch-spool', version, id, crc }))];
}

/** @returns `undefined`: there is none, or it is damaged */
export function readMeta(database: SpoolDatabase): SpoolMeta | undefined {
  try {
    const meta = JSON.parse(String(database.get(META_KEY)));
    const isIntact = meta.version === 1 || meta.crc === crc32(`${meta.version} ${meta.id}`);
    return meta.format === 'tickwatch-spool' && typeof meta.id === 'string' && isIntact ? meta : undefined;
  } catch {
    return undefined;
  }
}

/** A table on disk, in LMDB. */
export class LmdbTable implements SpoolTable {
  readonly #database: SpoolDatabase;

  constructor(database: SpoolDatabase) {
    this.#database = database;
  }

  keys(start: SpoolKey, end: SpoolKey, limit?: number): Iterable<SpoolKey> {
    return this.#database.getKeys({ start, end, ...(limit === undefined ? {} : { limit }) });
  }

  get(key: SpoolKey): Buffer | undefined {
    return this.#database.get(key);
  }

  async write(puts: readonly (readonly [SpoolKey, Buffer])[], removes: readonly SpoolKey[]): Promise<void> {
    try {
      await this.#database.batch(() => {
        for (const key of removes) void this.#database.remove(key);
        for (const [key, value] of puts) void this.#database.put(key, value);
      });
    } catch (error) {
      throw await causeOf(error);
    }
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}

/** The library tells why a commit failed in a promise that rejects; it has to be awaited at once. */
async function causeOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !('commitError' in error)) return error;
  try {
    await error.commitError;
    return error;
  } catch (cause) {
    return cause;
  }
}

/** LMDB says that the file itself is wrong: no later transaction will work. */
export function isDamage(error: unknown): boolean {
  return /MDB_(BAD_TXN|CORRUPTED|PANIC|PAGE_NOTFOUND|INVALID|PAGE_FULL|CURSOR_FULL|BAD_VALSIZE)/.test(String(error));
}
