import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, lstat, mkdir, open, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { FolderError } from './folder-error.ts';
import { userName } from './user-name.ts';

/**
 * Makes a folder where there is none and finds out whether this process can work in it. It ends at once whatever the path
 * is: Node's own recursive `mkdir` never comes back from a file system that takes no folders, such as /proc.
 * A folder that is made is its owner's alone.
 * @param setting the name of the setting that the path comes from, for the sentence
 * @returns the absolute path
 * @throws FolderError
 */
export async function makeFolder(path: string, setting: string): Promise<string> {
  const absolute = resolve(path);
  try {
    await makeAll(absolute, 0o700);
    await access(absolute, constants.R_OK | constants.W_OK | constants.X_OK);
    await tryFile(absolute);
  } catch (error) {
    throw new FolderError(`${setting} is ${absolute}, ${await reason(error, absolute)}`, { cause: error });
  }
  return absolute;
}

async function makeAll(path: string, mode: number): Promise<void> {
  try {
    if ((await stat(path)).isDirectory()) return;
    throw Object.assign(new Error(`${path} is no folder`), { code: 'ENOTDIR' });
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || dirname(path) === path) throw error;
  }
  await makeAll(dirname(path), 0o777);
  try {
    await mkdir(path, mode);
  } catch (error) {
    // Another process may have made it meanwhile.
    if (codeOf(error) !== 'EEXIST' || !(await stat(path)).isDirectory()) throw error;
  }
}

/** The rights of root tell nothing about what the file system does. */
async function tryFile(folder: string): Promise<void> {
  const path = join(folder, `.tickwatch-${randomBytes(6).toString('hex')}`);
  try {
    await (await open(path, 'wx', 0o600)).close();
  } catch (error) {
    // A full disk is no reason to stop for everybody: what waits in a spool may leave it.
    if (!['ENOSPC', 'EDQUOT'].includes(codeOf(error))) throw error;
  } finally {
    await rm(path, { force: true }).catch(() => {});
  }
}

async function reason(error: unknown, path: string): Promise<string> {
  const place = await nearest(path);
  switch (codeOf(error)) {
    case 'ENOENT':
      if (place.isLink)
        return `but ${place.path} is a link to nothing: make what it leads to, or choose another folder`;
      return nothingFits(place);
    case 'ENOTDIR':
      return `but ${place.path} is a file: choose a folder`;
    case 'EACCES':
    case 'EPERM':
      return forbidden(place);
    case 'EROFS':
      return 'which can only be read: make its disk writable, or choose another folder';
    case 'ENAMETOOLONG':
      return 'which is too long for a path: choose a shorter one';
    case 'ELOOP':
      return 'whose links lead in a circle: choose another folder';
    case 'ENOSPC':
    case 'EDQUOT':
      return 'and that disk is full: free some space, or choose another folder';
    default:
      return `which can't be used (${error instanceof Error ? error.message : String(error)}): choose another folder`;
  }
}

function nothingFits({ path }: Place): string {
  return `but nothing can be made in ${path}, which is on no disk: choose another folder`;
}

function forbidden(place: Place): string {
  const own = process.getuid?.();
  if (own === 0) return nothingFits(place);
  if (own === place.uid) {
    return `but ${place.path} forbids its owner to write: allow it (chmod u+rwx), or choose another folder`;
  }
  return `but ${place.path} belongs to ${userName(place.uid)}, and this process is of ${userName(own)}, who may not write there: give it to that user (chown), or choose another folder`;
}

interface Place {
  readonly path: string;
  readonly uid: number | undefined;
  readonly isLink: boolean;
}

/** What there is of a path. */
async function nearest(path: string): Promise<Place> {
  try {
    const { uid } = await lstat(path);
    const target = await stat(path).catch(() => undefined);
    return { path, uid: target?.uid ?? uid, isLink: target === undefined };
  } catch {
    const parent = dirname(path);
    return parent === path ? { path, uid: undefined, isLink: false } : await nearest(parent);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
