import { lstat, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';

/** PostgreSQL numbers its own databases below this. */
const FIRST_OWN_DATABASE = 16_384;

/** Removes what starts that were killed left beside the database files. Nobody else starts meanwhile. */
export async function clearLeftovers(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) {
    if (!/^postgres-(new|password)-\d+$/.test(name)) continue;
    await rm(join(dataDir, name), { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/**
 * Removes database files that were never complete.
 * @throws EmbeddedPostgresError they hold a database all the same
 */
export async function clearIncomplete(dataFolder: string): Promise<void> {
  if (await exists(join(dataFolder, 'global', 'pg_control'))) return;
  if (!(await lstat(dataFolder)).isDirectory()) {
    throw new EmbeddedPostgresError(
      `${dataFolder} is where the folder of the database files goes, and is none (to have it on another disk, let DATA_DIR lead there): remove it, or choose another DATA_DIR`,
    );
  }
  const databases = await readdir(join(dataFolder, 'base')).catch(() => []);
  const links = await readdir(join(dataFolder, 'pg_tblspc')).catch(() => []);
  if (links.length > 0 || databases.some((name) => Number(name) >= FIRST_OWN_DATABASE)) {
    throw new EmbeddedPostgresError(
      `${dataFolder} holds a database but not its file global/pg_control: bring it back from a backup, or move the folder away to begin anew`,
    );
  }
  const strange = (await readdir(dataFolder)).find((name) => !/^(PG_VERSION|pg_|base$|global$|postg)/.test(name));
  if (strange !== undefined) {
    throw new EmbeddedPostgresError(
      `${dataFolder} is where the database files go, and holds something else (${strange}): move it away, or choose another DATA_DIR`,
    );
  }
  await rm(dataFolder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

export async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
