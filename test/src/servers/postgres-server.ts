import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { POSTGRES_ENVIRONMENT } from '@tickwatch/store';
import pg from 'pg';
import { ChildServer } from './child-server.ts';
import { freePort } from './free-port.ts';
import { asPlainUser, PLAIN_UID } from './plain-user.ts';
import { GiveUpError, until } from './until.ts';

export interface PostgresOptions {
  /** More settings for postgresql.conf: `{ max_connections: '5' }`. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface PostgresServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly pid: number | undefined;
  readonly dataFolder: string;
  /** A connected client of its own; the caller ends it. */
  connect(): Promise<pg.Client>;
  /** A fresh, empty database. @returns its URL */
  createDatabase(name?: string): Promise<string>;
  /** Ends it by SIGINT (fast shutdown: clients are cut, nothing is lost). */
  stop(): Promise<void>;
  /** Ends it, with its workers, as a crash would: by SIGQUIT (no checkpoint, recovery at the next start). */
  kill(): Promise<void>;
  restart(): Promise<void>;
  /** It and its backends stay and answer nothing, until `resume`. */
  pause(): void;
  resume(): void;
}

/** Starts a PostgreSQL of the machine (Debian's newest, or PATH) on a free port, with a data folder of its own. */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const bin = findBinaries();
  const folder = await mkdtemp(join(tmpdir(), 'tickwatch-postgres-'));
  const password = randomBytes(12).toString('hex');
  await prepareFolder(folder, password);
  const dataFolder = join(folder, 'data');
  const initdb = ['--auth=scram-sha-256', '-U', 'postgres', `--pwfile=${join(folder, 'password')}`, '-E', 'UTF8'];
  const [command, ...args] = asPlainUser([join(bin, 'initdb'), ...initdb, '--no-sync', '-D', dataFolder]);
  execFileSync(command, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });

  const port = await freePort();
  const settings = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    ...options.settings,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const [server, ...serverArgs] = asPlainUser([join(bin, 'postgres'), '-D', dataFolder, ...flags]);
  const child = new ChildServer({ command: server, args: serverArgs, cwd: folder, env: POSTGRES_ENVIRONMENT });
  const urlOf = (database: string): string => `postgresql://postgres:${password}@127.0.0.1:${port}/${database}`;

  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: urlOf('postgres'), connectionTimeoutMillis: 5000 });
    client.on('error', () => {});
    await client.connect();
    return client;
  };
  const restart = async (): Promise<void> => {
    child.launch();
    await until(
      async () => {
        if (!child.isRunning) throw new GiveUpError(`postgres ended: ${child.output}`);
        await (await connect()).end();
        return true;
      },
      { what: 'postgres answering' },
    );
  };

  await restart().catch(async (error: unknown) => {
    await child.end('SIGQUIT');
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  return {
    url: urlOf('postgres'),
    port,
    dataFolder,
    get pid() {
      return child.pid;
    },
    connect,
    restart,
    async createDatabase(name = `test_${randomBytes(6).toString('hex')}`) {
      const client = await connect();
      try {
        await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
      } finally {
        await client.end();
      }
      return urlOf(name);
    },
    stop: () => child.end('SIGINT'),
    kill: () => child.end('SIGQUIT'),
    pause: () => signalAll(child.pid, 'SIGSTOP'),
    resume: () => signalAll(child.pid, 'SIGCONT'),
    async [Symbol.asyncDispose]() {
      signalAll(child.pid, 'SIGCONT');
      await child.end('SIGQUIT');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Signals the server and its backends, which answer on their own while only their parent is stopped. */
function signalAll(pid: number | undefined, signal: 'SIGSTOP' | 'SIGCONT'): void {
  if (pid === undefined) return;
  process.kill(pid, signal);
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  for (const child of children) {
    try {
      process.kill(Number(child), signal);
    } catch (error) {
      // A backend may end between being listed and being signalled.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

function findBinaries(): string {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ];
  const found = folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
  if (found === undefined) throw new Error('no PostgreSQL server programs (initdb, postgres) on this machine');
  return found;
}

async function prepareFolder(folder: string, password: string): Promise<void> {
  await writeFile(join(folder, 'password'), password);
  if (process.getuid?.() !== 0) return;
  chmodSync(folder, 0o700);
  await chown(join(folder, 'password'), PLAIN_UID, PLAIN_UID);
  await chown(folder, PLAIN_UID, PLAIN_UID);
}
