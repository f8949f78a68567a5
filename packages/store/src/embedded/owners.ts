import { spawnSync } from 'node:child_process';
import { chmod, lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FolderError, userName } from '@tickwatch/folders';
import { asPlainUser } from './plain-user.ts';

/** What PostgreSQL can do in a path: it cuts longer ones. */
const MAX_PATH_BYTES = 900;
const OWN = /^(postgres|postgres-password|postgres\.log|run|sockets-at)$/;

/**
 * Makes sure that a folder and what lies in it are this user's, and that nobody else can put something in its place.
 * @param dataDir absolute; it exists
 * @throws FolderError
 */
export async function refuseForeign(dataDir: string): Promise<void> {
  if (Buffer.byteLength(dataDir) > MAX_PATH_BYTES) {
    throw new FolderError(
      `DATA_DIR is a path of ${Buffer.byteLength(dataDir)} bytes, and PostgreSQL takes ${MAX_PATH_BYTES}: choose a shorter one`,
    );
  }
  const own = process.getuid?.();
  if (own === undefined) return;
  const { uid, mode } = await stat(dataDir);
  if (uid !== own && uid !== 0) throw foreign(`DATA_DIR is ${dataDir}, which`, uid, own);
  // In a sticky one, such as /tmp, everybody may add but nobody may replace.
  if ((mode & 0o002) !== 0 && (mode & 0o1000) === 0) {
    if (uid !== own) {
      throw new FolderError(
        `DATA_DIR is ${dataDir}, where every user may replace every file: choose a folder of ${userName(own)} in it`,
      );
    }
    await chmod(dataDir, mode & 0o775);
  }
  for (const name of await readdir(dataDir)) {
    const path = join(dataDir, name);
    if (OWN.test(name)) await refuseEntry(path, name, own);
  }
  if (own === 0) refuseUnreachable(dataDir);
}

async function refuseEntry(path: string, name: string, own: number): Promise<void> {
  const entry = await lstat(path);
  if (entry.uid !== own) throw foreign(path, entry.uid, own);
  const target = await stat(path).catch(() => undefined);
  // The database files may lie on another disk; a link to a file has no reason.
  if (name === 'postgres' ? target !== undefined && target.uid !== own : entry.isSymbolicLink()) {
    throw name === 'postgres'
      ? foreign(path, target?.uid, own)
      : new FolderError(`${path} is a link, which is not followed: put the file itself there, or remove the link`);
  }
}

function foreign(what: string, uid: number | undefined, own: number): FolderError {
  return new FolderError(
    `${what} belongs to ${userName(uid)}, and this process is of ${userName(own)}: start as that user, give it to this one (chown -R), or choose another DATA_DIR`,
  );
}

/** PostgreSQL runs without the rights of root, which enters every folder. */
function refuseUnreachable(dataDir: string): void {
  const [program, ...args] = asPlainUser(['sh', '-c', 'test -w "$1" && test -x "$1"', 'sh', dataDir]);
  if (spawnSync(program, args, { stdio: 'ignore' }).status === 0) return;
  throw new FolderError(
    `DATA_DIR is ${dataDir}, which PostgreSQL can't enter without the rights of root, which it gives up: start as the user that the folders above it belong to, or choose another DATA_DIR`,
  );
}
