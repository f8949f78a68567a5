import { createHash, randomBytes } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { FolderInUseError } from './folder-error.ts';
import { socketFolder } from './socket-folder.ts';

export type FolderLock = AsyncDisposable;

type State = 'asks' | 'holds';

/** Who is asked and does not answer so long is busy or stopped, not dead. */
const ANSWER_MS = 1000;

/**
 * Takes a folder for this process, by listening on a local socket: unlike a file with a process id, that ends with the
 * process whatever way it dies, and is also seen from another container with the same volume.
 *
 * Each asker listens under a name of its own and then looks for others: a name is never used twice, so that a dead one's
 * can be removed without a doubt. Of two that ask at once, one withdraws.
 * @param folder absolute; it exists
 * @param name what is locked: at most eight letters
 * @throws FolderInUseError with the process that holds it; FolderError there is no place for sockets
 */
export async function lockFolder(folder: string, name: string): Promise<FolderLock> {
  if (process.platform === 'win32') return await lockPipe(folder, name);
  const sockets = await socketFolder(folder);
  for (;;) {
    const lock = await ask(sockets, name, folder);
    if (lock !== undefined) return lock;
    await wait(5 + Math.random() * 50);
  }
}

/** `undefined`: it withdrew for another that asks, or was taken for dead. */
async function ask(sockets: string, name: string, folder: string): Promise<FolderLock | undefined> {
  const own = `${name}-${process.pid}-${randomBytes(3).toString('hex')}`;
  let state: State = 'asks';
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.end(state);
  });
  await listen(server, join(sockets, own));
  const withdraw = (): Promise<void> => close(server);
  try {
    for (;;) {
      const others = await livingOthers(sockets, name, own);
      const holder = others.find((other) => other.state === 'holds');
      if (holder !== undefined) throw new FolderInUseError(folder, holder.pid);
      if (others.some((other) => other.name < own)) break;
      if (others.length === 0) {
        if (!(await exists(join(sockets, own)))) break;
        state = 'holds';
        server.unref();
        return { [Symbol.asyncDispose]: withdraw };
      }
      await wait(10);
    }
  } catch (error) {
    await withdraw();
    throw error;
  }
  await withdraw();
  return undefined;
}

interface Other {
  readonly name: string;
  readonly pid: number;
  readonly state: State;
}

async function livingOthers(sockets: string, name: string, own: string): Promise<readonly Other[]> {
  const pattern = new RegExp(`^${name}-(\\d+)-[0-9a-f]+$`);
  const found: Other[] = [];
  for (const file of await readdir(sockets)) {
    const pid = pattern.exec(file)?.[1];
    if (pid === undefined || file === own) continue;
    const path = join(sockets, file);
    // Asked twice: between its two steps to listen, a living one refuses too.
    const state = (await stateOf(path)) ?? (await wait(20).then(() => stateOf(path)));
    if (state === undefined) await rm(path, { force: true });
    else found.push({ name: file, pid: Number(pid), state });
  }
  return found;
}

/** `undefined`: its process is gone. One whose process is only stopped still takes connections. */
function stateOf(path: string): Promise<State | undefined> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(path);
    const done = (state: State | undefined): void => {
      socket.destroy();
      resolve(state);
    };
    socket.setTimeout(ANSWER_MS, () => done('holds'));
    socket.on('data', (chunk) => {
      text += String(chunk);
    });
    socket.on('end', () => done(text === 'asks' ? 'asks' : 'holds'));
    socket.on('error', ({ code }: NodeJS.ErrnoException) =>
      done(code === 'ECONNREFUSED' || code === 'ENOENT' || code === 'ECONNRESET' ? undefined : 'holds'),
    );
  });
}

/** Windows names pipes apart from files, and a name is one process's. */
async function lockPipe(folder: string, name: string): Promise<FolderLock> {
  const server = createServer((socket) => socket.destroy());
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 24);
  try {
    await listen(server, `\\\\.\\pipe\\tickwatch-${hash}-${name}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new FolderInUseError(folder, 0);
  }
  server.unref();
  return { [Symbol.asyncDispose]: () => close(server) };
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
