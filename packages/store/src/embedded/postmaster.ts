import { type ChildProcess, spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PostgresBinaries } from './binaries.ts';
import type { Cluster } from './cluster.ts';
import { asPlainUser } from './plain-user.ts';

/** Where a server listens: the folder of its socket, or 127.0.0.1. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** For one machine that does other things too; durability is left as strict as PostgreSQL's own defaults. */
const SETTINGS = {
  shared_buffers: '128MB',
  max_connections: '60',
  // A statement over days that are not sealed takes two locks a day.
  max_locks_per_transaction: '256',
  max_wal_size: '512MB',
  wal_compression: 'on',
  log_min_messages: 'warning',
  timezone: 'UTC',
};

/**
 * glibc gives memory back to the system after every statement and asks for it again in the next: 160 page faults, a
 * quarter of an average's time. A server that keeps 4 MiB a connection has none. The stack's image sets the same.
 */
export const POSTGRES_ENVIRONMENT = { MALLOC_TOP_PAD_: '4194304' } as const;

/** Starts the server apart from this process's group: Ctrl-C in a terminal reaches Node, and Node decides. */
export function launch(binaries: PostgresBinaries, { dataFolder, logFile }: Cluster, endpoint: Endpoint): ChildProcess {
  const bySocket = endpoint.host.startsWith('/');
  const settings = {
    ...SETTINGS,
    port: String(endpoint.port),
    listen_addresses: bySocket ? '' : endpoint.host,
    unix_socket_directories: bySocket ? endpoint.host : '',
    unix_socket_permissions: '0700',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const [program, ...args] = asPlainUser([binaries.postgres, '-D', dataFolder, ...flags]);
  const log = openSync(logFile, 'w', 0o600);
  const env = { ...process.env, ...POSTGRES_ENVIRONMENT, LC_ALL: 'C' };
  return spawn(program, args, { detached: true, stdio: ['ignore', log, log], env });
}

/**
 * Ends the server when this process is gone, whatever ended it: the watchdog's input closes with this process.
 * @returns a function that calls the watchdog off
 */
export function watch(pid: number): () => void {
  if (process.platform === 'win32') return () => {};
  const script = 'cat >/dev/null; kill -INT "$1" 2>/dev/null';
  const dog = spawn('sh', ['-c', script, 'sh', String(pid)], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  dog.on('error', () => {});
  dog.unref();
  return () => dog.kill('SIGKILL');
}

/** The server that runs, or seems to run, on a data folder. */
export interface Running extends Endpoint {
  readonly pid: number;
}

/** Reads PostgreSQL's lock file; `undefined`: no server holds the folder. A lock left by a dead one is removed. */
export async function findRunning({ dataFolder }: Cluster): Promise<Running | undefined> {
  const lockFile = join(dataFolder, 'postmaster.pid');
  let lines: readonly string[];
  try {
    lines = (await readFile(lockFile, 'utf8')).split('\n');
  } catch {
    return undefined;
  }
  const pid = Number(lines[0]);
  if (!isPostgres(pid)) {
    await rm(lockFile, { force: true });
    return undefined;
  }
  const port = Number(lines[3]);
  return { pid, port, host: lines[4]?.trim() || lines[5]?.trim() || '127.0.0.1' };
}

/** True while the process lives; a number that was given to another program since does not count. */
export function isPostgres(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  try {
    // `unshare` is the server's own process in the moment before it becomes PostgreSQL.
    return ['postgres', 'unshare'].includes(readFileSync(`/proc/${pid}/comm`, 'utf8').trim());
  } catch {
    return true;
  }
}
