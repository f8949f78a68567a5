import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

/** Another live process works in the folder. */
export class SpoolInUseError extends Error {
  readonly code = 'SPOOL_IN_USE';
  override readonly name = 'SpoolInUseError';
}

/** The operating system's limit for the path of a local socket is 104 to 108 bytes. */
const MAX_SOCKET_PATH = 100;

/**
 * Takes a folder for this process, by listening on a local socket in it: unlike a file with a process id, that ends
 * with the process whatever way it dies, and is also seen from another container with the same volume.
 * @throws SpoolInUseError
 */
export async function lockFolder(folder: string): Promise<AsyncDisposable> {
  try {
    return await lockAt(socketPath(folder), folder);
  } catch (error) {
    if (error instanceof SpoolInUseError) throw error;
    // Some shared file systems have no sockets; this one keeps apart at least the processes of one machine.
    return await lockAt(temporaryPath(folder), folder);
  }
}

async function lockAt(path: string, folder: string): Promise<AsyncDisposable> {
  for (let attempt = 0; ; attempt++) {
    const server = createServer((socket) => socket.destroy());
    try {
      await listen(server, path);
      server.unref();
      return { [Symbol.asyncDispose]: () => close(server) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
    if (attempt === 3 || (await isAlive(path))) {
      throw new SpoolInUseError(
        `the spool folder ${folder} is used by another running process: stop it, or set DATA_DIR`,
      );
    }
    await rm(path, { force: true });
  }
}

function socketPath(folder: string): string {
  const absolute = join(folder, 'spool.lock');
  const local = relative('', absolute);
  const path = local.length < absolute.length ? local : absolute;
  return Buffer.byteLength(path) <= MAX_SOCKET_PATH ? path : temporaryPath(folder);
}

function temporaryPath(folder: string): string {
  return join(tmpdir(), `tickwatch-${createHash('sha256').update(folder).digest('hex').slice(0, 24)}.lock`);
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

/** A socket whose process is gone refuses; one whose process is only stopped still takes connections. */
function isAlive(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
