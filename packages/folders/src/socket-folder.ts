import { randomBytes } from 'node:crypto';
import { lstat, mkdtemp, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderError } from './folder-error.ts';
import { isPrivate, makePrivate } from './private-folder.ts';

/** The shortest limit of a system for the path of a socket is 103 bytes; names in the folder have 23 at most. */
const MAX_BYTES = 79;
/** Says, in a folder whose own path is too long, where its sockets are. */
const RECORD = 'sockets-at';

/**
 * A folder for sockets that belong to a folder, the same for every process of this user: `run` in it, or, where that path
 * would be too long or the file system has no sockets, one of a name that nobody can guess. This user alone can enter it.
 * @param folder absolute; it exists
 * @throws FolderError
 */
export async function socketFolder(folder: string): Promise<string> {
  const inside = join(folder, 'run');
  if (isShort(inside)) {
    await makePrivate(inside);
    if (await hasSockets(inside)) return inside;
  }
  const record = join(folder, RECORD);
  const known = await ownText(record);
  if (known !== undefined && isShort(known) && (await isPrivate(known))) return known;
  for (const base of [process.env.XDG_RUNTIME_DIR, tmpdir(), '/tmp']) {
    const made = base === undefined ? undefined : await makeIn(base);
    if (made === undefined) continue;
    const draft = `${record}-${randomBytes(6).toString('hex')}`;
    await writeFile(draft, made, { mode: 0o600, flag: 'wx' });
    await rename(draft, record);
    return made;
  }
  throw new FolderError(
    `there is no place for sockets: the path ${inside} is too long or its disk has none, and neither has ${tmpdir()}: choose a path of less than ${MAX_BYTES - 4} bytes`,
  );
}

async function makeIn(base: string): Promise<string | undefined> {
  try {
    // Where everybody may rename everything, what is checked now may be another's in a moment.
    const { mode, uid } = await stat(base);
    const isSafe = ((mode & 0o022) === 0 || (mode & 0o1000) !== 0) && (uid === 0 || uid === process.getuid?.());
    if (!isSafe || !isShort(join(base, 'tickwatch-XXXXXX'))) return undefined;
    const made = await mkdtemp(join(base, 'tickwatch-'));
    if ((await isPrivate(made)) && (await hasSockets(made))) return made;
    await rmdir(made);
    return undefined;
  } catch {
    return undefined;
  }
}

function isShort(path: string): boolean {
  return Buffer.byteLength(path) <= MAX_BYTES;
}

async function ownText(file: string): Promise<string | undefined> {
  try {
    const { uid } = await lstat(file);
    return process.getuid === undefined || uid === process.getuid() ? (await readFile(file, 'utf8')).trim() : undefined;
  } catch {
    return undefined;
  }
}

async function hasSockets(folder: string): Promise<boolean> {
  if (process.platform === 'win32') return true;
  const path = join(folder, `${randomBytes(6).toString('hex')}.try`);
  const server = createServer();
  const works = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(path, () => resolve(true));
  });
  if (works) await new Promise((resolve) => server.close(resolve));
  await rm(path, { force: true });
  return works;
}
