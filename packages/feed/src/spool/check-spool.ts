/**
 * Run as a process of its own, `check-spool.ts FILE`: reads a whole spool once and prints a {@link SpoolReport}.
 * LMDB maps its file into memory, and a file that is cut or not its own makes it crash; here that harms no one.
 */
import process from 'node:process';
import { isBlobIntact, SPOOL_VERSION } from './blob-format.ts';
import { openSpoolDatabase, readMeta, type SpoolDatabase, type SpoolKey } from './spool-database.ts';

export type SpoolReport =
  /** Usable; the groups of messages under these keys are damaged. */
  | { readonly state: 'usable'; readonly damaged: readonly SpoolKey[] }
  | { readonly state: 'unusable'; readonly reason: string };

function check(database: SpoolDatabase): SpoolReport {
  // A process that died while it made the file leaves an empty one.
  if ([...database.getKeys({ limit: 1 })].length === 0) return { state: 'usable', damaged: [] };
  const meta = readMeta(database);
  if (typeof meta === 'string') return { state: 'unusable', reason: meta };
  if (meta.version > SPOOL_VERSION) {
    return {
      state: 'unusable',
      reason: `a newer version wrote it (format ${meta.version}, this one reads ${SPOOL_VERSION})`,
    };
  }
  const damaged: SpoolKey[] = [];
  for (const key of database.getKeys({ start: ['log'], end: ['log\uffff'] })) {
    const blob = database.get(key);
    if (blob === undefined || !isBlobIntact(blob)) damaged.push(key);
  }
  return { state: 'usable', damaged };
}

const file = process.argv[2];
if (file === undefined) throw new Error('usage: check-spool FILE');
let report: SpoolReport;
try {
  report = check(openSpoolDatabase(file));
} catch (error) {
  report = { state: 'unusable', reason: `it can't be read: ${error instanceof Error ? error.message : error}` };
}
process.stdout.write(JSON.stringify(report), () => process.exit(0));
