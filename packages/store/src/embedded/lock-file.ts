import { readFile, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { isPrivate } from '@tickwatch/folders';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { factsOf, type ProcessFacts } from './process-facts.ts';

/** Where a server listens: the folder of its socket, or 127.0.0.1. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** What the lock file of PostgreSQL says. */
export interface LockFile extends Endpoint {
  readonly path: string;
  readonly pid: number;
  /** Epoch seconds. */
  readonly startedAt: number;
  /** It takes connections. */
  readonly isReady: boolean;
}

export interface FindOptions {
  /** The folder of sockets that belongs to the data folder. */
  readonly sockets: string;
  /** Where the system tells about processes. */
  readonly proc?: string;
}

/** A server that runs on a data folder. */
export interface Running extends LockFile {
  readonly isHalted: boolean;
  /** Its arguments, as far as the system tells them. */
  readonly command: string;
}

/** A process that began so long after the lock was written did not write it. */
const CLOCK_SECONDS = 10;
/** A server that listens nowhere for so long is none, where nothing else can be found out about it. */
const SILENT_MS = 3000;

export async function readLockFile(dataFolder: string): Promise<LockFile | undefined> {
  const path = join(dataFolder, 'postmaster.pid');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw new EmbeddedPostgresError(
      `PostgreSQL's lock ${path} can't be read (${messageOf(error)}): remove it if no PostgreSQL runs on that folder`,
      { cause: error },
    );
  }
  const [pid, , startedAt, port, socketFolder, address, , status] = text.split('\n').map((line) => line.trim());
  return {
    path,
    pid: Number(pid),
    startedAt: Number(startedAt),
    port: Number(port),
    host: socketFolder || (address === '*' ? '127.0.0.1' : address) || '127.0.0.1',
    isReady: status === 'ready',
  };
}

/**
 * The server that runs on a data folder, whoever started it; `undefined`: none. A lock that a dead one left is removed,
 * whichever process has its number now.
 */
export async function findRunning(
  dataFolder: string,
  { sockets, proc = '/proc' }: FindOptions,
): Promise<Running | undefined> {
  const lock = await readLockFile(dataFolder);
  if (lock === undefined) return undefined;
  const facts = await livingFacts(lock.pid, proc);
  const canTell = facts === 'unknown' || lock.host === sockets;
  if ((await wroteLock(lock, facts, dataFolder)) || (canTell && (await listens(lock, facts === 'unknown')))) {
    const { isHalted, command } = facts === undefined || facts === 'unknown' ? { isHalted: false, command: '' } : facts;
    return { ...lock, isHalted, command };
  }
  try {
    await rm(lock.path, { force: true });
  } catch (error) {
    throw new EmbeddedPostgresError(
      `PostgreSQL's lock ${lock.path} is of a server that is gone, and can't be removed (${messageOf(error)}): remove it`,
      { cause: error },
    );
  }
  return undefined;
}

/** `undefined`: there is no such process, or it is another user's, who can't run a server on this user's files. */
async function livingFacts(pid: number, proc: string): Promise<ProcessFacts | undefined | 'unknown'> {
  if (!isAlive(pid)) return undefined;
  const facts = await factsOf(pid, proc);
  return typeof facts === 'object' && facts.uid !== process.getuid?.() ? undefined : facts;
}

/** False for another user's process, too. */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function wroteLock(
  { startedAt }: LockFile,
  facts: ProcessFacts | undefined | 'unknown',
  dataFolder: string,
): Promise<boolean> {
  if (typeof facts !== 'object' || !(await worksOn(facts, dataFolder))) return false;
  return facts.startedAt <= startedAt + CLOCK_SECONDS;
}

/** Whatever numbers say (of another container's process they say nothing): what answers there is alive. */
async function listens(lock: LockFile, mayBeStarting: boolean): Promise<boolean> {
  for (const until = Date.now() + (mayBeStarting ? SILENT_MS : 0); ; await wait(100)) {
    if (await isListening(lock)) return true;
    if (Date.now() >= until) return false;
  }
}

async function worksOn({ program, folder, command }: ProcessFacts, dataFolder: string): Promise<boolean> {
  if (!/^postgres(\.exe)?$/.test(program)) return false;
  if (folder === undefined) return ` ${command} `.includes(` -D ${dataFolder} `);
  const [at, data] = await Promise.all([stat(folder), stat(dataFolder)]).catch(() => []);
  return at !== undefined && data !== undefined && at.dev === data.dev && at.ino === data.ino;
}

/** Never true for a socket that another user could have made. */
export async function isListening({ host, port }: Endpoint): Promise<boolean> {
  if (host.startsWith('/') && !(await isPrivate(host))) return false;
  return await new Promise((resolve) => {
    const socket = host.startsWith('/') ? connect(join(host, `.s.PGSQL.${port}`)) : connect(port, host);
    const done = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1000, () => done(true));
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
