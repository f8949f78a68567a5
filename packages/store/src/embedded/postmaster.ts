import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { PostgresBinaries } from './binaries.ts';
import type { Cluster } from './cluster.ts';
import { type Endpoint, isAlive } from './lock-file.ts';
import { asPlainUser } from './plain-user.ts';

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
  password_encryption: 'scram-sha-256',
};

/**
 * glibc gives memory back to the system after every statement and asks for it again in the next: 160 page faults, a
 * quarter of an average's time. A server that keeps 4 MiB a connection has none. The stack's image sets the same.
 */
export const POSTGRES_ENVIRONMENT = { MALLOC_TOP_PAD_: '4194304' } as const;

const STOP_TIMEOUT_MS = 6000;

/** Starts the server apart from this process's group: Ctrl-C in a terminal reaches Node, and Node decides. */
export function launch(binaries: PostgresBinaries, { dataFolder, logFile }: Cluster, endpoint: Endpoint): ChildProcess {
  const bySocket = endpoint.host.startsWith('/');
  const settings = {
    ...SETTINGS,
    hba_file: `${dataFolder}/pg_hba.conf`,
    port: String(endpoint.port),
    listen_addresses: bySocket ? '' : endpoint.host,
    // The list of folders knows quotes.
    unix_socket_directories: bySocket ? `"${endpoint.host.replaceAll('"', '""')}"` : '',
    unix_socket_permissions: '0700',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const [program, ...args] = asPlainUser([binaries.postgres, '-D', dataFolder, ...flags]);
  const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW = 0 } = constants;
  const log = openSync(logFile, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600);
  try {
    const env = { ...process.env, ...POSTGRES_ENVIRONMENT, LC_ALL: 'C' };
    return spawn(program, args, { detached: true, stdio: ['ignore', log, log], env });
  } finally {
    closeSync(log);
  }
}

/** Fast shutdown: clients are cut off, everything committed is on disk; then, if it hangs, the immediate one. */
export async function stopServer(pid: number, hasEnded: () => boolean | Promise<boolean>): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if ((await hasEnded()) || !isAlive(pid)) return;
    process.kill(pid, signal);
    const until = Date.now() + STOP_TIMEOUT_MS;
    while (!(await hasEnded()) && Date.now() < until) await wait(20);
  }
}

/** The end of what the server said. */
export async function lastLogLines({ logFile }: Cluster): Promise<string> {
  const text = await readFile(logFile, 'utf8').catch(() => '');
  return text.trim().split('\n').slice(-3).join(' / ') || `see ${logFile}`;
}
