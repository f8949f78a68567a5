import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { FolderLock } from '@tickwatch/folders';
import type { PostgresBinaries } from './binaries.ts';
import type { Cluster } from './cluster.ts';
import { type Answer, chooseEndpoint, connectTo, urlOf } from './connect.ts';
import { refuseFullDisk, START_BYTES } from './disk-room.ts';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { type Endpoint, readLockFile } from './lock-file.ts';
import { passwordFile } from './password.ts';
import { lastLogLines, launch, stopServer } from './postmaster.ts';
import { watch } from './watchdog.ts';

export interface EmbeddedPostgres extends AsyncDisposable {
  readonly connectionString: string;
  readonly version: string;
}

export interface StartOptions {
  readonly password: string;
  /** Let go when the server has ended; by the caller, when it can't be started. */
  readonly lock: FolderLock;
  /** Of `Date.now()`. */
  readonly deadline: number;
}

/** The server's process. */
interface Child {
  readonly pid: number;
  readonly hasEnded: () => boolean;
  /** Why it could not be made. */
  readonly failure: () => Error | undefined;
  /** Calls once, when it ends. */
  readonly onEnd: (call: () => void) => void;
}

/** Starts a server on a folder where none runs. @throws EmbeddedPostgresError with what it said */
export async function startServer(
  binaries: PostgresBinaries,
  cluster: Cluster,
  { password, lock, deadline }: StartOptions,
): Promise<EmbeddedPostgres> {
  const endpoint = await chooseEndpoint(cluster.sockets);
  for (;;) {
    await clearSocket(cluster);
    const child = run(binaries, cluster, endpoint);
    const answer = await firstAnswer(child, endpoint, cluster, password, deadline);
    if (answer.kind === 'serves') {
      // Without its server the lock says nothing; another process may start one.
      child.onEnd(() => void lock[Symbol.asyncDispose]());
      return {
        connectionString: urlOf(endpoint, password),
        version: answer.version,
        async [Symbol.asyncDispose]() {
          await stopServer(child.pid, child.hasEnded);
          await lock[Symbol.asyncDispose]();
        },
      };
    }
    const hadEnded = child.hasEnded();
    await stopServer(child.pid, child.hasEnded);
    if (answer.kind === 'refuses') throw wrongPassword(cluster, answer.message);
    const error = await failureOf(child, cluster, hadEnded);
    // Parts of a server that was killed end by themselves, soon.
    if (!/pre-existing shared memory/.test(error.message) || Date.now() > deadline) throw error;
    await wait(200);
  }
}

/** What to do about a password that the server does not take. */
export function wrongPassword({ dataDir }: Cluster, message: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `PostgreSQL does not take the password in ${passwordFile(dataDir)} (${message}), somebody has changed one of the two: write the right one into that file, or remove the file and stop whatever runs on ${dataDir}: the next start makes a new one`,
  );
}

function run(binaries: PostgresBinaries, cluster: Cluster, endpoint: Endpoint): Child {
  const child = launch(binaries, cluster, endpoint);
  child.unref();
  const calls: (() => void)[] = [];
  let ended = false;
  let failure: Error | undefined;
  const end = (error?: Error): void => {
    ended = true;
    failure ??= error;
    for (const call of calls.splice(0)) call();
  };
  child.on('exit', () => end());
  child.on('error', end);
  // Its number may be another process's when it has ended.
  if (child.pid !== undefined) calls.push(watch(child.pid));
  return {
    pid: child.pid ?? 0,
    hasEnded: () => ended,
    failure: () => failure,
    onEnd: (call) => void (ended ? call() : calls.push(call)),
  };
}

/** Asked when the server says that it is ready, and not before: until then somebody else might listen there. */
async function firstAnswer(
  { pid, hasEnded }: Child,
  endpoint: Endpoint,
  { dataFolder }: Cluster,
  password: string,
  deadline: number,
): Promise<Answer> {
  while (!hasEnded() && Date.now() < deadline) {
    const file = await readLockFile(dataFolder);
    if (file?.pid === pid && file.isReady) {
      const answer = await connectTo(endpoint, password);
      if (answer.kind === 'serves' || (answer.kind === 'refuses' && answer.code.startsWith('28'))) return answer;
    }
    await wait(30);
  }
  return { kind: 'silent' };
}

async function failureOf(child: Child, cluster: Cluster, hadEnded: boolean): Promise<EmbeddedPostgresError> {
  const failure = child.failure();
  if (failure !== undefined) {
    return new EmbeddedPostgresError(`PostgreSQL can't be run: ${failure.message}`, { cause: failure });
  }
  await refuseFullDisk(cluster.dataDir, START_BYTES);
  const log = await lastLogLines(cluster);
  const what = hadEnded ? 'does not start' : 'did not start in time';
  return new EmbeddedPostgresError(`PostgreSQL ${what} on ${cluster.dataFolder}: ${log}`);
}

/** The socket has a lock of its own; nobody listens any more. */
async function clearSocket({ sockets }: Cluster): Promise<void> {
  for (const name of await readdir(sockets)) {
    if (name.startsWith('.s.PGSQL.')) await rm(join(sockets, name), { force: true });
  }
}
