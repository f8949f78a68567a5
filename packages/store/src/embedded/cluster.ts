import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PostgresBinaries } from './binaries.ts';
import { asPlainUser } from './plain-user.ts';

const run = promisify(execFile);

/** Where one embedded PostgreSQL keeps its things. */
export interface Cluster {
  readonly dataFolder: string;
  readonly password: string;
  readonly logFile: string;
}

/**
 * The database files under `<dataDir>/postgres`, made at the first start.
 * @throws Error when they were made by another major version
 */
export async function openCluster(
  dataDir: string,
  binaries: PostgresBinaries,
  onProgress: (text: string) => void,
): Promise<Cluster> {
  await mkdir(dataDir, { recursive: true });
  const dataFolder = join(dataDir, 'postgres');
  const password = await readPassword(join(dataDir, 'postgres-password'));
  const major = await readText(join(dataFolder, 'PG_VERSION'));
  if (major === undefined) {
    onProgress('makes its database files (first start)');
    await initialise(dataDir, dataFolder, password, binaries);
  } else if (major !== binaries.major) {
    throw new Error(
      `${dataFolder} was made by PostgreSQL ${major}, this is ${binaries.major}: export the prices with the old version, or move the folder away`,
    );
  }
  return { dataFolder, password, logFile: join(dataDir, 'postgres.log') };
}

/** Made beside its place and moved there when complete, so that an interrupted start leaves nothing half done. */
async function initialise(
  dataDir: string,
  dataFolder: string,
  password: string,
  binaries: PostgresBinaries,
): Promise<void> {
  const fresh = join(dataDir, `postgres-new-${process.pid}`);
  const passwordFile = join(dataDir, `postgres-password-${process.pid}`);
  await rm(fresh, { recursive: true, force: true });
  await writeFile(passwordFile, password, { mode: 0o600 });
  const args = ['--pgdata', fresh, '--username=postgres', `--pwfile=${passwordFile}`];
  const [program, ...rest] = asPlainUser([
    binaries.initdb,
    ...args,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
  ]);
  try {
    await run(program, rest, { env: { ...process.env, LC_ALL: 'C' } });
    await rename(fresh, dataFolder);
  } catch (error) {
    const { stderr = '', message } = error as Error & { readonly stderr?: string };
    throw new Error(`PostgreSQL could not make its files in ${dataDir}: ${stderr.trim() || message}`, { cause: error });
  } finally {
    await rm(fresh, { recursive: true, force: true });
    await rm(passwordFile, { force: true });
  }
}

async function readPassword(file: string): Promise<string> {
  const known = await readText(file);
  if (known !== undefined && known !== '') return known;
  const password = randomBytes(24).toString('base64url');
  try {
    // Exclusive: of two processes that start at once, one decides.
    await writeFile(file, password, { mode: 0o600, flag: 'wx' });
    await chmod(file, 0o600);
    return password;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return (await readText(file)) ?? password;
  }
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
