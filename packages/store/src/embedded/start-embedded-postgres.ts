import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { findBinaries, type PostgresBinaries } from './binaries.ts';
import { type Cluster, openCluster } from './cluster.ts';
import { type Endpoint, findRunning, isPostgres, launch, type Running, watch } from './postmaster.ts';

export interface EmbeddedPostgresOptions {
  /** Folder for the database files and what belongs to them; kept between runs. */
  readonly dataDir: string;
  readonly onProgress?: (text: string) => void;
}

export interface EmbeddedPostgres extends AsyncDisposable {
  readonly connectionString: string;
  readonly version: string;
}

const DATABASE = 'stocks';
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 6000;
/** Longest path of a Unix socket on any system, less the name PostgreSQL appends. */
const MAX_SOCKET_FOLDER = 80;

/**
 * Starts PostgreSQL itself on a private data folder, reachable for this user alone, and waits until it answers.
 * It ends with this process, however that ends. Where another Tickwatch process runs it on the same folder already, that
 * server is used, and left running.
 */
export async function startEmbeddedPostgres({
  dataDir,
  onProgress = () => {},
}: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const folder = resolve(dataDir);
  const binaries = findBinaries();
  const cluster = await openCluster(folder, binaries, onProgress);
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const running = await findRunning(cluster);
    if (running !== undefined) {
      const version = await connectTo(running, cluster);
      if (version !== undefined) return attached(running, cluster, version);
      // It is starting, or shutting down after its process was killed: its lock goes, or it answers.
      await wait(100);
      continue;
    }
    const started = await startServer(binaries, cluster, await chooseEndpoint(folder), deadline);
    if (started !== undefined) return started;
  }
  throw new Error(`PostgreSQL did not start within ${START_TIMEOUT_MS / 1000} s: ${await lastLogLine(cluster)}`);
}

/** `undefined`: another process was faster; it holds the folder now. */
async function startServer(
  binaries: PostgresBinaries,
  cluster: Cluster,
  endpoint: Endpoint,
  deadline: number,
): Promise<EmbeddedPostgres | undefined> {
  const child = launch(binaries, cluster, endpoint);
  let ended = false;
  let failure: Error | undefined;
  child.on('exit', () => {
    ended = true;
  });
  child.on('error', (error) => {
    ended = true;
    failure = error;
  });
  const pid = child.pid ?? 0;
  const callOff = watch(pid);
  while (!ended && Date.now() < deadline) {
    const version = await connectTo(endpoint, cluster);
    if (version !== undefined) {
      child.unref();
      return {
        connectionString: urlOf(endpoint, cluster, DATABASE),
        version,
        async [Symbol.asyncDispose]() {
          await stopServer(pid, () => ended);
          callOff();
        },
      };
    }
    await wait(50);
  }
  callOff();
  if (failure !== undefined) throw failure;
  if (!ended) await stopServer(pid, () => ended);
  if ((await findRunning(cluster)) !== undefined) return undefined;
  throw new Error(`PostgreSQL does not start: ${await lastLogLine(cluster)}`);
}

function attached(running: Running, cluster: Cluster, version: string): EmbeddedPostgres {
  return {
    connectionString: urlOf(running, cluster, DATABASE),
    version,
    async [Symbol.asyncDispose]() {
      // The process that started it stops it.
    },
  };
}

/** Fast shutdown: clients are cut off, everything committed is on disk; then, if it hangs, the immediate one. */
async function stopServer(pid: number, hasEnded: () => boolean): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (hasEnded() || !isPostgres(pid)) return;
    process.kill(pid, signal);
    const until = Date.now() + STOP_TIMEOUT_MS;
    while (!hasEnded() && isPostgres(pid) && Date.now() < until) await wait(20);
  }
}

/** Asks the server for its version and makes the database; `undefined`: it does not answer (yet). */
async function connectTo(endpoint: Endpoint, cluster: Cluster): Promise<string | undefined> {
  const client = new pg.Client({
    connectionString: urlOf(endpoint, cluster, 'postgres'),
    connectionTimeoutMillis: 3000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query('SELECT current_setting($1) AS version', ['server_version']);
    await client.query(`CREATE DATABASE ${DATABASE}`).catch((error: { readonly code?: string }) => {
      // 42P04: it exists; 23505: another process makes it at this very moment.
      if (error.code !== '42P04' && error.code !== '23505') throw error;
    });
    return (rows[0] as { readonly version: string }).version;
  } catch {
    return undefined;
  } finally {
    await client.end().catch(() => {});
  }
}

function urlOf({ host, port }: Endpoint, { password }: Cluster, database: string): string {
  const credentials = `postgres:${encodeURIComponent(password)}`;
  if (!host.startsWith('/')) return `postgresql://${credentials}@${host}:${port}/${database}`;
  return `postgresql://${credentials}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`;
}

/** A socket in a folder of this user where the system has them, else a free port. */
async function chooseEndpoint(folder: string): Promise<Endpoint> {
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 12);
  const socketFolder = join(tmpdir(), `tickwatch-${process.getuid?.() ?? 0}-${name}`);
  if (process.platform === 'win32' || socketFolder.length > MAX_SOCKET_FOLDER) {
    return { host: '127.0.0.1', port: await freePort() };
  }
  await mkdir(socketFolder, { recursive: true, mode: 0o700 });
  return { host: socketFolder, port: 5432 };
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

async function lastLogLine({ logFile }: Cluster): Promise<string> {
  const text = await readFile(logFile, 'utf8').catch(() => '');
  return text.trim().split('\n').slice(-3).join(' / ') || `see ${logFile}`;
}
