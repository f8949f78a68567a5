import { open, type RootDatabase } from 'lmdb';

/** `['meta']`, `['high', exchange]`, `['trimmed']` or `['log', exchange, last position, messages, bytes]`. */
export type SpoolKey = (string | number)[];
export type SpoolDatabase = RootDatabase<Buffer, SpoolKey>;

export const META_KEY: SpoolKey = ['meta'];

export interface SpoolMeta {
  readonly format: 'tickwatch-spool';
  readonly version: number;
  readonly id: string;
}

/**
 * Opens the database file. Each commit waits for the disk, in LMDB's own thread. Writes are batches that are asked
 * for one by one: in its default mode the library leaves a promise behind that no one can catch when the disk is full.
 */
export function openSpoolDatabase(path: string): SpoolDatabase {
  return open<Buffer, SpoolKey>({
    path,
    noSubdir: true,
    encoding: 'binary',
    compression: false,
    overlappingSync: false,
    eventTurnBatching: false,
    noMemInit: false,
  } as Parameters<typeof open>[0] & { path: string });
}

/** @returns what is wrong with it, as text, when it is no spool that this version can read */
export function readMeta(database: SpoolDatabase): SpoolMeta | string {
  const text = database.get(META_KEY)?.toString();
  if (text === undefined) return 'it is a database, but not a spool';
  try {
    const meta = JSON.parse(text) as Partial<SpoolMeta>;
    if (meta.format !== 'tickwatch-spool' || typeof meta.version !== 'number' || typeof meta.id !== 'string') {
      return 'it is a database of something else';
    }
    return { format: meta.format, version: meta.version, id: meta.id };
  } catch {
    return 'it is a database of something else';
  }
}
