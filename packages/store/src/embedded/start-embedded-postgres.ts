import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { FolderInUseError, type FolderLock, isPrivate, lockFolder, makeFolder, socketFolder } from '@tickwatch/folders';
import { findBinaries, type PostgresBinaries } from './binaries.ts';
import { type Cluster, openCluster, refuseOtherVersion } from './cluster.ts';
import { connectTo, urlOf } from './connect.ts';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { findRunning, isListening, type LockFile, type Running, readLockFile } from './lock-file.ts';
import { refuseForeign } from './owners.ts';
import { passwordFile, readPassword } from './password.ts';
import { stopServer } from './postmaster.ts';
import { type EmbeddedPostgres, refused, startServer, TOO_MANY } from './start-server.ts';

export interface EmbeddedPostgresOptions {
  /** Folder for the database files and what belongs to them; kept between runs. */
  readonly dataDir: string;
  readonly onProgress?: (text: string) => void;
}

const START_TIMEOUT_MS = 60_000;
/** A server that says it is ready and takes nobody in for so long won't. */
const ANSWER_TIMEOUT_MS = 10_000;

/**
 * Starts PostgreSQL itself on a private data folder, reachable for this user alone, and waits until it answers.
 * It ends with this process, however that ends. Where another Tickwatch process runs it on the same folder already, that
 * server is used, and left running; one whose process is gone is stopped first.
 * @throws FolderError, EmbeddedPostgresError: one sentence that names the file and says what to do
 */
export async function startEmbeddedPostgres({
  dataDir,
  onProgress = () => {},
}: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const folder = await makeFolder(dataDir, 'DATA_DIR');
  await refuseForeign(folder);
  const binaries = findBinaries();
  const cluster: Cluster = {
    dataDir: folder,
    dataFolder: join(folder, 'postgres'),
    logFile: join(folder, 'postgres.log'),
    sockets: await socketFolder(folder),
  };
  await refuseOtherVersion(cluster.dataFolder, binaries);
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (let told = false; ; told = true) {
    const lock = await tryLock(folder);
    if (!(lock instanceof FolderInUseError)) return await startHere(cluster, binaries, lock, deadline, onProgress);
    // Its process starts it at this moment, or has done so.
    const running = await readLockFile(cluster.dataFolder);
    // What a dead one left says it is ready too.
    if (running?.isReady && (await isListening(running))) {
      const server = await attach(running, cluster, () => isListening(running));
      if (server !== undefined) return server;
    }
    if (!told) onProgress(`waits for the one that process ${lock.pid} starts`);
    if (Date.now() > deadline) {
      throw new EmbeddedPostgresError(
        `process ${lock.pid} holds ${folder} and its PostgreSQL has not answered for ${START_TIMEOUT_MS / 1000} s: stop that process (kill ${lock.pid}), then start again`,
      );
    }
    await wait(100);
  }
}

async function tryLock(folder: string): Promise<FolderLock | FolderInUseError> {
  try {
    return await lockFolder(folder, 'postgres');
  } catch (error) {
    if (error instanceof FolderInUseError) return error;
    throw error;
  }
}

/** No other living process cares for the server; the lock is let go when it has ended, or at once where it is another's. */
async function startHere(
  cluster: Cluster,
  binaries: PostgresBinaries,
  lock: FolderLock,
  deadline: number,
  onProgress: (text: string) => void,
): Promise<EmbeddedPostgres> {
  try {
    const running = await findRunning(cluster.dataFolder, cluster);
    if (running?.isHalted) throw halted(running);
    if (running !== undefined && isOrphan(running, cluster)) {
      onProgress(`stops the one that an ended process left (${running.pid})`);
      await stopOrphan(running, cluster);
    } else if (running !== undefined) {
      const stillRuns = async (): Promise<boolean> => (await findRunning(cluster.dataFolder, cluster)) !== undefined;
      const server = await attach(running, cluster, stillRuns);
      if (server !== undefined) {
        await lock[Symbol.asyncDispose]();
        return server;
      }
    }
    const password = await openCluster(cluster, binaries, onProgress);
    return await startServer(binaries, cluster, { password, lock, deadline });
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}

/** Started as this version starts it: the process that did so held the lock as long as it lived. */
function isOrphan({ host, command }: Running, { sockets }: Cluster): boolean {
  return host === sockets && (command === '' || command.includes(sockets));
}

async function stopOrphan(running: Running, cluster: Cluster): Promise<void> {
  const hasEnded = async (): Promise<boolean> => (await findRunning(cluster.dataFolder, cluster)) === undefined;
  await stopServer(running.pid, hasEnded);
  if (!(await hasEnded())) throw blocked(running, 'does not end');
}

/** Uses a server that another process cares for; `undefined`: it ended meanwhile, as its process had before. */
async function attach(
  running: LockFile,
  cluster: Cluster,
  stillRuns: () => Promise<boolean>,
): Promise<EmbeddedPostgres | undefined> {
  const password = await readPassword(cluster.dataDir);
  if (password === undefined) {
    throw blocked(running, `serves while ${passwordFile(cluster.dataDir)} is missing (a new one is made then)`);
  }
  if (running.host.startsWith('/') && !(await isPrivate(running.host))) {
    throw blocked(running, `listens in ${running.host}, which is not this user's alone`);
  }
  const patience = running.isReady ? ANSWER_TIMEOUT_MS : START_TIMEOUT_MS;
  for (const until = Date.now() + patience; ; await wait(100)) {
    const answer = await connectTo(running, password);
    if (answer.kind === 'serves') {
      return {
        connectionString: urlOf(running, password),
        version: answer.version,
        async [Symbol.asyncDispose]() {
          // The process that started it stops it.
        },
      };
    }
    if (answer.kind === 'refuses' && answer.code !== TOO_MANY) throw refused(cluster, answer);
    if (answer.kind === 'silent' && !(await stillRuns())) return undefined;
    if (Date.now() > until) {
      throw blocked(running, answer.kind === 'refuses' ? `takes nobody in (${answer.message})` : 'does not answer');
    }
  }
}

function halted(running: Running): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `PostgreSQL, process ${running.pid}, holds ${running.path} and is halted: let it go on (kill -CONT ${running.pid}), then start again`,
  );
}

function blocked({ pid, path }: LockFile, what: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `PostgreSQL, process ${pid}, holds ${path} and ${what}: end it (kill -INT ${pid}), then start again`,
  );
}
