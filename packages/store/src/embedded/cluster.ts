import { execFile } from 'node:child_process';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PostgresBinaries } from './binaries.ts';
import { FIRST_START_BYTES, refuseFullDisk } from './disk-room.ts';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { clearIncomplete, clearLeftovers, exists } from './leftovers.ts';
import { isWhole, newPassword, readPassword, writePassword } from './password.ts';
import { asPlainUser } from './plain-user.ts';
import { watch } from './watchdog.ts';

/** Where one embedded PostgreSQL keeps its things. */
export interface Cluster {
  readonly dataDir: string;
  readonly dataFolder: string;
  readonly logFile: string;
  /** The folder of its socket. */
  readonly sockets: string;
}

/** SCRAM sends no password, and its answer can't be used a second time. Written at every start: an older one may allow more. */
const HBA = `# Made anew at every start: whoever connects proves the password, from this machine only.
local all all scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
host all all ::1/128 scram-sha-256
`;

/**
 * The database files under `<dataDir>/postgres`, made at the first start, and the password of their superuser. What earlier
 * starts left that were killed is cleared away. Nobody else does so meanwhile, and no server runs on them.
 * @returns the password
 * @throws EmbeddedPostgresError
 */
export async function openCluster(
  cluster: Cluster,
  binaries: PostgresBinaries,
  onProgress: (text: string) => void,
): Promise<string> {
  const { dataDir, dataFolder } = cluster;
  await clearLeftovers(dataDir);
  await refuseOtherVersion(dataFolder, binaries);
  if (await exists(dataFolder)) await clearIncomplete(dataFolder);
  let password = await readPassword(dataDir);
  if (!(await exists(dataFolder))) {
    if (password === undefined || !isWhole(password)) {
      password = newPassword();
      await writePassword(dataDir, password);
    }
    onProgress('makes its database files (first start)');
    await initialise(cluster, password, binaries);
  }
  if (password === undefined) {
    onProgress('has lost its password, and makes a new one');
    password = newPassword();
    await changePassword(cluster, password, binaries);
    await writePassword(dataDir, password);
  }
  await writeHba(dataFolder);
  return password;
}

/** @throws EmbeddedPostgresError the files were made by another major version */
export async function refuseOtherVersion(dataFolder: string, binaries: PostgresBinaries): Promise<void> {
  const major = await readFile(join(dataFolder, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (major === undefined || major.trim() === binaries.major || major.trim() === '') return;
  throw new EmbeddedPostgresError(
    `${dataFolder} was made by PostgreSQL ${major.trim()}, this is ${binaries.major}: export the prices with the old version, or move the folder away`,
  );
}

/** Made beside its place and moved there when complete, so that an interrupted start leaves nothing half done. */
async function initialise({ dataDir, dataFolder }: Cluster, password: string, binaries: PostgresBinaries) {
  await refuseFullDisk(dataDir, FIRST_START_BYTES);
  const fresh = join(dataDir, `postgres-new-${process.pid}`);
  const passwordFile = join(dataDir, `postgres-password-${process.pid}`);
  await writeFile(passwordFile, password, { mode: 0o600, flag: 'wx' });
  const args = ['--pgdata', fresh, '--username=postgres', `--pwfile=${passwordFile}`];
  const options = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C'];
  try {
    await runToEnd([binaries.initdb, ...args, ...options]);
    await rename(fresh, dataFolder);
  } catch (error) {
    await refuseFullDisk(dataDir, FIRST_START_BYTES / 2, error);
    throw new EmbeddedPostgresError(`PostgreSQL could not make its files in ${dataDir}: ${textOf(error)}`, {
      cause: error,
    });
  } finally {
    await rm(fresh, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    await rm(passwordFile, { force: true });
  }
}

/** Without a server, as who owns the files may. */
async function changePassword({ dataFolder }: Cluster, password: string, binaries: PostgresBinaries): Promise<void> {
  const settings = ['-c', 'password_encryption=scram-sha-256', '-c', 'log_min_messages=warning'];
  try {
    const statement = `ALTER ROLE postgres WITH LOGIN SUPERUSER PASSWORD '${password}'\n`;
    await runToEnd([binaries.postgres, '--single', '-D', dataFolder, ...settings, 'postgres'], statement);
  } catch (error) {
    throw new EmbeddedPostgresError(`PostgreSQL could not take a new password in ${dataFolder}: ${textOf(error)}`, {
      cause: error,
    });
  }
}

async function writeHba(dataFolder: string): Promise<void> {
  const file = join(dataFolder, 'pg_hba.conf');
  if ((await readFile(file, 'utf8').catch(() => '')) === HBA) return;
  const draft = `${file}.new`;
  await rm(draft, { force: true });
  await writeFile(draft, HBA, { mode: 0o600, flag: 'wx' });
  await rename(draft, file);
}

/** One of PostgreSQL's programs; it ends when this process does. */
async function runToEnd(command: readonly string[], input = ''): Promise<void> {
  const [program, ...args] = asPlainUser(command);
  const env = { ...process.env, LC_ALL: 'C' };
  let callOff = (): void => {};
  try {
    await new Promise<void>((resolve, reject) => {
      const child = execFile(program, args, { env }, (error, _, stderr) =>
        error === null ? resolve() : reject(Object.assign(error, { stderr })),
      );
      if (child.pid !== undefined) callOff = watch(child.pid);
      child.stdin?.on('error', () => {});
      child.stdin?.end(input);
    });
  } finally {
    callOff();
  }
}

function textOf(error: unknown): string {
  const { stderr = '', message } = error as Error & { readonly stderr?: string };
  return stderr.trim().split('\n').slice(-3).join(' / ') || message;
}
