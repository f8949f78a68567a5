import { encodeMeta, openSpoolDatabase, readMeta, type SpoolDatabase } from '../lmdb-table.ts';
import { decodeRecord, keyOf, SPOOL_VERSION, type SpoolHead } from '../record-format.ts';
import type { SpoolCopy } from './spool-copy.ts';
import { copyVersion1 } from './version-1.ts';

export interface WalkReport {
  /** `newer`: not ours to read. */
  readonly state: 'sound' | 'damaged' | 'newer';
  /** What is wrong. */
  readonly reason: string;
  readonly version: number;
}

/** Reads a spool from one end to the other as LMDB gives it, and copies what is intact. It may crash or never end. */
export async function walkSpool(file: string, copy: SpoolCopy): Promise<WalkReport> {
  let version = SPOOL_VERSION;
  let reason: string | undefined;
  try {
    const database = openSpoolDatabase(file);
    const meta = readMeta(database);
    version = meta?.version ?? SPOOL_VERSION;
    if (version > SPOOL_VERSION)
      return { state: 'newer', reason: `a newer version wrote it (format ${version})`, version };
    if (meta !== undefined) await copy.put(...encodeMeta(meta.id));
    if (meta?.version === 1) reason = await copyVersion1(database, meta.id, copy);
    else reason = await copyRecords(database, meta?.id, copy);
  } catch (error) {
    reason = error instanceof Error ? error.message : String(error);
  }
  return { state: reason === undefined ? 'sound' : 'damaged', reason: reason ?? '', version };
}

/** @returns what is wrong */
async function copyRecords(
  database: SpoolDatabase,
  id: string | undefined,
  copy: SpoolCopy,
): Promise<string | undefined> {
  const chain = new Chain();
  let count = 0;
  let damaged = 0;
  for (const key of database.getKeys()) {
    count++;
    if (String(key) === 'meta') continue;
    const record = database.get(key);
    const head = record === undefined ? undefined : decodeRecord(record);
    if (record === undefined || head === undefined) damaged++;
    else {
      if (String(keyOf(head)) !== String(key) || head.id !== id) damaged++;
      chain.add(head);
      await copy.put(keyOf(head), record);
    }
  }
  const { entryCount } = database.getStats() as { readonly entryCount: number };
  if (damaged > 0) return `${damaged} records in it are damaged`;
  if (count !== entryCount || !chain.isWhole) return 'records are missing in it';
  return count > 0 && id === undefined ? 'it does not say what it is' : undefined;
}

/** Follows the entries of each lane from one to the next; they come in order, the lanes' states before them. */
class Chain {
  readonly #lanes = new Map<string, { at: number; readonly tail: number }>();
  #isBroken = false;

  add(head: SpoolHead): void {
    if (head.kind === 'lane') this.#lanes.set(head.lane, { at: head.trimmed, tail: head.tail });
    if (head.kind !== 'entry') return;
    const lane = this.#lanes.get(head.lane);
    if (lane?.at !== head.follows) this.#isBroken = true;
    if (lane !== undefined) lane.at = head.last;
  }

  get isWhole(): boolean {
    return !this.#isBroken && [...this.#lanes.values()].every(({ at, tail }) => at === tail);
  }
}
